"""Remote IDs as people read them out, and texts that must not hold a password."""

from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.remote import RemoteSession, read_id, refuse_passwords
from tests.people import AT


@pytest.mark.parametrize(
    ("typed", "digits", "shown"),
    [
        ("123 456 789", "123456789", "123 456 789"),
        (" 1 234 567 890 ", "1234567890", "1 234 567 890"),
        ("012-345.678", "012345678", "012 345 678"),
        ("123\N{NO-BREAK SPACE}456\N{NO-BREAK SPACE}789", "123456789", "123 456 789"),
    ],
)
def test_an_id_is_read_in_any_groups_and_shown_in_groups_of_three(typed: str, digits: str, shown: str) -> None:
    assert read_id(typed) == digits
    assert RemoteSession(1, 1, digits, AT, "anna").grouped == shown


@pytest.mark.parametrize("typed", ["", "12345678", "12345678901", "123 456 78a", "١٢٣٤٥٦٧٨٩", "+123456789"])
def test_what_is_no_id_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(FormWrong, match="9 or 10 digits") as refused:
        read_id(typed)
    assert refused.value.field == "remote_id"


@pytest.mark.parametrize(
    "text",
    [
        "Passwort: hunter2",
        "TeamViewer-Kennwort = ab3k9x",
        "Das Kennwort ist „Sommer!Haus“",
        "passwort für Outlook lautet geHeim",
        "Drucker an.\nPW: 4711 0815",
        "Password is xY7-99",
        "PIN 4711",
        "die TAN: 123456 kam per SMS",
        "WLAN Passwort:\nrosen%garten",
    ],
)
def test_a_text_with_a_password_in_it_is_refused(text: str) -> None:
    with pytest.raises(FormWrong, match="looks like a password") as refused:
        refuse_passwords(text, "problem")
    assert refused.value.field == "problem"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Outlook fragt bei jedem Start nach dem Kennwort.",
        "Passwort ist abgelaufen.",
        "Kennwort: vergessen, neu gesetzt",
        "Das Passwort ist Sophie nicht bekannt; Kennwort ist FALSCH laut Anzeige.",
        "Passwort 3 mal falsch eingegeben, Konto gesperrt.",
        "PIN vergessen, 3 Versuche",
        "Fehler 0x0000011b nach Update 2026-11; Code im Fenster: keiner",
        "Spinat 4711, Pinnwand 2024, Passworter",
        "Das Passwort ist ok",
    ],
)
def test_to_speak_of_passwords_is_no_harm(text: str) -> None:
    refuse_passwords(text, "problem")


def test_what_is_refused_names_no_password() -> None:
    with pytest.raises(FormWrong) as refused:
        refuse_passwords("Kennwort: hunter2", "summary")
    assert "hunter2" not in str(refused.value)
    assert "Kennwort" in str(refused.value)
