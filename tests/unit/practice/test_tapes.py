"""Every part that a practice call may need is on one of its tapes."""

from __future__ import annotations

import pytest

from ionas_phone.practice.call import BEGINS, MOVES
from ionas_phone.practice.recording import Part
from ionas_phone.practice.tapes import tapes

PLAYED = {played for _, parts in MOVES.values() for played in parts} | {*BEGINS.values()}


@pytest.mark.parametrize(("tape", "part"), sorted(PLAYED))
def test_what_is_to_be_played_was_recorded(tape: str, part: Part) -> None:
    assert getattr(tapes("answered"), tape).parts[part]
