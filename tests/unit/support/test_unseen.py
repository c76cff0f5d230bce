from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.unseen import check_seen

PERSIAN, SINHALA = "می\N{ZERO WIDTH NON-JOINER}خواهم", "ශ\u0dca\N{ZERO WIDTH JOINER}රී"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize("text", ["", "Ben Çelik", "نور الهدى", "Zoë D’Arc", "שלום (Mainz)", PERSIAN, SINHALA, FAMILY])
def test_words_in_every_writing(text: str) -> None:
    check_seen(text, "name")


TURNING, WIDTHLESS, BREAKING = (
    "\u202a\u202e\u2066\u2069\u200e\u200f",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad",
    "\u2028\x1b\n",
)


@pytest.mark.parametrize("sign", TURNING + WIDTHLESS + BREAKING)
def test_a_sign_that_nobody_sees_is_named_by_its_place(sign: str) -> None:
    with pytest.raises(FormWrong) as refused:
        check_seen(f"Anna{sign}Berg", "company")
    assert refused.value.field == "company"
    assert str(refused.value).startswith(f"Behind “Anna” there is a sign that nobody sees (U+{ord(sign):04X})")
    with pytest.raises(FormWrong, match="It begins with a sign"):
        check_seen(f"{sign}Berg", "name")


def test_only_of_a_text_lines_are_a_part() -> None:
    check_seen("zwei\r\nZeilen\tund mehr", "notes", lines=True)
    with pytest.raises(FormWrong):
        check_seen("zwei\nZeilen", "name")
    with pytest.raises(FormWrong):
        check_seen("zwei\n\u202eZeilen", "notes", lines=True)
