"""The read models' own few words."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.live.board import Health, LinkHealth, desk_topic
from ionas_phone.live.nouns import LinkState
from tests.stories import START

UP = LinkHealth("mainz", LinkState.UP, START)


def test_the_picture_can_be_believed_only_if_everything_is_up() -> None:
    assert Health((UP,), database_up=True, database_since=None).all_up
    assert not Health((UP,), database_up=False, database_since=START).all_up
    assert not Health((UP, replace(UP, state=LinkState.UNFIT)), database_up=True, database_since=None).all_up


def test_every_desk_has_a_topic_of_its_own() -> None:
    assert desk_topic("anna") != desk_topic("ben")
