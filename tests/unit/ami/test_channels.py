from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.ami.channels import BLOCK, STATES, channel, endpoint, number, outward, person, text, variables
from ionas_phone.live.nouns import Channel, ChannelState

KEYS = {
    "Channel": "PJSIP/trunk-0000004f",
    "ChannelState": "4",
    "CallerIDNum": "+4961315550101",
    "CallerIDName": "Erika",
    "Exten": "+496131327070",
    "Context": "line",
    "Uniqueid": "pbx1-1.1",
    "Linkedid": "pbx1-1.0",
    "ChanVariable": "CALLERID(pres)=allowed_not_screened\r\nCALLERID(DNID)=+49 6131/327070",
}


def test_a_channel_as_its_block_shows_it() -> None:
    assert channel(KEYS) == Channel(
        unique_id="pbx1-1.1",
        linked_id="pbx1-1.0",
        name="PJSIP/trunk-0000004f",
        endpoint="PJSIP/trunk",
        state=ChannelState.DIALLING,
        number="+4961315550101",
        caller_name="Erika",
        suppressed=False,
        dialled="+496131327070",
        dnid="+496131327070",
        context="line",
        is_local=False,
    )


def test_a_channel_by_prefix() -> None:
    assert channel({f"Dest{name}": told for name, told in KEYS.items()}, "Dest") == channel(KEYS)


def test_a_local_channel() -> None:
    local = channel(KEYS | {"Channel": "Local/201@agents-00000002;1"})
    assert (local.endpoint, local.is_local) == ("Local/201@agents", True)


@pytest.mark.parametrize("lacking", ["Uniqueid", "Linkedid", "Channel"])
def test_a_channel_without_ids_or_name_is_none(lacking: str) -> None:
    with pytest.raises(KeyError):
        channel({name: told for name, told in KEYS.items() if name != lacking})


@pytest.mark.parametrize("lacking", ["Uniqueid", "Channel"])
def test_nor_is_one_whose_id_or_name_is_empty(lacking: str) -> None:
    with pytest.raises(KeyError):
        channel(KEYS | {lacking: ""})


@pytest.mark.parametrize("presentation", ["prohib", "prohib_not_screened", "prohib_passed_screen"])
def test_a_prohibited_presentation_takes_number_and_name_away(presentation: str) -> None:
    seen = channel(KEYS | {"ChanVariable": f"CALLERID(DNID)=1\r\nCALLERID(pres)={presentation}"})
    assert (seen.number, seen.caller_name, seen.suppressed) == (None, "", True)


@pytest.mark.parametrize(
    "spelling",
    ["", "anonymous", "Anonymous", "unknown", "restricted", "private", "unavailable", "<unknown>", "anonymous.invalid"],
)
def test_every_spelling_of_a_withheld_number(spelling: str) -> None:
    seen = channel(KEYS | {"CallerIDNum": spelling})
    assert (seen.number, seen.caller_name, seen.suppressed) == (None, "", True)


@pytest.mark.parametrize("presentation", ["allowed", "allowed_not_screened", "unavailable", ""])
def test_any_other_presentation_shows_the_number(presentation: str) -> None:
    seen = channel(KEYS | {"ChanVariable": f"CALLERID(pres)={presentation}"})
    assert (seen.number, seen.suppressed) == ("+4961315550101", False)


def test_states() -> None:
    told = {state: channel(KEYS | {"ChannelState": state}).state for state in [*STATES, "10", "", "x"]}
    assert told == {
        **dict.fromkeys(["0", "1", "10", "", "x"], "down"),
        **dict.fromkeys(["2", "3", "4", "7", "8"], "dialling"),
        **dict.fromkeys(["5", "9"], "ringing"),
        "6": "up",
    }


@pytest.mark.parametrize(
    ("raw", "sifted"),
    [
        ("+49 (0) 6131/555-0101", "+49061315550101"),
        ("*11#", "*11#"),
        ("06131\r\nUniqueid: x", "06131"),
        ("0613155501\u2028 7", "06131555017"),
        ("٠٦١٣١", None),
        ("Erika", None),
        ("", None),
        ("1" * 40, "1" * 40),
        ("1" * 41, None),
    ],
)
def test_numbers_are_sifted(raw: str, sifted: str | None) -> None:
    assert number(raw) == sifted


