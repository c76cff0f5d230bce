"""The read models' own few words."""

from __future__ import annotations

from ionas_phone.live.board import desk_topic


def test_every_desk_has_a_topic_of_its_own() -> None:
    assert desk_topic("anna") != desk_topic("ben")
