from __future__ import annotations

from ionas_phone.words import N_


def test_a_marked_sentence_stays_what_it_is() -> None:
    assert N_("The line is busy.") == "The line is busy."
