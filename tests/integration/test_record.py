"""``record`` on a real Asterisk with our own dial plan, and what ``replay`` makes of the file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.lab.fixtures import Phones
    from tests.lab.phones import Customers

ERIKA = "+4961315550101"
COMMAND = (sys.executable, "-m", "ionas_phone")


def variables(pbx: Asterisk) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "IONAS_LANGUAGE": "en",
        "IONAS_PBX_URLS": pbx.ami_url,
        "IONAS_PBX_SECRET_FILE": str(pbx.secret_file),
    }


async def replayed(file: Path) -> list[Any]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "replay", str(file), "--json", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    calls: list[Any] = json.loads(out)
    return calls


@pytest.mark.parametrize("mask", [False, True], ids=["as it is", "masked"])
async def test_a_call_is_written_down_and_told_again(
    pbx: Asterisk, phones: Phones, customers: Customers, tmp_path: Path, mask: bool
) -> None:
    file = tmp_path / "calls.ami"
    while "0 active channels" not in await pbx.cli("core show channels count"):
        pass
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, "record", str(file), *(["--mask"] if mask else [])),
        stdout=asyncio.subprocess.PIPE,
        env=variables(pbx),
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).endswith(b" is written down; Ctrl-C ends it.\n")
        caller = customers.call(ERIKA)
        leg = await phones.answer(caller)
        await until(lambda: file.read_bytes().count(b"Event: BridgeEnter\r\n") == 2, "the talk to be written down")
        await caller.hang_up()
        await leg.until(leg.ended)
        await until(lambda: b"Event: AgentComplete" in file.read_bytes(), "the end of the call to be written down")
        await until(lambda: file.read_bytes().count(b"Event: Hangup\r\n") == 2, "both hang-ups to be written down")
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = await process.communicate()
    assert re.fullmatch(rb"[0-9]{2} events are written into .*calls\.ami\.\n", said)
    told = file.read_bytes()
    system_name = pbx.written.secrets.system_name
    assert len(system_name) > 12
    assert system_name.encode() not in told
    assert pbx.secret.encode() not in told
    assert (b"5550101" in told) is not mask
    (call,) = await replayed(file)
    assert (call["direction"], call["queues"], call["outcome"], call["ended_by"]) == (
        *("in", ["support"], "answered", "caller"),
    )
    assert (call["caller_number"] == ERIKA) is not mask
    assert re.fullmatch(r"\+496131[0-9]{7}", call["caller_number"])
    assert [rung["outcome"] for rung in call["rung"]] == ["answered"]
    assert [talk["assistant"] for talk in call["talk"]] == [call["rung"][0]["assistant"]]
