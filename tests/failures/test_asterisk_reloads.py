"""The queues are read anew under running calls: of the calls nothing changes, of the people only what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.failures.breaks import BREAKS
from tests.failures.reckoning import ledger
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.failures.scene import Scene

BEN = "member => PJSIP/202,0,Ben,PJSIP/202\n"


async def test_members_that_a_reload_takes_away_without_a_word_are_gone_soon(scene: Scene) -> None:
    queues, live = scene.pbx.folder / "etc/queues.conf", scene.service.engine.live
    proper = queues.read_text("utf-8")

    def seats() -> tuple[str, ...]:
        return next(row.queues for row in live.board().members if row.interface == "PJSIP/202")

    await scene.is_busy()
    queues.write_text(proper.replace(BEN, "", 1), "utf-8")
    await scene.pbx.cli("queue reload all")
    await until(lambda: "support" not in seats(), "Ben's seat in the queue to be gone", 30)
    await scene.picture_is_right()
    queues.write_text(proper, "utf-8")
    await scene.pbx.cli("module reload app_queue.so")
    await until(lambda: "support" in seats(), "Ben's seat to be there again")
    await scene.picture_is_right()
    await scene.reckoned()


async def test_counters_that_are_set_back_unseen_tell_no_wrong_number(scene: Scene) -> None:
    await scene.line.until_over(2)
    await scene.picture_is_right()
    known = len((await ledger(scene.service.database)).gaps)
    await BREAKS["cut"].spoil(scene)
    await scene.shows(BREAKS["cut"].said)
    await scene.pbx.cli("queue reset stats")
    await scene.relay.mend()
    await scene.picture_is_right()
    await scene.shows("Darin verpasste Anrufe mainz")
    await scene.reckoned()
    assert [gap.missed for gap in (await ledger(scene.service.database)).gaps[known:]] == [None]