@given(st.text())
def test_no_number_holds_anything_else(raw: str) -> None:
    assert set(number(raw) or "") <= set("0123456789+*#")


@given(st.text())
def test_every_text_is_printable_and_short(raw: str) -> None:
    assert text(raw).isprintable()
    assert len(text(raw)) <= 80


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (r"Erika \\\"die Schnelle\\\" Muster", 'Erika "die Schnelle" Muster'),  # as Asterisk 16 and 22 print it
        (r"Erika \"die Schnelle\" Muster", 'Erika "die Schnelle" Muster'),
        ('Erika "die Schnelle" Muster', 'Erika "die Schnelle" Muster'),
        (r"C:\\\\Temp", r"C:\Temp"),
        (r"C:\Temp", r"C:\Temp"),
        ("<unknown>", ""),
    ],
)
def test_quotation_marks_in_a_name_bear_no_backslashes(raw: str, name: str) -> None:
    assert person(raw) == name
    assert channel(KEYS | {"CallerIDName": raw}).caller_name == name


def test_texts_keep_what_people_write() -> None:
    assert text("Jürgen Groß-Łukasz & Söhne") == "Jürgen Groß-Łukasz & Söhne"
    assert text("Max\u2028Uniqueid: 1\v") == "MaxUniqueid: 1"
    assert text("<unknown>") == ""


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("PJSIP/201-0000004a", "PJSIP/201"),
        ("PJSIP/my-phone-0000004a", "PJSIP/my-phone"),
        ("Local/201@agents-00000002;1", "Local/201@agents"),
        ("Local/201@agents-00000002;2", "Local/201@agents"),
        ("PJSIP/201-0000004a<ZOMBIE>", "PJSIP/201"),
        ("Local/201@agents-00000002;1<MASQ>", "Local/201@agents"),
        ("PJSIP/201", "PJSIP/201"),
        ("", ""),
    ],
)
def test_the_device_behind_a_channel(name: str, device: str) -> None:
    assert endpoint(name) == device


def test_variables() -> None:
    assert variables(KEYS["ChanVariable"]) == {
        "CALLERID(pres)": "allowed_not_screened",
        "CALLERID(DNID)": "+49 6131/327070",
    }
    assert variables("") == {}
    assert variables("A=b=c\r\nD") == {"A": "b=c", "D": ""}


def test_the_block_is_asterisks() -> None:
    assert (len(BLOCK), BLOCK[0], BLOCK[-2:]) == (14, "Channel", ("Uniqueid", "Linkedid"))


@pytest.mark.parametrize(
    ("dialled", "sent"),
    [
        ("017139200102@trunk", "017139200102"),  # PJSIP/…
        ("trunk/sip:+4917139200102@192.0.2.1:5060", "+4917139200102"),
        ("trunk/sips:017139200102@192.0.2.1", "017139200102"),
        ("trunk/SIP:017139200102@192.0.2.1", "017139200102"),
        ("trunk/sip:017139200102;user=phone@192.0.2.1", "017139200102"),
        ("trunk/sip:017139200102:5060", "017139200102"),
        ("g0/017139200102", "017139200102"),  # DAHDI/…
        ("g0/017139200102w1", "017139200102"),
        ("202/sip:202@127.0.0.1:5060;ob", "202"),
        ("Local/203@from-queue/n", "203"),
        ("PJSIP/trunk", ""),
        ("", ""),
    ],
)
def test_the_number_in_what_a_channel_was_told_to_dial(dialled: str, sent: str) -> None:
    assert outward(dialled) == sent


@pytest.mark.parametrize(
    ("number_", "name", "shown"),
    [
        ("061315550101", "061315550101", ""),
        ("061315550101", "SUP:061315550101", ""),
        ("061315550101", "Support: 061315550101", ""),
        ("061315550101", "SUP:Erika Muster", "SUP:Erika Muster"),
        ("061315550101", "Praxis Muster 061315550101", "Praxis Muster 061315550101"),
        ("55101", "Filiale 55101", "Filiale 55101"),
        ("24", "Kiosk 24", "Kiosk 24"),
    ],
)
def test_a_name_that_is_only_the_number_is_none(number_: str, name: str, shown: str) -> None:
    assert channel(KEYS | {"CallerIDNum": number_, "CallerIDName": name}).caller_name == shown
