"""One connection against a clock that is set by hand and a transport that only keeps what is written."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs

from ionas_phone.ami import faults
from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.faults import Fault
from ionas_phone.ami.wire import Ties, Timings, Wire
from ionas_phone.live.events import ClockCompared, MemberSeen, PbxReloaded, SnapshotTaken

TOLD = 1795340553.0  # what the PBX tells first, in seconds since 1970: our clock shows the same
NOW = datetime.fromtimestamp(TOLD, UTC)
HEAD = "Privilege: system,all\nTimestamp: 1795340552.446407\nSystemName: mainz\n"
RELOAD = f"Event: Reload\n{HEAD}Module: app_queue.so\n\n"
ASKED = ["CoreShowChannels", "QueueStatus", "BridgeList", "Ping"]
LISTS = "".join(
    f"Response: Success\nActionID: {{{at}}}\nEventList: start\n\n"
    f"Event: {name}Complete\nActionID: {{{at}}}\nEventList: Complete\nListItems: 0\n\n"
    for at, name in enumerate(ASKED[:-1])
)
LISTS += "Response: Success\nActionID: {3}\nPing: Pong\nTimestamp: 1795340553.000000\n\n"
FIRST, SECOND, THIRD = (tuple(f"id{first + number}" for number in range(len(ASKED))) for first in (3, 7, 11))


class Clock:
    """An event loop's time, set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()


