"""``replay FILE.ami``. Rule: it reads and tells; no setting, no database, no switchboard is needed or touched."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ionas_phone.cli.parser import Parser
from ionas_phone.cli.replay_lines import call_line, effect_lines, fact_line
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import PhoneError
from ionas_phone.runtime.replay import Replay, Step
from ionas_phone.support.phone_numbers import Line
from ionas_phone.words import N_

_PIECE = 65_536  # bytes read at a time


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    below = parser.command("replay", N_("Tell what a recorded manager stream says about calls."), _replay)
    below.argument("file", N_("the recording; - reads standard input"), "FILE.ami")
    below.option("--json", N_("write the calls as a JSON array and nothing else"), action="store_true")
    below.option(
        "--line",
        N_("only calls of this number of ours; may be given several times"),
        action="append",
        metavar="+496131327070",
    )
    below.option("--system-name", N_("the PBX's system name; by default its first event's"), default="", metavar="NAME")


def _replay(arguments: argparse.Namespace, terminal: Terminal) -> int:
    lines = tuple(Line.parse(line, "--line") for line in arguments.line) if arguments.line else None
    replay = Replay(lines, arguments.system_name)
    try:
        for step in _steps(replay, arguments.file):
            if not arguments.json:
                _show(step, replay.system_name, terminal)
        if arguments.json:
            terminal.line(json.dumps(replay.journeys(), ensure_ascii=False, indent=1))
        else:
            _sum_up(replay, terminal)
    except BrokenPipeError:  # whoever read along has seen enough; the interpreter must not complain at its end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    _complain(replay, terminal)
    return 1 if replay.failures else 0


def _steps(replay: Replay, path: str) -> Iterator[Step]:
    for piece in _pieces(path):
        yield from replay.feed(piece)
    yield from replay.finish()


def _pieces(path: str) -> Iterator[bytes]:
    """Read the recording. Raises PhoneError."""
    try:
        if path == "-":
            yield from _read(sys.stdin.buffer)
        else:
            with Path(path).open("rb") as file:
                yield from _read(file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PhoneError("%(path)s can't be read (%(why)s).", path=path, why=error.strerror) from error


def _read(file: BinaryIO) -> Iterable[bytes]:
    return iter(lambda: file.read1(_PIECE), b"")  # type: ignore[attr-defined] # both kinds of files here are buffered


def _show(step: Step, system_name: str, terminal: Terminal) -> None:
    terminal.line(fact_line(step.fact, system_name))
    for line in effect_lines(step.effects, system_name):
        terminal.line(line)


def _sum_up(replay: Replay, terminal: Terminal) -> None:
    calls = replay.journeys()
    terminal.line("")
    terminal.say(N_("Calls: %(count)d"), count=len(calls))
    for call in calls:
        terminal.line(call_line(call))


def _complain(replay: Replay, terminal: Terminal) -> None:
    if not replay.system_name:
        terminal.complain(
            PhoneError(
                "No event bears a system name, so nothing can be believed: see systemname and timestampevents in the "
                "dial plan's README."
            )
        )
    if replay.refused:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(replay.refused.items()))
        terminal.complain(
            PhoneError(
                "Messages that were not believed or not asked for: %(count)d (%(reasons)s).",
                count=replay.refused.total(),
                reasons=reasons,
            )
        )
    if replay.failures:
        terminal.complain(
            PhoneError(
                "Facts that could not be applied, which is a fault of this program: %(count)d (%(kinds)s).",
                count=len(replay.failures),
                kinds=", ".join(sorted(set(replay.failures))),
            )
        )
