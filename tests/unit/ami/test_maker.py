"""What a maker makes can't be told from what the class makes."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from ionas_phone.ami.maker import maker
from ionas_phone.live.events import BridgeEntered, ChannelHungUp
from ionas_phone.live.nouns import Channel, ChannelState, Member, MemberStatus

CHANNEL: dict[str, Any] = {
    "unique_id": "1",
    "linked_id": "1",
    "name": "PJSIP/1-1",
    "endpoint": "PJSIP/1",
    "state": ChannelState.UP,
}
AT = {"at": datetime(2026, 11, 22, tzinfo=UTC), "pbx": "mainz"}


@pytest.mark.parametrize(
    ("cls", "values"),
    [
        (Channel, CHANNEL),
        (Channel, {**CHANNEL, "number": "110", "is_local": True}),
        (Member, {"queue": "q", "interface": "i", "name": "n", "status": MemberStatus.IDLE, "paused": False}),
        (BridgeEntered, {**AT, "bridge": "b", "channel": Channel(**CHANNEL)}),
        (ChannelHungUp, {**AT, "unique_id": "1", "linked_id": "1", "cause": 16}),
    ],
)
def test_it_is_the_class_itself(cls: type[Any], values: dict[str, Any]) -> None:
    made, plain = maker(cls)(**values), cls(**values)
    assert type(made) is cls
    assert (made, hash(made), repr(made)) == (plain, hash(plain), repr(plain))
    assert dataclasses.asdict(made) == dataclasses.asdict(plain)
    assert pickle.loads(pickle.dumps(made)) == plain  # noqa: S301 - our own bytes
    assert dataclasses.replace(made) == plain


def test_it_is_as_frozen() -> None:
    made = maker(Channel)(**CHANNEL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.name = "other"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del made.name


@pytest.mark.parametrize("values", [{}, {**CHANNEL, "other": 1}])
def test_what_is_missing_or_unknown_is_an_error(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        maker(Channel)(**values)
