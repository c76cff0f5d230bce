"""One examination, from the database to the last seat. Rule: one fault hides no other that could be found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.inquiry import Inquiry, Unanswered
from ionas_phone.ami.inspection import Inspection, Wish, inspect
from ionas_phone.doctor import account, database, on_site, people
from ionas_phone.doctor.dial_plan import clicks, dial_plan, extensions
from ionas_phone.doctor.findings import Finding, fault, well
from ionas_phone.doctor.link import unanswered
from ionas_phone.words import N_


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be examined. ``listen``: seconds for a call to come. ``etc``: where a manager.conf may lie."""

    addresses: tuple[PbxAddress, ...]
    lines: tuple[str, ...]
    queues: tuple[str, ...]
    database_dsn: str
    listen: float
    etc: Path | None = None
    practice: bool = False
    dial_context: str = "ionas-desk"  # where a click dials


async def examine(case: Case, now: Callable[[], datetime]) -> tuple[Finding, ...]:
    """Look at everything and return what was found, database first. Raises SettingWrong for a line that is none."""
    kept = await database.look(case.database_dsn)
    findings = list(kept.findings)
    if not case.addresses and not case.practice:
        findings.append(
            fault("link", N_("IONAS_PBX_URLS names no PBX and IONAS_PRACTICE is 0: no call could ever ring here."))
        )
    asked = await asyncio.gather(*(_asked(case, address, now) for address in case.addresses))
    every = [seen for seen in asked if isinstance(seen, Inspection)]
    for address, seen in zip(case.addresses, asked, strict=True):
        if isinstance(seen, Inspection):
            about = _judged(case, seen, address, kept.last_calls.get(address.name))
        else:
            about = iter([unanswered(address, seen)])
        findings.extend(finding.of(address.name) for finding in about)
    if every:
        findings.extend(_seated(case, every, kept))
    return tuple(findings)


async def _asked(case: Case, address: PbxAddress, now: Callable[[], datetime]) -> Inspection | Unanswered:
    conf = on_site.manager_conf(case.etc, address) if case.etc else None
    wish = Wish(address.user, extensions(case.lines), case.listen, case.dial_context, conf)
    try:
        async with Inquiry.of(address) as inquiry:
            return await inspect(inquiry, wish, now)
    except Unanswered as why:
        return why


def _judged(case: Case, seen: Inspection, address: PbxAddress, last_call: datetime | None) -> Iterator[Finding]:
    yield well("link", N_("Asterisk %(version)s answers and lets us in."), version=seen.version or "?")
    yield from account.rights(seen, address.user)
    yield from account.marks(seen, last_call)
    yield from account.stream(seen)
    yield from account.clocks(seen)
    if "ShowDialPlan" in seen.commands:
        yield from dial_plan(seen, case.lines, case.queues)
        if "Originate" in seen.commands:
            yield from clicks(seen, case.dial_context)


def _seated(case: Case, every: Sequence[Inspection], kept: database.Kept) -> Iterator[Finding]:
    if not any("QueueStatus" in seen.commands for seen in every):
        return  # said already
    yield from people.queues(every, case.queues)
    if kept.users is not None and any(seen.queues.intersection(case.queues) for seen in every):
        yield from people.seats(every, case.queues, kept.users)
