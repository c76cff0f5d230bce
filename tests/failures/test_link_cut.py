"""The wire to the PBX breaks under running calls."""

from __future__ import annotations

from tests.failures.scene import Scene


async def test_a_line_in_order_is_kept_in_order(scene: Scene) -> None:
    await scene.line.until_done()
    await scene.picture_is_right()
    found = await scene.reckoned()
    assert found.passages > len(scene.line.kinds) - 3
    assert found.missed == 0
