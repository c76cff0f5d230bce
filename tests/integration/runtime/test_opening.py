"""The opening switch through a real link, against a PBX that behaves as told; the real one is in test_opening_line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.ami.connection import Link
from ionas_phone.errors import NotSteered
from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.runtime.opening import PAUSE, SOON, Answer, OpeningSwitch
from ionas_phone.store import users
from ionas_phone.store.database import Database
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, Turn
from tests.people import AT, HASH, OFFICE
from tests.unit.ami.fake_pbx import FakePbx, Inbox
from tests.unit.ami.test_connection import link_to, running

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
END = NOW + timedelta(hours=1)
STATE, UNTIL, THERE = "opening", "opening-until", "DIALPLAN_EXISTS(ionas-opening-switch,0,1)"


@dataclass
class Bench:
    """A switch at one PBX, its clock, and how often it said that something is new."""

    pbx: FakePbx
    links: dict[str, Link]
    opening: OpeningSwitch
    now: datetime = NOW
    changes: int = 0

    def changed(self) -> None:
        self.changes += 1


@pytest.fixture
async def bench(database: Database) -> AsyncIterator[Bench]:
    pbx, inbox = FakePbx(), Inbox()
    pbx.variables[THERE] = "1"
    await pbx.start()
    async with database.write() as connection:
        await users.add(connection, OFFICE, HASH, AT, "office")
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        links = {"mainz": link}
        made = Bench(pbx, links, OpeningSwitch(links, database, lambda: made.changed(), lambda: made.now))  # noqa: PLW0108 - made below
        yield made
    await pbx.stop()


async def obeyed(bench: Bench, state: str, until: str) -> None:
    """Do at the PBX what its dial plan does when it is rung."""
    await bench.pbx.until("Originate")
    bench.pbx.variables |= {STATE: state, UNTIL: until}


async def refused(bench: Bench) -> str:
    """Turn the switch and return why the only telephone system did not."""
    (answer,) = await bench.opening.set(Switch(Opening.OPEN), "office")
    assert answer.problem
    return str(answer.problem)


async def test_it_is_turned_by_a_call_into_its_own_context_and_counts_when_the_pbx_says_so(bench: Bench) -> None:
    seconds = str(int(END.timestamp()))
    async with asyncio.TaskGroup() as group:
        group.create_task(obeyed(bench, "closed", seconds))
        answers = group.create_task(bench.opening.set(Switch(Opening.CLOSED, END), "office"))
    assert answers.result() == (Answer("mainz"),)
    (rung,) = [action.keys for action in bench.pbx.actions if action.name == "Originate"]
    assert rung["Channel"] == f"Local/2{seconds}@ionas-opening-switch/n"
    await bench.opening.turn()
    assert bench.opening.seen == {"mainz": Switch(Opening.CLOSED, END)}
    assert bench.opening.last == Turn(Switch(Opening.CLOSED, END), NOW, "office", OFFICE.name)
    assert bench.changes == 1


async def test_what_is_turned_at_a_phone_is_seen_and_what_has_ended_is_over(bench: Bench) -> None:
    assert await bench.opening.turn() == PAUSE
    assert bench.opening.seen == {"mainz": BY_HOURS}
    bench.pbx.variables |= {STATE: "open", UNTIL: str(int(END.timestamp()))}
    await bench.opening.turn()
    assert bench.opening.seen == {"mainz": Switch(Opening.OPEN, END)}
    bench.now = END - timedelta(seconds=4)
    assert await bench.opening.turn() == 4  # then it looks again
    bench.now = END
    await bench.opening.turn()
    assert bench.opening.seen == {"mainz": BY_HOURS}
    assert bench.changes == 3


async def test_a_dial_plan_without_the_switch_is_told_so_and_not_rung(bench: Bench) -> None:
    del bench.pbx.variables[THERE]
    assert "does not know the opening switch" in await refused(bench)
    assert "Originate" not in bench.pbx.got
    await bench.opening.turn()
    assert bench.opening.last is None


async def test_what_the_pbx_refuses_is_said(bench: Bench) -> None:
    bench.pbx.errors["Originate"] = "Permission denied"
    assert "Permission denied" in await refused(bench)
    await bench.opening.turn()
    assert bench.opening.last is None


async def test_a_turn_that_nobody_confirms_is_written_down_as_missed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The telephone system took it, so the line may be open: then it must stand somewhere who wanted that."""
    monkeypatch.setattr("ionas_phone.runtime.opening._BETWEEN", 0)
    assert "mainz has not turned the switch" in await refused(bench)
    await bench.opening.turn()
    assert bench.opening.last == Turn(Switch(Opening.OPEN), NOW, "office", OFFICE.name, ("mainz",))


