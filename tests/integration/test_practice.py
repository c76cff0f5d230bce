"""The practice line against the real link and the real picture: what the stream tells equals what a list says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import pytest

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.connection import Link
from ionas_phone.ami.frames import Frames, encode_event
from ionas_phone.ami.guard import Guard
from ionas_phone.ami.snapshot import snapshot
from ionas_phone.ami.translate import translate
from ionas_phone.live import events as e
from ionas_phone.live.answers import PhoneAnswered
from ionas_phone.live.board import RingState
from ionas_phone.live.nouns import PRACTICE_PBX, Assistant, MemberStatus
from ionas_phone.live.state import Live
from ionas_phone.practice.call import Patience
from ionas_phone.practice.line import KINDS, PracticeLine
from ionas_phone.practice.recording import Event
from ionas_phone.runtime import clock
from ionas_phone.support.phone_numbers import Line

ANNA = Assistant("anna", "Anna Berger", "PJSIP/201", "201")
BEN = Assistant("ben", "Ben Çelik", "PJSIP/202", "202")
KNOWN = ("+4961315550123", "Grete Müller")


def picture() -> Live:
    live = Live((Line.parse("+496131327070"),), frozenset({"support"}))
    live.apply(e.DirectoryRead(at=clock.now(), assistants=(ANNA, BEN)), clock.now())
    return live


class Watcher:
    """A service in small: the real link, the real picture."""

    def __init__(self, line: PracticeLine) -> None:
        host, port, user, secret = line.address
        address = PbxAddress(name=PRACTICE_PBX, host=host, port=port, user=user, secret=secret, tls=False)
        self.live, self.seen = picture(), list[e.PbxEvent]()
        self.link = Link(address, self._deliver, clock.now)
        self._news = asyncio.Event()

    def _deliver(self, event: e.PbxEvent, _received: float) -> None:
        self.seen.append(event)
        self.live.apply(event, clock.now())
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():
                self._news.clear()
                await self._news.wait()

    async def until_status(self, who: Assistant, status: MemberStatus) -> None:
        """Wait for the last sign of each part: the member's status, when talking the bridge as well."""
        talks = status is MemberStatus.IN_USE
        await self.until(lambda: self._status(who) is status and bool(self.live.desk(who.login).calls) is talks)

    def _status(self, who: Assistant) -> MemberStatus:
        return self.live.picture.queues.seats(PRACTICE_PBX)["support", who.interface].member.status

    def looks(self) -> dict[str, Any]:
        """What people see, without what no list tells: instants, what is over, whom they sent on, by which queue."""
        desks = [self.live.desk(login) for login in ("anna", "ben")]
        rings = [[ring for ring in desk.rings if ring.state is RingState.RINGING] for desk in desks]
        board = asdict(self.live.board())
        board["talking"] = sorted(board["talking"], key=lambda call: call["call"])
        seen: dict[str, Any] = {
            "board": board,
            "desks": [
                asdict(desk) | {"rings": [asdict(r) for r in ring], "sent": ()}
                for desk, ring in zip(desks, rings, strict=True)
            ],
        }
        for call in [*seen["board"]["talking"], *(call for desk in seen["desks"] for call in desk["calls"])]:
            del call["queue"]
        return without_instants(seen)


def without_instants(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_instants(one) for key, one in value.items() if "since" not in key}
    if isinstance(value, list | tuple):
        return [without_instants(one) for one in value]
    return value


@asynccontextmanager
async def watching(line: PracticeLine) -> AsyncIterator[Watcher]:
    watcher = Watcher(line)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watcher.link.run())
        try:
            await watcher.until(lambda: any(isinstance(event, e.SnapshotTaken) for event in watcher.seen))
            yield watcher
        finally:
            await watcher.link.stop()


async def grete() -> tuple[str, str]:
    return KNOWN


@pytest.fixture
async def line() -> AsyncIterator[PracticeLine]:
    line = PracticeLine(known=grete, changed=lambda _login: None, now=clock.now)
    await line.start()
    line.seat([("anna", "Anna Berger", "PJSIP/201"), ("ben", "Ben Çelik", "PJSIP/202")])
    yield line
    await line.stop()


async def compare(line: PracticeLine, streaming: Watcher) -> None:
    """Somebody who comes now sees what somebody sees who was there all the time."""
    async with watching(line) as fresh:
        assert fresh.looks() == streaming.looks()


