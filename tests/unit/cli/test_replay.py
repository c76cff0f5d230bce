from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ionas_phone.live import state
from ionas_phone.live.events import CallerJoined

from .conftest import Run

RECORDINGS = Path(__file__).parents[2] / "scenarios/lab22"
ANSWERED = RECORDINGS / "answered.ami"


def test_facts_effects_and_calls_are_told(run: Run) -> None:
    said = run("replay", str(ANSWERED))
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert any(" CallerJoined queue=support caller=[PJSIP/trunk-" in line for line in lines)
    assert any(line.startswith("    → OpenSession ") for line in lines)
    assert lines[-2] == "Calls: 1"
    assert lines[-1].endswith(" · answered · ended by caller")
    assert "lab-" not in said.out  # the system name is a secret


def test_json_is_the_calls_and_nothing_else(run: Run) -> None:
    said = run("replay", str(ANSWERED), "--json")
    (call,) = json.loads(said.out)
    assert list(call) == [
        *("caller_number", "caller_name", "number_suppressed", "direction", "queues", "offered_at", "wait_s", "rung"),
        *("talk", "transfers", "outcome", "ended_by", "ended_at"),
    ]
    assert (said.code, said.err) == (0, "")


def test_no_setting_is_needed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_HTTP", "wrong")
    assert run("replay", str(ANSWERED), "--json").code == 0


def test_only_calls_of_some_lines(run: Run) -> None:
    line = ["--line", "+4961315550999"]
    assert json.loads(run("replay", str(ANSWERED), "--json", *line).out) == []
    assert len(json.loads(run("replay", str(ANSWERED), "--json", *line, "--line", "+496131327070").out)) == 1
    wrong = run("replay", str(ANSWERED), "--line", "7070")
    assert (wrong.code, "7070" in wrong.err) == (2, True)


def test_what_was_refused_is_counted(run: Run) -> None:
    said = run("replay", str(RECORDINGS / "snapshot_waiting.ami"), "--json")
    assert (said.code, json.loads(said.out)) == (0, [])
    assert "Messages that were not believed or not asked for: " in said.err
    assert "No event bears a system name" in said.err


def test_another_system_name(run: Run) -> None:
    said = run("replay", str(ANSWERED), "--json", "--system-name", "other")
    assert json.loads(said.out) == []
    assert said.err.startswith("ionas-phone: ")
    assert "foreign" in said.err


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    said = run("replay", str(tmp_path / "none.ami"))
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("none.ami can't be read (No such file or directory).\n")


def test_a_bug_of_ours_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(state._HANDLERS, CallerJoined, broken)
    said = run("replay", str(ANSWERED), "--json")
    assert (said.code, "fault of this program: 1 (CallerJoined)." in said.err) == (1, True)


COMMAND = [sys.executable, "-m", "ionas_phone", "replay"]


def test_standard_input_is_read() -> None:
    said = subprocess.run([*COMMAND, "-", "--json"], input=ANSWERED.read_bytes(), capture_output=True, check=True)
    assert len(json.loads(said.stdout)) == 1
    assert said.stderr == b""


def test_a_reader_who_has_seen_enough_is_no_trouble() -> None:
    command = [*COMMAND, str(ANSWERED)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)
