"""The pages of the queues' targets: what holds, what is refused, who is late."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.web.queue_targets import PATH
from tests.desk_app import DeskApp, Visitor

TYPED = {"percent": "90", "seconds": "30", "most_waiting": "5", "longest_wait": "180", "version": "0"}
SUPPORT = f"{PATH}/support"


async def written(desk: DeskApp) -> dict[str, QueueTargets]:
    async with desk.world.database.read() as connection:
        return await queue_targets.written(connection)


async def test_what_is_saved_holds_on_the_board_at_once(desk: DeskApp, office: Visitor) -> None:
    assert "übliche Ziele" in await (await office.get(PATH)).text()
    answer = await office.post(SUPPORT, TYPED)
    assert (answer.status, answer.headers["Location"]) == (303, PATH)
    assert await written(desk) == {"support": QueueTargets("support", 30, 90, 5, 180, version=1)}
    assert "90 % in 30 s" in await (await office.get(PATH)).text()
    assert 'value="180"' in await (await office.get(SUPPORT)).text()
    await desk.world.day.turn()
    assert "Ziel 90 % in 30 s" in await (await office.get("/leitung")).text()


async def test_a_wrap_up_is_set_and_listed(desk: DeskApp, office: Visitor) -> None:
    assert (await office.post(SUPPORT, {**TYPED, "wrap_up": "seconds", "wrap_up_seconds": "45"})).status == 303
    assert (await written(desk))["support"].wrap_up == 45
    assert "höchstens 00:45" in await (await office.get(PATH)).text()
    answer = await office.post(SUPPORT, {**TYPED, "version": "1", "wrap_up": "seconds", "wrap_up_seconds": "0"})
    assert answer.status == 422
    assert 'id="wrap_up-error"' in await answer.text()


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: DeskApp, office: Visitor) -> None:
    answer = await office.post(SUPPORT, {**TYPED, "percent": "101", "seconds": "<bald>"})
    text = await answer.text()
    assert answer.status == 422
    for field in ("percent", "seconds"):
        assert f'id="{field}-error"' in text
    for kept in ("101", "&lt;bald&gt;", "180"):
        assert f'value="{kept}"' in text
    assert await written(desk) == {}


async def test_who_is_late_is_told_and_may_save_over_it(desk: DeskApp, office: Visitor) -> None:
    other = QueueTargets("support", percent=70)
    async with desk.world.database.write() as connection:
        await queue_targets.save(connection, other, desk.world.now(), "ben")
    answer = await office.post(SUPPORT, TYPED)
    text = await answer.text()
    assert answer.status == 409
    assert "inzwischen jemand anderes" in text
    assert "70 % in 20 s" in text  # what holds now
    assert 'name="version" value="1"' in text
    assert (await office.post(SUPPORT, {**TYPED, "version": "1"})).status == 303
    assert (await written(desk))["support"] == replace(QueueTargets("support", 30, 90, 5, 180), version=2)


async def test_a_queue_that_is_not_ours_is_not_there(office: Visitor) -> None:
    assert (await office.get(f"{PATH}/nix")).status == 404
    assert (await office.post(f"{PATH}/nix", TYPED)).status == 404


async def test_only_the_administrator_may(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    for visitor in (anna, ben):
        for path in (PATH, SUPPORT):
            assert (await visitor.get(path)).status == 403
        assert (await visitor.post(SUPPORT, TYPED)).status == 403
    assert await written(desk) == {}
