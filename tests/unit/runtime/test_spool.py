"""What is pending outlives the process: every order comes back as it was, and a broken file stops nobody."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ionas_phone.live.effects import HandOverSession, KeepSight, LookUpCaller, OpenSession, RecordCall, RecordGap
from ionas_phone.live.nouns import CallKey, Gap
from ionas_phone.runtime import spool as module
from ionas_phone.runtime.orders import Order
from ionas_phone.runtime.spool import Spool
from tests.people import AT, call

DATABASE = "sqlite+aiosqlite:////var/ionas.db"
CALL = call(caller_name='Jörg\u2028"Müller"\x85☎', answered_at=AT)
GAP = Gap("mainz", AT, AT.replace(hour=12), 3)
ORDERS: list[Order] = [
    RecordCall(CALL),
    OpenSession(CALL, AT),
    HandOverSession(CALL.call, 7, "ben", AT),
    KeepSight("mainz", AT, (("support", 12), ("sales", 0))),
    RecordGap(GAP),
    RecordGap(replace(GAP, missed=None, began_at=datetime(2026, 3, 1, tzinfo=UTC))),
]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "data", DATABASE)
    assert spool.open() == ()
    yield spool
    spool.close()


def left(folder: Path, database: str = DATABASE) -> tuple[Order, ...]:
    """What the next run finds."""
    spool = Spool(folder / "data", database)
    found = spool.open()
    spool.close()
    return found


def test_every_order_comes_back_as_it_was(spool: Spool, tmp_path: Path) -> None:
    for order in ORDERS:
        spool.add(order)
    assert left(tmp_path) == tuple(ORDERS)
    assert left(tmp_path) == tuple(ORDERS), "and again, until somebody has carried them out"


def test_a_later_order_for_the_same_call_takes_the_place_of_the_earlier(spool: Spool, tmp_path: Path) -> None:
    newer = RecordCall(replace(CALL, ended_at=AT))
    for order in (RecordCall(CALL), RecordCall(call("2")), newer):
        spool.add(order)
    assert left(tmp_path) == (newer, RecordCall(call("2")))


def test_what_the_store_has_is_forgotten_and_no_empty_file_stays(spool: Spool, tmp_path: Path) -> None:
    spool.clear()
    spool.add(ORDERS[0])
    spool.clear()
    spool.add(ORDERS[1])
    assert left(tmp_path) == (ORDERS[1],)
    spool.clear()
    spool.close()
    spool.close()
    assert list((tmp_path / "data").iterdir()) == []


def test_it_is_ours_to_read_and_of_one_database(spool: Spool, tmp_path: Path) -> None:
    spool.add(ORDERS[0])
    (file,) = (tmp_path / "data").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert left(tmp_path, "postgresql+asyncpg://ionas@db.example.org/ionas") == ()


def test_a_number_is_not_looked_up_after_the_call(spool: Spool, tmp_path: Path) -> None:
    spool.add(LookUpCaller(CallKey("mainz", "1"), "+4961315550101"))
    spool.put_aside(LookUpCaller(CallKey("mainz", "1"), "+4961315550101"))
    spool.close()
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    "broken",
    [
        b'{"kind":"RecordCall","order":{"rec',
        b'{"kind":"RecordCall","order":{}}',
        b'{"kind":"Nothing"}',
        b"[]",
        b"\xff\x00",
    ],
)
def test_what_cannot_be_read_is_put_aside_and_the_rest_holds(spool: Spool, tmp_path: Path, broken: bytes) -> None:
    spool.add(ORDERS[0])
    (file,) = (tmp_path / "data").iterdir()
    with file.open("ab") as cut:
        cut.write(b"\n" + broken)
    spool.add(ORDERS[1])
    with capture_logs() as logs:
        assert left(tmp_path) == (ORDERS[0], ORDERS[1])
    aside = file.with_suffix(".aside")
    assert logs == [{"event": "writes were put aside", "log_level": "error", "count": 1, "kept_in": str(aside)}]
    assert aside.read_bytes() == b"\n" + broken
    assert aside.stat().st_mode & 0o777 == 0o600


def test_a_long_file_is_written_anew_with_what_is_pending(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MUCH", 10)
    file_of(tmp_path).with_suffix(".anew").write_text("of a run that was killed")
    pending = [LookUpCaller(CALL.call, "+4961315550101"), *ORDERS[1:4]]
    sizes = []
    for number in range(40):
        spool.add(RecordCall(call(str(number))))
        spool.shorten(pending)
        sizes.append(file_of(tmp_path).stat().st_size)
    assert max(sizes) < 12 * max(sizes[0], 400)
    spool.add(ORDERS[4])
    found = left(tmp_path)
    assert set(pending[1:]) <= set(found)
    assert found[-1] == ORDERS[4]
    assert len(found) < 15
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600
    spool.clear()
    assert left(tmp_path) == ()


def test_nothing_stays_of_a_run_that_was_killed_while_it_wrote_the_file_anew(tmp_path: Path) -> None:
    killed = Spool(tmp_path / "data", DATABASE)
    killed.open()
    killed.add(ORDERS[0])
    killed.close()
    anew = file_of(tmp_path).with_suffix(".anew")
    anew.write_text("names and numbers")
    assert left(tmp_path) == (ORDERS[0],)
    assert not anew.exists()


def test_a_file_with_much_that_is_pending_stays_as_it_is(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MUCH", 3)
    before = file_of(tmp_path).stat().st_ino
    for order in ORDERS:
        spool.add(order)
        spool.shorten(ORDERS)
    assert file_of(tmp_path).stat().st_ino == before
    assert left(tmp_path) == tuple(ORDERS)


def test_without_room_for_a_new_file_the_long_one_stays_until_it_has_doubled(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MUCH", 2)
    for order in ORDERS:
        spool.add(order)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with capture_logs() as logs:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
        try:
            for _ in range(3):
                spool.shorten(ORDERS[:1])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said = "the file of pending writes can't be shortened and stays as it is"
    assert [(log["event"], log["log_level"]) for log in logs] == [(said, "warning")]
    assert [file.suffix for file in (tmp_path / "data").iterdir()] == [".jsonl"], "no half of a file stays"
    for order in ORDERS:
        spool.shorten(ORDERS[:1])
        assert left(tmp_path) == tuple(ORDERS)
        spool.add(order)
    spool.add(ORDERS[0])
    spool.shorten(ORDERS[:1])  # there is room again
    assert left(tmp_path) == (ORDERS[0],)


def file_of(folder: Path) -> Path:
    (file,) = (folder / "data").glob("*.jsonl")
    return file


def test_what_the_store_refuses_for_good_is_kept_for_whoever_looks_after_it(spool: Spool, tmp_path: Path) -> None:
    for order in ORDERS[:2]:
        spool.put_aside(order)
    (aside,) = (tmp_path / "data").glob("*.aside")
    kept = [json.loads(line)["kind"] for line in filter(None, aside.read_text(encoding="utf-8").split("\n"))]
    assert kept == ["RecordCall", "OpenSession"]


def test_what_was_put_aside_is_found_again_and_can_be_put_back(spool: Spool, tmp_path: Path) -> None:
    """As the manual says: appended, for what is pending may lie in the other file already."""
    spool.add(ORDERS[0])
    spool.put_aside(ORDERS[1])
    assert spool.aside == 1
    spool.close()
    with capture_logs() as logs:
        assert left(tmp_path) == (ORDERS[0],)
    (aside,) = (tmp_path / "data").glob("*.aside")
    said = "writes that were put aside earlier are still there"
    assert logs == [{"event": said, "log_level": "error", "count": 1, "kept_in": str(aside)}]

    with aside.with_suffix(".jsonl").open("ab") as pending:
        pending.write(aside.read_bytes())
    aside.unlink()
    assert left(tmp_path) == (ORDERS[0], ORDERS[1])


def test_where_no_file_can_be_it_is_said_once_and_nobody_stumbles(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    spool = Spool(tmp_path / "data", DATABASE)
    with capture_logs() as logs:
        assert spool.open() == ()
        spool.add(ORDERS[0])
        spool.put_aside(ORDERS[0])
        spool.clear()
        spool.close()
    assert [log["event"] for log in logs if "in a file" in log["event"]] == [
        "pending writes can't be kept in a file; a stop now would lose them"
    ]


def test_a_full_disk_is_said_once_and_cuts_one_line_only(spool: Spool, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    spool.add(ORDERS[0])
    (file,) = (tmp_path / "data").iterdir()
    with capture_logs() as logs:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 20, hard))
        try:
            for _ in range(3):
                spool.add(ORDERS[1])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(logs) == 1
    spool.add(ORDERS[2])
    assert left(tmp_path) == (ORDERS[0], ORDERS[2])