async def test_what_one_has_turned_is_seen_though_the_next_refuses(bench: Bench, database: Database) -> None:
    wiesbaden, inbox, looked = FakePbx(), Inbox(), asyncio.Event()
    await wiesbaden.start()
    link = link_to(wiesbaden, inbox)
    async with running(link), asyncio.timeout(10):
        await inbox.until(LinkChanged, state=LinkState.UP)
        bench.links["wiesbaden"] = link
        opening = OpeningSwitch(bench.links, database, looked.set, lambda: NOW)
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(opening.run())
            await looked.wait()  # the first look: both by their hours; the next would come in half a minute
            looked.clear()
            group.create_task(obeyed(bench, "closed", ""))
            mainz, other = await opening.set(Switch(Opening.CLOSED), "office")
            await looked.wait()
            looking.cancel()
    assert mainz == Answer("mainz")
    assert "wiesbaden does not know the opening switch" in str(other.problem)
    assert opening.seen == {"mainz": Switch(Opening.CLOSED), "wiesbaden": BY_HOURS}
    assert opening.last == Turn(Switch(Opening.CLOSED), NOW, "office", OFFICE.name, ("wiesbaden",))
    await wiesbaden.stop()


async def test_one_that_is_away_is_named_and_the_others_turn(bench: Bench) -> None:
    away = bench.links["bingen"] = link_to(FakePbx(), Inbox())  # it was never reached
    assert away.state is not LinkState.UP
    assert await bench.opening.turn() == SOON  # there is one that could not be asked
    assert bench.opening.pbxes == ("bingen", "mainz")
    async with asyncio.TaskGroup() as group:
        group.create_task(obeyed(bench, "closed", ""))
        turning = group.create_task(bench.opening.set(Switch(Opening.CLOSED), "office"))
    bingen, mainz = turning.result()
    assert "The telephone system bingen can't be reached" in str(bingen.problem)
    assert mainz == Answer("mainz")
    await bench.opening.turn()
    assert bench.opening.last
    assert bench.opening.last.missed == ("bingen",)


async def test_one_that_does_not_answer_the_turn_is_said_and_written_down_to_be_in_doubt(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def falls_silent() -> None:
        await bench.pbx.until("Getvar", bench.pbx.got.count("Getvar") + 1)
        bench.pbx.mute = True

    monkeypatch.setattr(bench.links["mainz"], "_timings", replace(bench.links["mainz"]._timings, answer=0.3))
    async with asyncio.TaskGroup() as group:
        group.create_task(falls_silent())
        said = group.create_task(refused(bench))
    assert "whether its switch was turned shows as soon as it does" in said.result()
    assert "Originate" in bench.pbx.got
    bench.pbx.mute = False
    await bench.opening.turn()
    assert bench.opening.last
    assert bench.opening.last.missed == ("mainz",)


async def test_one_that_could_not_even_be_asked_has_not_turned(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.links["mainz"], "_timings", replace(bench.links["mainz"]._timings, answer=0.05))
    bench.pbx.mute = True
    assert "its switch was not turned" in await refused(bench)
    assert "Originate" not in bench.pbx.got
    bench.pbx.mute = False
    await bench.opening.turn()
    assert bench.opening.last is None


async def test_without_a_telephone_system_nothing_is_turned(bench: Bench) -> None:
    bench.links[PRACTICE_PBX] = bench.links.pop("mainz")
    with pytest.raises(NotSteered, match="No telephone system is connected"):
        await bench.opening.set(BY_HOURS, "office")
    await bench.opening.turn()
    assert bench.opening.seen == {}


async def test_a_telephone_system_that_could_not_be_asked_is_asked_again_soon(bench: Bench) -> None:
    await bench.pbx.stop()
    assert await bench.opening.turn() == SOON
    assert bench.opening.seen == {}
