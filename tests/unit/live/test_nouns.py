"""What things are called outside."""

from __future__ import annotations

from ionas_phone.live.nouns import CallKey, tag


def test_a_tag_is_the_same_after_a_restart_and_tells_nothing_of_the_unique_id() -> None:
    key = CallKey("mainz", "3f9ac1-1795340379.71")
    assert key.tag == tag("mainz", "3f9ac1-1795340379.71")
    assert "3f9ac1" not in key.tag
    assert key.tag != tag("wiesbaden", "3f9ac1-1795340379.71")