async def test_whoever_comes_late_sees_the_same_as_who_saw_every_event(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        await compare(line, watcher)
        await line.ring_in("anna", "known")
        await watcher.until(lambda: any(isinstance(event, e.ChannelSeen) for event in watcher.seen))
        await compare(line, watcher)  # the announcement
        await watcher.until_status(ANNA, MemberStatus.RINGING)
        await line.ring_in("ben", "suppressed")
        await watcher.until_status(BEN, MemberStatus.RINGING)
        await compare(line, watcher)
        await line.do("ben", "pick_up")
        await watcher.until_status(BEN, MemberStatus.IN_USE)
        await compare(line, watcher)
        await line.do("anna", "pick_up")
        await watcher.until_status(ANNA, MemberStatus.IN_USE)
        await compare(line, watcher)
        await line.do("ben", "hang_up")
        await watcher.until_status(BEN, MemberStatus.IDLE)
        await compare(line, watcher)
        await line.do("anna", "give_up")
        await watcher.until_status(ANNA, MemberStatus.IDLE)
        await compare(line, watcher)
        assert not watcher.link.refused


async def test_every_client_gets_the_same_stream(line: PracticeLine) -> None:
    async with watching(line) as one, watching(line) as other:
        await line.ring_in("anna", "unknown")
        await line.do("anna", "pick_up")
        await line.do("anna", "hang_up")
        for watcher in (one, other):
            seen = watcher.seen
            await watcher.until(lambda seen=seen: any(isinstance(x, e.QueueCallCompleted) for x in seen))  # type: ignore[misc]
            await watcher.until_status(ANNA, MemberStatus.IDLE)
        assert one.seen[-20:] == other.seen[-20:]


async def test_the_calls_are_marked_as_practice_and_the_desk_shows_who_rings(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        await line.ring_in("anna", "known")
        await watcher.until_status(ANNA, MemberStatus.RINGING)
        (card,) = watcher.live.desk("anna").rings
        assert (card.caller.number, card.caller.name, card.practice) == (*KNOWN, True)
        assert watcher.live.desk("ben").rings == ()
        await line.do("anna", "give_up")
        await watcher.until_status(ANNA, MemberStatus.IDLE)
        (card,) = watcher.live.desk("anna").rings
        assert card.state is RingState.CALLER_GONE


async def test_of_a_suppressed_caller_the_picture_keeps_no_number(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        await line.ring_in("anna", "suppressed")
        await line.do("anna", "pick_up")
        await watcher.until_status(ANNA, MemberStatus.IN_USE)
        (call,) = watcher.live.desk("anna").calls
        assert (call.caller.number, call.caller.suppressed) == (None, True)
        await line.do("anna", "hang_up")
        await watcher.until_status(ANNA, MemberStatus.IDLE)


async def test_who_is_seated_or_leaves_later_is_a_member_or_no_longer(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        line.seat([("ben", "Ben Çelik", "PJSIP/202"), ("cem", "Cem", "PJSIP/203")])
        await watcher.until(lambda: [row.name for row in watcher.live.board().members] == ["Ben Çelik", "Cem"])
        await compare(line, watcher)


class Believer:
    """A client without a socket: what the wire's own code makes of each event, as soon as it is said."""

    def __init__(self, line: PracticeLine, *, each: bool = True) -> None:
        self._line, self.live, self.steps, self._each = line, picture(), 0, each
        self._tell = line._server.tell
        self._refused: Counter[str] = Counter()
        self._guard = self._new_guard()
        self.live.apply(self.listed(), clock.now())

    def tell(self, event: Event) -> None:
        self._tell(event)
        self._take(encode_event(event) + (self._pong() if self._each else b""))
        if self._each:
            self.compare(event.name)
        self.steps += 1

    def _pong(self) -> bytes:
        """What the guard holds back until something genuine follows is brought out by a Ping, as the link does it."""
        self._guard.expect("ping")
        return self._line._server.answers.to("Ping", {"ActionID": "ping"}, clock.now())

    def _take(self, data: bytes) -> None:
        for message in self._guard.admit(Frames().feed(data)):
            if getattr(message, "status", None) is not None:  # the answer to the Ping
                continue
            for fact in translate(message, PRACTICE_PBX, self._refused):
                self.live.apply(fact, clock.now())

    def compare(self, what: str) -> None:
        if not self._each:
            self._take(self._pong())
        fresh = picture()
        fresh.apply(self.listed(), clock.now())
        assert tables(fresh) == tables(self.live), f"after {what}"
        assert not self._refused

    def _new_guard(self) -> Guard:
        guard = Guard(self._refused)
        guard.learn(self._line._system)
        return guard

    def _admitted(self, data: bytes, *asked: str) -> list[Any]:
        guard = self._new_guard()
        for action_id in asked:
            guard.expect(action_id)
        return guard.admit(Frames().feed(data))

    def listed(self) -> e.SnapshotTaken:
        now, answers = clock.now(), self._line._server.answers
        lists = ("CoreShowChannels", "QueueStatus", "BridgeList")
        data = b"".join(answers.to(name, {"ActionID": name}, now) for name in lists)
        messages = self._admitted(data, *lists)
        return snapshot(
            PRACTICE_PBX, now, [message for message in messages if getattr(message, "status", None) is None]
        )


def tables(live: Live) -> dict[str, Any]:
    channels, queues = live.picture.channels.of(PRACTICE_PBX), live.picture.queues
    return {
        "channels": {unique_id: (leg.channel, leg.bridge) for unique_id, leg in channels.items()},
        "seats": {key: seat.member for key, seat in queues.seats(PRACTICE_PBX).items()},
        "waiting": queues.line_up(PRACTICE_PBX, "support"),
    }


@pytest.mark.parametrize("kind", ["known", "unknown", "suppressed"])
@pytest.mark.parametrize("end", ["hang up", "caller hangs up", "give up"])
async def test_after_each_single_event_the_lists_agree_with_the_stream(
    line: PracticeLine, kind: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believer = Believer(line)
    monkeypatch.setattr(line._server, "tell", believer.tell)
    for login in ("anna", "ben"):
        await line.ring_in(login, kind)
    finish(line)
    if end != "give up":
        await line.do("anna", "pick_up")
    await (line.do("anna", "hang_up") if end == "hang up" else line.do("anna", "give_up"))
    finish(line)
    assert believer.steps > 25


def finish(line: PracticeLine) -> None:
    """Play all that is due sooner or later."""
    for call in line._calls:
        call._playback.finish()


SEND, ASK, PICK_UP, BACK, OVER = ("send", "ben"), ("ask", "ben"), ("pick_up", "ben"), ("back", ""), ("hand_over", "")
STORIES = {
    "held": [("hold", ""), ("resume", ""), ("hold", ""), ("hang_up", "")],
    "held, and the caller goes": [("hold", ""), ("give_up", "")],
    "sent on": [SEND, PICK_UP, ("hang_up", "ben")],
    "sent on while held": [("hold", ""), SEND, PICK_UP, ("give_up", "ben")],
    "sent on in vain": [SEND, ("give_up", "ben")],
    "asked, and back": [ASK, PICK_UP, BACK, ("hang_up", "")],
    "asked, and thought better of": [ASK, BACK, ("hang_up", "")],
    "asked twice, and handed over": [ASK, PICK_UP, BACK, ("hold", ""), ASK, PICK_UP, OVER, ("give_up", "ben")],
    "handed over, and the colleague hangs up": [ASK, PICK_UP, OVER, ("hang_up", "ben")],
}


@pytest.mark.parametrize("kind", ["known", "suppressed"])
@pytest.mark.parametrize("story", STORIES)
async def test_held_asked_and_sent_on_the_lists_agree_with_the_stream(
    line: PracticeLine, kind: str, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believer = Believer(line, each=False)  # amid a transfer a list knows what no event has told yet, as in earnest
    monkeypatch.setattr(line._server, "tell", believer.tell)
    await line.ring_in("anna", kind)
    await line.do("anna", "pick_up")
    for verb, who in STORIES[story]:
        finish(line)
        believer.compare(f"before {verb}")
        if verb in {"send", "ask"}:
            await line.turn_to("anna", verb, who)
        else:
            await line.do(who or "anna", verb)
    finish(line)
    board = believer.live.board()
    assert (board.talking, board.waiting) == ((), ())
    assert not believer.live.picture.channels.of(PRACTICE_PBX)


async def test_a_caller_who_is_sent_on_pops_at_the_colleague_and_talks_there(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        await line.ring_in("anna", "known")
        await line.do("anna", "pick_up")
        await watcher.until_status(ANNA, MemberStatus.IN_USE)
        await line.do("anna", "hold")
        await watcher.until(lambda: watcher.live.desk("anna").calls[0].held)
        await line.turn_to("anna", "send", "ben")
        await watcher.until(lambda: bool(watcher.live.desk("ben").rings))
        assert watcher.live.desk("ben").rings[0].caller.number == KNOWN[0]
        assert line.state("ben").state == "ringing"
        await line.do("ben", "pick_up")
        await watcher.until_status(BEN, MemberStatus.IN_USE)
        await watcher.until(lambda: not watcher.live.desk("anna").calls)
        await compare(line, watcher)
        await line.do("ben", "hang_up")
        await watcher.until_status(BEN, MemberStatus.IDLE)
        assert not watcher.link.refused


async def test_three_wait_one_gives_up_and_the_next_rings_when_the_phone_is_free(line: PracticeLine) -> None:
    line._patience = Patience(next=0)
    async with watching(line) as watcher:
        await line.ring_in("anna", "known")
        await line.do("anna", "pick_up")
        await line.fill_queue("anna")
        await watcher.until(lambda: len(watcher.live.board().waiting) == len(KINDS))
        assert [caller.position for caller in watcher.live.board().waiting] == [1, 2, 3]
        await compare(line, watcher)
        await line.leave_queue("anna")
        await watcher.until(lambda: len(watcher.live.board().waiting) == len(KINDS) - 1)
        await line.do("anna", "hang_up")
        await watcher.until(lambda: line.state("anna").state == "ringing")
        await watcher.until(lambda: any(ring.state is RingState.RINGING for ring in watcher.live.desk("anna").rings))
        assert line.state("anna").waiting == 1


OUT = {"talked": ["pick_up", "answer", "hang_up"], "customer gone": ["pick_up", "answer", "give_up"]}
OUT |= {"in vain": ["pick_up", "hang_up"], "not taken off": []}


@pytest.mark.parametrize("story", OUT)
async def test_who_is_called_back_the_lists_agree_with_the_stream(
    line: PracticeLine, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believer = Believer(line, each=False)
    monkeypatch.setattr(line._server, "tell", believer.tell)
    assert line._originate(originate(line, KNOWN[0])) == ""
    assert line._originate(originate(line, KNOWN[0])) == ""  # asked for twice before it rings: it rings once
    await asyncio.sleep(0)  # the phone rings behind the answer
    assert line._originate(originate(line, KNOWN[0])) == "Device busy"
    assert [call.stage for call in line._calls] == ["calling"]
    for verb in OUT[story]:
        finish(line)
        believer.compare(f"before {verb}")
        await line.do("anna", verb)
    for call in line._calls:
        call.finish()
    believer.compare(f"after {story}")
    assert not believer.live.picture.channels.of(PRACTICE_PBX)


def originate(line: PracticeLine, number: str) -> dict[str, str]:
    return {"Channel": "PJSIP/201", "Exten": number, "ActionID": "asked", "ChannelId": f"{line._system}-click"}


async def test_the_link_has_somebody_called_back_and_hears_what_becomes_of_it(line: PracticeLine) -> None:
    async with watching(line) as watcher:
        asked = originate(line, KNOWN[0]) | {"ActionID": watcher.link.new_action_id()}
        assert (await watcher.link.send("Originate", asked)).done
        await watcher.until_status(ANNA, MemberStatus.RINGING)
        assert line.state("anna").state == "calling"
        await line.do("anna", "pick_up")
        await watcher.until(lambda: any(isinstance(event, PhoneAnswered) for event in watcher.seen))
        (told,) = [event for event in watcher.seen if isinstance(event, PhoneAnswered)]
        assert (told.asked, told.answered) == (asked["ActionID"], True)
        await line.do("anna", "answer")
        await watcher.until(lambda: bool(watcher.live.desk("anna").calls))
        (call,) = watcher.live.desk("anna").calls
        assert (call.caller.number, call.practice) == (KNOWN[0], True)
        await line.do("anna", "hang_up")
        await watcher.until_status(ANNA, MemberStatus.IDLE)
        refused = await watcher.link.send("Originate", asked | {"Channel": "PJSIP/299"})
        assert (refused.done, refused.message) == (False, "Extension does not exist.")
        assert not watcher.link.refused
