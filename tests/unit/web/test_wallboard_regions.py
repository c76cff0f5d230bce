"""The regions of a wallboard: one set a queue, painted apart."""

from __future__ import annotations

from ionas_phone.support.users import Role, User
from ionas_phone.web.wallboard_regions import WALL_REGIONS, regions_of_wallboard, wall_values
from tests.desk_app import DeskApp
from tests.e2e.calls import ring

ANNA = User(1, "anna", "Anna", Role.ASSISTANT, "201", "PJSIP/201", "de")


def test_every_region_is_about_one_queue_and_sent_briskly() -> None:
    regions = regions_of_wallboard("support", ANNA)
    assert [region.name for region in regions] == [region.name for region in WALL_REGIONS]
    assert {region.queue for region in regions} == {"support"}
    assert all(region.brisk and not region.own and not region.reads_store for region in regions)


async def test_two_queues_never_share_what_was_painted(desk: DeskApp) -> None:
    user = await desk.person("anna", extension="201")
    ring(desk)
    for queue, count in (("support", 1), ("evening", 0), ("support", 1)):
        values = await wall_values(desk.world, user, queue)
        assert values["queue"].now.waiting == count
        assert len(values["waiting"]) == count
