"""The read models' own few words."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.live.board import Health, LinkHealth, desk_topic
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from tests.stories import START

UP = LinkHealth("mainz", LinkState.UP, START)


def test_where_nothing_but_the_practice_line_is_linked_it_is_alone() -> None:
    practice = replace(UP, pbx=PRACTICE_PBX)
    assert Health((practice,), database_up=True, database_since=None).practice_alone
    assert not Health((UP, practice), database_up=True, database_since=None).practice_alone


def test_every_desk_has_a_topic_of_its_own() -> None:
    assert desk_topic("anna") != desk_topic("ben")