class Paper:
    """A transport that keeps what is written on it."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close


class Table:
    """A connection and everything around it."""

    def __init__(self, doubt: Fault | None = None) -> None:
        numbers = count(1)
        self.clock = Clock()
        self.ahead = 0.0
        self.paper = Paper()
        self.told: list[Fault | None] = []
        self.events: list[Any] = []
        self.refused: Counter[str] = Counter()
        address = PbxAddress.parse("ami://ionas@127.0.0.1#mainz", "s3cret")
        ties = Ties(
            address=address,
            deliver=lambda event, received: self.events.append((event, received)),
            tell=self.told.append,
            clock=lambda: datetime.fromtimestamp(self.pbx_time() - self.ahead, UTC),
            new_id=lambda: f"id{next(numbers)}",
            refused=self.refused,
            timings=Timings(),
        )
        self.wire = Wire(ties, self.clock, doubt)  # type: ignore[arg-type]
        self.wire.connection_made(self.paper)  # type: ignore[arg-type]

    def hear(self, text: str) -> list[str]:
        """Let the PBX say something; return the names of the actions it got for an answer."""
        text = text.replace(f"{TOLD:.6f}", f"{self.pbx_time():.6f}")
        text = text.replace("1795340552.446407", f"{self.pbx_time() - 0.5:.6f}")
        self.wire.data_received(text.replace("\n", "\r\n").encode())
        return self.written()

    def pbx_time(self) -> float:
        return TOLD + self.clock.now - 1000.0 + self.ahead

    def tick(self, seconds: float = 0.0) -> list[str]:
        self.clock.now += seconds
        self.wire.tick()
        return self.written()

    def written(self) -> list[str]:
        lines = self.paper.written.decode().split("\r\n")
        self.paper.written = b""
        return [line[8:] for line in lines if line.startswith("Action: ")]

    def fault(self) -> Fault | None:
        return self.wire.over.result() if self.wire.over.done() else None

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event, _ in self.events]

    def greet(self) -> None:
        assert self.hear("Asterisk Call Manager/11.0.0\n") == ["Login"]
        assert self.hear("Response: Success\nActionID: id1\n\n") == []

    def ask(self, uptime: str = "") -> None:
        self.greet()
        assert self.hear(f"Event: FullyBooted\nPrivilege: system,all\nUptime: {uptime}\n\n") == ["CoreSettings"]
        asked = self.hear("Response: Success\nActionID: id2\nSystemName: mainz\n\n")
        assert asked == ASKED

    def link(self) -> None:
        self.ask()
        assert self.hear(LISTS.format(*FIRST)) == []
        assert self.wire.was_up


@pytest.mark.parametrize(("uptime", "seconds"), [("100", 107), ("", None), ("-3", None), ("9" * 400, 10_000_000_006)])
async def test_a_snapshot_tells_for_how_long_the_pbx_runs(uptime: str, seconds: int | None) -> None:
    table = Table()
    table.ask(uptime)
    table.clock.now += 7
    table.hear(LISTS.format(*FIRST))
    assert table.events[-1][0].up_for == (seconds and timedelta(seconds=seconds))


async def test_the_snapshot_comes_first_then_the_state_then_the_stream() -> None:
    table = Table()
    table.ask()
    table.clock.now += 1
    table.hear(RELOAD)
    assert (table.events, table.told) == ([], [])
    table.clock.now += 1
    table.hear(LISTS.format(*FIRST))
    (snapshot, first), (reload, second) = table.events
    assert isinstance(snapshot, SnapshotTaken)
    assert (snapshot.pbx, snapshot.at) == ("mainz", NOW + timedelta(seconds=2))
    assert isinstance(reload, PbxReloaded)
    assert (first, second) == (1002.0, 1002.0)
    assert table.told == [None]


async def test_a_pbx_that_tells_no_time_gets_ours() -> None:
    table = Table()
    table.ask()
    table.hear(LISTS.replace("Timestamp: 1795340553.000000\n", "").format(*FIRST))
    assert table.events[0][0].at == NOW


async def test_the_line_is_kept_alive_every_five_seconds() -> None:
    table = Table()
    table.link()
    assert [table.tick(4.9), table.tick(0.1), table.tick(4.9)] == [[], ["Ping"], []]
    table.hear("Response: Success\nActionID: id7\n\n")
    assert [table.tick(0.1), table.fault()] == [["Ping"], None]


async def test_twelve_seconds_without_a_byte_end_the_connection() -> None:
    table = Table()
    table.link()
    table.tick(11.9)
    assert table.fault() is None
    table.tick(0.1)
    assert table.fault() is faults.SILENT


async def test_answers_that_come_ever_later_end_the_connection_though_bytes_keep_coming() -> None:
    table = Table()
    table.link()
    for _ in range(4):
        table.tick(4.2)
        table.hear(RELOAD)
    assert table.fault() is None
    table.tick(4.2)
    assert table.fault() is faults.SLOW
    assert table.wire.heard_until() == pytest.approx(1000 + 4 * 4.2 - 0.5)  # when the last thing told has happened


async def test_half_a_message_is_a_sign_of_life() -> None:
    table = Table()
    table.link()
    table.tick(11)
    table.hear("Event: Rel")
    table.tick(0.9)
    assert table.fault() is None


@pytest.mark.parametrize("heard", ["", "Asterisk Call Manager/11.0.0\n"])
async def test_a_pbx_that_does_not_answer_the_log_in_is_given_up(heard: str) -> None:
    table = Table()
    table.hear(heard)
    table.tick(9.9)
    assert table.fault() is None
    table.tick(0.1)
    assert table.fault() is faults.STUCK


async def test_lists_that_do_not_end_are_given_up() -> None:
    table = Table()
    table.ask()
    table.tick(9.9)
    table.hear(RELOAD)
    table.tick(5.0)
    assert table.fault() is None
    table.tick(0.2)
    assert table.fault() is faults.STUCK


async def test_a_starting_pbx_is_waited_for_with_a_sentence() -> None:
    table = Table()
    table.greet()
    table.tick(1.9)
    assert table.told == []
    for _ in range(10):
        table.tick(9)
        table.hear("Response: Success\nActionID: id2\n\n")
    assert set(table.told) == {faults.STARTING}
    assert table.fault() is None
    assert table.hear("Event: FullyBooted\nPrivilege: system,all\n\n") == ["CoreSettings"]


async def test_a_wished_snapshot_is_taken_at_once_but_not_twice_in_a_breath() -> None:
    table = Table()
    table.link()
    table.wire.want_snapshot()
    assert table.written() == []
    assert table.tick(1) == ASKED
    table.wire.want_snapshot()
    assert table.tick(1) == []  # the lists are still under way
    assert table.hear(LISTS.format(*SECOND)) == ASKED
    table.hear(LISTS.format(*THIRD))
    table.clock.now += 5
    table.wire.want_snapshot()
    assert table.written() == ASKED
    assert table.kinds() == ["SnapshotTaken"] * 3
    assert set(table.told) == {None}


async def test_every_twenty_seconds_a_snapshot_checks() -> None:
    table = Table()
    table.link()
    table.tick(11)
    table.hear(RELOAD)
    assert "CoreShowChannels" not in table.tick(8.9)
    assert "CoreShowChannels" in table.tick(0.1)


async def test_a_genuine_event_that_could_not_be_read_orders_a_snapshot() -> None:
    table = Table()
    table.link()
    table.clock.now += 5
    assert table.hear(f"Event: Hangup\n{HEAD}Channel: x\n\n") == ["Ping"]  # does more belong to it?
    asked = table.hear("Response: Success\nActionID: id7\n\n")
    assert asked == ASKED
    assert table.refused == {"broken": 1}


async def test_a_restart_within_the_stream_orders_a_snapshot() -> None:
    table = Table()
    table.link()
    table.clock.now += 5
    assert "CoreShowChannels" in table.hear(f"Event: FullyBooted\n{HEAD}Uptime: 0\n\n")


async def test_a_pbx_that_says_that_it_shuts_down() -> None:
    table = Table()
    table.link()
    table.hear(f"Event: Shutdown\n{HEAD}\n{RELOAD}")
    assert table.fault() is faults.SHUTTING_DOWN
    assert table.kinds() == ["SnapshotTaken", "PbxReloaded"]


async def test_a_pbx_that_stops_gracefully_is_listened_to_until_its_end() -> None:
    table = Table()
    table.link()
    table.tick(5)
    table.hear(STOPPING.format("id7"))
    assert (table.told[-1], table.fault()) == (faults.CLOSING, None)
    table.wire.want_snapshot()
    table.hear(RELOAD + "".join(STOPPING.format(action_id) + RELOAD for action_id in SECOND[1:]))
    assert table.kinds() == ["SnapshotTaken", *4 * ["PbxReloaded"]]
    assert table.fault() is None
    table.tick(5)
    table.hear(f"Event: Shutdown\n{HEAD}\n")
    assert table.fault() is faults.SHUTTING_DOWN


async def test_a_pbx_that_does_not_stop_after_all() -> None:
    table = Table()
    table.link()
    table.tick(5)
    table.hear(STOPPING.format("id7"))
    table.wire.want_snapshot()
    table.hear(LISTS.format("id8", "id9", "id10", "id11"))
    assert table.told[-1] is None


async def test_a_pbx_whose_clock_is_hours_ahead_is_brought_to_ours() -> None:
    table = Table()
    table.ahead = 7200
    table.ask()
    table.hear(LISTS.format(*FIRST))
    table.hear(RELOAD.replace("1795340552.446407", f"{TOLD + 7199:.6f}"))
    (compared, _), (snapshot, _), (reload, _) = table.events
    assert compared == ClockCompared(at=NOW, pbx="mainz", ahead=timedelta(hours=2))
    assert (snapshot.at, reload.at) == (NOW, NOW - timedelta(seconds=1))
    assert table.told[-1] is None


async def test_a_clock_that_is_set_in_between_is_noticed_by_the_next_ping() -> None:
    table = Table()
    table.link()
    table.ahead = -3600
    table.tick(5)
    answer = f"Response: Success\nActionID: id7\nPing: Pong\nTimestamp: {TOLD:.6f}\n\n"
    assert table.hear(answer) == ASKED
    assert table.kinds() == ["SnapshotTaken", "ClockCompared"]


async def test_an_event_from_a_time_that_can_not_be_waits_until_the_clocks_are_compared() -> None:
    table = Table()
    table.link()
    table.ahead = 3600
    assert table.hear(RELOAD) == ["Ping"]
    assert table.hear(RELOAD) == []
    table.hear(f"Response: Success\nActionID: id7\nPing: Pong\nTimestamp: {TOLD:.6f}\n\n")
    assert table.kinds() == ["SnapshotTaken", "ClockCompared", "PbxReloaded", "PbxReloaded"]
    assert table.events[-1][0].at == NOW - timedelta(seconds=0.5)


async def test_what_was_doubted_is_not_lost_when_the_connection_ends() -> None:
    table = Table()
    table.link()
    table.ahead = 3600
    table.hear(RELOAD)
    table.wire.connection_lost(None)
    assert table.kinds() == ["SnapshotTaken", "PbxReloaded"]


async def test_a_ping_that_tells_no_time_tells_nothing_about_clocks() -> None:
    table = Table()
    table.link()
    table.tick(5)
    assert table.hear("Response: Success\nActionID: id7\nPing: Pong\nTimestamp: soon\n\n") == []
    assert table.kinds() == ["SnapshotTaken"]


STOPPING = "Response: Error\nActionID: {}\nMessage: Asterisk is shutting down\n\n"


GREETING = "Asterisk Call Manager/11\n"
REFUSAL = "Response: Error\nActionID: id1\nMessage: {}\n\n"


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        (("HTTP/1.1 400 Bad Request\n\n",), faults.STRANGER),
        ((GREETING, REFUSAL.format("Authentication failed")), faults.REFUSED),
        ((GREETING, REFUSAL.format("Asterisk is shutting down")), faults.SHUTTING_DOWN),
    ],
)
async def test_log_ins_that_fail(heard: tuple[str, ...], fault: Fault) -> None:
    table = Table()
    for text in heard:
        table.hear(text)
    assert table.fault() is fault
    assert table.events == []


async def test_a_pbx_without_system_name() -> None:
    table = Table()
    table.greet()
    table.hear("Event: FullyBooted\n\n")
    table.hear("Response: Success\nActionID: id2\nSystemName: \n\n")
    assert table.fault() is faults.NO_SYSTEM_NAME


async def test_an_account_that_may_not_ask() -> None:
    table = Table()
    table.ask()
    table.hear("Response: Error\nActionID: id3\nMessage: Permission denied\n\n")
    assert table.fault() is faults.NO_RIGHTS


@pytest.mark.parametrize("item", ["Queue: q\nLocation: x\nName: x\nPenalty: much\n", "Queue: q\nLocation: x\n"])
async def test_lists_that_can_not_be_understood(item: str) -> None:
    table = Table()
    table.ask()
    channels, _, queues = LISTS.format(*FIRST).partition("Event: QueueStatusComplete")
    item = f"Event: QueueMember\n{item}ActionID: id4\n\nEvent: QueueStatusComplete"
    table.hear(channels + item + queues.replace("ListItems: 0", "ListItems: 1"))
    assert table.fault() is faults.UNCLEAR
    assert (table.events, table.refused["not_understood"]) == ([], 1)


async def test_lists_that_lack_items() -> None:
    table = Table()
    table.ask()
    table.hear(LISTS.format(*FIRST).replace("ListItems: 0", "ListItems: 2"))
    assert (table.fault(), table.events) == (faults.UNCLEAR, [])


UNTIMED = "Event: Reload\nPrivilege: system,all\nSystemName: mainz\nModule: x\n\n"


async def test_a_pbx_without_times_is_unfit_until_it_tells_them() -> None:
    table = Table()
    table.link()
    table.clock.now += 5
    table.hear(UNTIMED * 2)
    assert set(table.told[1:]) == {faults.NO_TIMESTAMP}
    assert table.fault() is None
    table.wire.want_snapshot()
    table.hear(LISTS.format(*SECOND))
    assert table.kinds() == ["SnapshotTaken"]  # the picture must not call itself fresh
    table.clock.now += 5
    assert "CoreShowChannels" in table.hear(RELOAD)
    table.hear(LISTS.format(*THIRD))
    assert table.kinds() == ["SnapshotTaken", "PbxReloaded", "SnapshotTaken"]
    assert table.told[-1] is None


async def test_a_pbx_that_was_unfit_must_prove_itself_with_an_event() -> None:
    table = Table(faults.NO_TIMESTAMP)
    table.ask()
    table.hear(LISTS.format(*FIRST))
    assert (table.events, table.told) == ([], [faults.NO_TIMESTAMP])
    table.clock.now += 5
    assert "CoreShowChannels" in table.hear(RELOAD)
    table.hear(LISTS.format(*SECOND))
    assert (table.kinds(), table.told[1:]) == (["PbxReloaded", "SnapshotTaken"], [None])


async def test_an_event_with_foreign_ids_waits_no_longer_than_a_ping() -> None:
    table = Table()
    table.link()
    member = f"Event: QueueMemberStatus\n{HEAD}Queue: q\nInterface: PJSIP/1\n\n"
    names = ("", "State", "StateDesc")
    block = "".join(f"Channel{name}: 6\n" for name in names) + "CallerIDNum: 1\nCallerIDName: x\nConnectedLineNum: 1\n"
    block += "ConnectedLineName: x\nLanguage: de\nAccountCode: \nContext: c\nExten: s\nPriority: 1\n"
    assert table.hear(f"Event: Newstate\n{HEAD}{block}Uniqueid: c2c-1\nLinkedid: c2c-1\n\n") == ["Ping"]
    assert table.kinds() == ["SnapshotTaken"]
    table.hear("Response: Success\nActionID: id7\n\n" + member)
    assert table.kinds() == ["SnapshotTaken", "ChannelSeen", "MemberSeen"]
    assert isinstance(table.events[-1][0], MemberSeen)


async def test_the_good_bye_is_said_to_whoever_listens() -> None:
    table = Table()
    table.link()
    await table.wire.farewell(0)
    assert (table.written(), table.paper.closed) == (["Logoff"], True)


async def test_no_good_bye_before_the_log_in_nor_after_the_end() -> None:
    early, late = Table(), Table()
    late.link()
    late.paper.close()
    for table in (early, late):
        await table.wire.farewell(0)
        assert (table.written(), table.paper.closed) == ([], True)


async def test_what_was_refused_is_logged_once_a_check_and_without_its_text() -> None:
    table = Table()
    table.link()
    table.clock.now += 5
    table.hear("Event: Forged\nX: very hostile\n\n" * 3)
    with capture_logs() as logged:
        for ids in (SECOND, THIRD):
            table.clock.now += 5
            table.wire.want_snapshot()
            table.hear(LISTS.format(*ids))
    assert logged == [{"event": "manager_messages_refused", "log_level": "warning", "pbx": "mainz", "unasked": 3}]


@pytest.mark.parametrize(("name", "warned"), [("pbx1", True), ("k3Hq-77Zpw2mXc", False)])
async def test_a_system_name_that_is_easy_to_guess_is_warned_of(name: str, *, warned: bool) -> None:
    table = Table()
    table.greet()
    table.hear("Event: FullyBooted\n\n")
    with capture_logs() as logged:
        table.hear(f"Response: Success\nActionID: id2\nSystemName: {name}\n\n")
    assert [line["event"] for line in logged] == (["system_name_is_easy_to_guess"] if warned else [])
    assert name not in str(logged)
