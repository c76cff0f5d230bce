"""``doctor``. Rule: the exit code is the worst that was found: 0 well, 1 advice, 2 a fault."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from collections import Counter
from pathlib import Path

from ionas_phone import logs
from ionas_phone.ami.connection import PbxAddress
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.terminal import Terminal
from ionas_phone.doctor.examine import Case, examine
from ionas_phone.doctor.findings import Finding, Grade
from ionas_phone.errors import WrongUse
from ionas_phone.runtime import clock
from ionas_phone.settings import Settings
from ionas_phone.words import N_

_WORDS = {Grade.WELL: N_("well"), Grade.ADVICE: N_("advice"), Grade.FAULT: N_("fault")}


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    below = parser.command("doctor", N_("Look at PBXes, queues, users and database, and say what to do."), _doctor)
    below.option("--json", N_("write the findings as a JSON object and nothing else"), action="store_true")
    below.option(
        "--listen",
        N_("how long to listen for a call, in seconds; 2 by default. Ring the line meanwhile"),
        type=float,
        default=2.0,
        metavar="60",
    )
    below.option(
        "--etc",
        N_("the PBX's folder of settings on this machine; by default the one the secret file lies in"),
        metavar="/etc/asterisk",
    )


def _doctor(arguments: argparse.Namespace, terminal: Terminal) -> int:
    if not 0 <= arguments.listen < math.inf:
        raise WrongUse("--listen must be 0 seconds or more.")
    settings = Settings.from_env()
    logs.configure("error", settings.log_format)  # what is to be known is said in sentences
    for secret in settings.secrets:
        logs.register_secret(secret)
    findings = asyncio.run(examine(_case(settings, arguments), clock.now))
    worst = max(finding.grade for finding in findings)
    if arguments.json:
        rows = [_row(finding, terminal) for finding in findings]
        whole = {"grade": worst.name.lower(), "findings": rows}
        terminal.line(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        _tell(findings, terminal)
    return int(worst)


def _case(settings: Settings, arguments: argparse.Namespace) -> Case:
    secrets = zip(settings.pbx_urls, settings.pbx_secrets, strict=True)
    beside = settings.pbx_secret_file.parent if settings.pbx_secret_file else None
    return Case(
        addresses=tuple(PbxAddress.parse(url, secret) for url, secret in secrets),
        lines=settings.lines,
        queues=settings.queues,
        database_dsn=settings.database_dsn,
        listen=arguments.listen,
        etc=Path(arguments.etc) if arguments.etc else beside,
        practice=settings.practice,
        dial_context=settings.dial_context,
    )


def _row(finding: Finding, terminal: Terminal) -> dict[str, str]:
    return {
        "check": finding.check,
        "grade": finding.grade.name.lower(),
        "pbx": finding.pbx,
        "sentence": terminal.gettext(finding.sentence) % finding.values,
    }


def _tell(findings: tuple[Finding, ...], terminal: Terminal) -> None:
    words = {grade: terminal.gettext(word) for grade, word in _WORDS.items()}
    width = max(map(len, words.values()))
    for finding in findings:
        where = f"{finding.pbx}: " if finding.pbx else ""
        sentence = terminal.gettext(finding.sentence) % finding.values
        terminal.line(f"{words[finding.grade]:{width}}  {where}{sentence}")
    found = Counter(finding.grade for finding in findings)
    terminal.say(
        N_("Faults: %(faults)d, pieces of advice: %(advice)d."),
        faults=found[Grade.FAULT],
        advice=found[Grade.ADVICE],
    )
