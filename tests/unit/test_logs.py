from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from ionas_phone import logs
from tests.own_logs import own_logs


@pytest.fixture(autouse=True)
def _logs_of_this_test_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "_secrets", set())
    with own_logs():
        yield


def fail(why: str) -> None:
    raise ValueError(why)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def configured(level: str = "info", form: str = "json") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, form, stream)
    return stream


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+496131555012", "+496…12"),
        ("+49 (0)6131 - 555 0123", "+490…23"),
        ("061315550123", "0613…23"),
        ("06131/5550123", "0613…23"),
        ("0171 3920045", "0171…45"),
        ("00496131555012", "0049…12"),
        ("496131555012", "4961…12"),
        ("0613155", "…55"),
    ],
)
def test_a_phone_number_in_a_sentence_keeps_its_ends_only(written: str, kept: str) -> None:
    assert logs.masked(f"call from {written}, answered") == f"call from {kept}, answered"
    assert logs.masked(f"sip:{written}@pbx") == f"sip:{kept}@pbx"


@pytest.mark.parametrize(
    "text", ["PJSIP/201-0000004a", "1763812345.10", "2026-11-22T09:05:03Z", "took 0.0123456789 s", "201", "v1.2.3"]
)
def test_what_is_no_phone_number_stays(text: str) -> None:
    assert logs.masked(text) == text


def test_a_value_named_number_is_cut_in_any_spelling() -> None:
    out = configured()
    structlog.get_logger().info("joined", number=61315550123, caller="33140205050", extension="201", took=1.5)
    line = lines(out)[0]
    assert line["number"] == "6131…23"
    assert line["caller"] == "3314…50"
    assert (line["extension"], line["took"]) == ("201", 1.5)


def test_a_secret_is_hidden_wherever_it_turns_up() -> None:
    out = configured()
    logs.register_secret('s3cr"t')
    logs.register_secret("")
    logs.register_secret("eve")
    log = structlog.get_logger()
    log.info('event s3cr"t', pbx={"name": ['s3cr"t-1763812345.10']}, password="hunter2", error=ValueError('s3cr"t'))
    assert "s3cr" not in out.getvalue()
    assert "hunter2" not in out.getvalue()
    assert lines(out)[0]["pbx"] == {"name": ["[hidden]-1763812345.10"]}
    assert lines(out)[0]["event"] == "event [hidden]"


def test_a_traceback_is_masked_too() -> None:
    out = configured()
    logs.register_secret("geheim")
    try:
        fail("number 061315550123 of geheim")
    except ValueError:
        structlog.get_logger().exception("refused")
    line = lines(out)[0]
    assert line["exception"].endswith("ValueError: number 0613…23 of [hidden]")
    assert "\n" in line["exception"]


def test_a_caller_cannot_write_lines_of_his_own() -> None:
    out = configured()
    structlog.get_logger().info("joined", caller_name="Eve\r\n2026 [error] forged\x1b[31m\u2028x", nothing=None)
    assert lines(out)[0]["caller_name"] == "Eve\\r\\n2026 [error] forged\\x1b[31m\\u2028x"
    assert len(out.getvalue().split("\n")) == 2


def test_libraries_take_the_same_way() -> None:
    out = configured()
    logging.getLogger("aiohttp.access").info("GET /kunden?q=%s", "061315550123")
    logging.getLogger("aiohttp.access").debug("not written")
    logging.getLogger("broken").warning("%d numbers", "061315550123")
    first, second = lines(out)
    assert (first["event"], first["logger"], first["level"]) == ("GET /kunden?q=0613…23", "aiohttp.access", "info")
    assert second["event"] == "%d numbers ('0613…23',)"


def test_an_exception_of_a_library_keeps_its_traceback() -> None:
    out = configured()
    try:
        fail("gone")
    except ValueError:
        logging.getLogger("asyncio").exception("lost")
    assert lines(out)[0]["exception"].endswith("ValueError: gone")


def test_warnings_are_written_as_lines() -> None:
    out = configured()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning("call 061315550123", UserWarning, "x.py", 1)
    assert lines(out)[0]["logger"] == "py.warnings"
    assert "061315550123" not in out.getvalue()


def test_the_level_decides_what_is_written() -> None:
    out = configured("warning")
    structlog.get_logger().info("not this")
    structlog.get_logger().warning("but this")
    assert [line["event"] for line in lines(out)] == ["but this"]


def test_debug_is_ours_alone_because_libraries_would_write_customers_data() -> None:
    out = configured("debug")
    structlog.get_logger().debug("ours")
    logging.getLogger("aiosqlite").debug("SELECT * FROM customers")
    assert [line["event"] for line in lines(out)] == ["ours"]


def test_text_is_one_line_for_people() -> None:
    out = configured(form="text")
    structlog.get_logger().info("call joined", number="061315550123")
    (line,) = out.getvalue().splitlines()
    assert "[info" in line
    assert "call joined" in line
    assert "number=0613…23" in line
    assert "\x1b" not in line


FAILING = """
import threading
from ionas_phone import logs

class Careless:
    def __del__(self):
        raise ValueError("of 061315550123, s3cret")

logs.configure("info", "json")
logs.register_secret("s3cret")
logs.catch_all()
thread = threading.Thread(target=lambda: int("061315550123 x"))
thread.start()
thread.join()
Careless()
raise ValueError("at last: 061315550123, s3cret")
"""


def test_what_nobody_caught_is_a_line_too() -> None:
    ended = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["event"] for line in told] == [
        "nobody caught this in a thread",
        "nobody could be told of this",
        "nobody caught this",
    ]
    assert [line["exception"].rpartition("\n")[2] for line in told] == [
        "ValueError: invalid literal for int() with base 10: '0613…23 x'",
        "ValueError: of 0613…23, [hidden]",
        "ValueError: at last: 0613…23, [hidden]",
    ]
    assert "061315550123" not in ended.stderr
    assert ended.returncode == 1
