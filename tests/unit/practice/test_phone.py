"""What a phone shows of the calls it is in."""

from __future__ import annotations

import pytest

from ionas_phone.practice.call import Stage
from ionas_phone.practice.phone import PhoneState, phone_state

from .test_call import NOW, WAYS, Told

NUMBER = "+4961315550950"


@pytest.mark.parametrize(
    ("stage", "annas", "bens"),
    [
        (Stage.WAITING, PhoneState(waiting=1), PhoneState()),
        (Stage.RINGING, PhoneState("ringing", NUMBER, since=NOW), PhoneState()),
        (Stage.TALKING, PhoneState("talking", NUMBER, since=NOW), PhoneState()),
        (Stage.HELD, PhoneState("held", NUMBER, since=NOW), PhoneState()),
        (
            Stage.ASKING,
            PhoneState("asking", NUMBER, since=NOW, other="Ben"),
            PhoneState("ringing", since=NOW, other="Anna"),
        ),
        (
            Stage.CONSULTING,
            PhoneState("consulting", NUMBER, since=NOW, other="Ben"),
            PhoneState("talking", since=NOW, other="Anna"),
        ),
        (Stage.SENT, PhoneState(other="Ben"), PhoneState("ringing", NUMBER, since=NOW)),
        (Stage.TAKEN, PhoneState(other="Ben"), PhoneState("talking", NUMBER, since=NOW)),
        (Stage.OVER, PhoneState(), PhoneState()),
    ],
)
async def test_each_sees_their_side_of_the_call(stage: Stage, annas: PhoneState, bens: PhoneState) -> None:
    call = Told().goes(*WAYS[stage])
    assert (phone_state([call], "anna"), phone_state([call], "ben")) == (annas, bens)
    call.stop()


async def test_a_suppressed_number_is_shown_as_such() -> None:
    call = Told(suppressed=True).goes(*WAYS[Stage.SENT])
    assert phone_state([call], "ben") == PhoneState("ringing", None, suppressed=True, since=NOW)
    call.stop()
