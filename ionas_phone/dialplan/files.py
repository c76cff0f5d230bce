"""Plan → the files' contents, nothing written yet. Rule: every template in dialplan/ is used and filled strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionas_phone.dialplan.numbers import country, spellings
from ionas_phone.dialplan.opening import YEARS_AHEAD, closing_days
from ionas_phone.dialplan.sounds import SOUNDS, wav
from ionas_phone.render import fill
from ionas_phone.shipped import shipped

if TYPE_CHECKING:
    from datetime import date

    from ionas_phone.dialplan.plan import Paths, Plan, Secrets

SECRET_FILE = "ami.secret"  # noqa: S105 - the name of a file
CONFIDENTIAL = frozenset({"asterisk.conf", "manager.conf", "pjsip.conf", SECRET_FILE})
EMERGENCY = ("110", "112")

# What the service lives on, and nothing else; docs/asterisk.md says what each of them tells.
EVENTS = (
    *("FullyBooted", "Shutdown", "Reload"),
    *("Newchannel", "Newstate", "NewConnectedLine", "Rename", "Hangup", "HangupRequest", "DialBegin", "DialEnd"),
    *("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon"),
    *("AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "AgentDump"),
    *("QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberStatus"),
    *("QueueMemberPenalty", "QueueMemberRinginuse"),
    *("BridgeEnter", "BridgeLeave", "BridgeMerge", "LocalBridge", "BlindTransfer", "AttendedTransfer", "Pickup"),
    *("Hold", "Unhold", "OriginateResponse"),
)


def configuration(plan: Plan, paths: Paths, secrets: Secrets, today: date) -> dict[str, bytes]:
    """Return the configuration files and the manager secret by name; SettingWrong if the plan can't be."""
    every = spellings(plan.line, plan.also)  # first: it refuses what is no number
    holidays = closing_days(today, plan.closed_days)
    values = {
        "plan": plan,
        "paths": paths,
        "secrets": secrets,
        "line": plan.line,
        "country": country(plan.line),
        "spellings": every,
        "sounds": f"{paths.etc}/sounds",
        "week": plan.hours.week(),
        "holiday": plan.hours.on_holidays(),
        "holidays": holidays,
        "first_holiday_year": today.year,
        "last_holiday_year": today.year + YEARS_AHEAD,
        "first_phone": plan.phones[0].extension,
        "emergency": EMERGENCY,
        "events": EVENTS,
        "outside": "PJSIP/{}@trunk".format,
    }
    templates = sorted(shipped("dialplan").glob("*.conf"))
    filled = {template.name: fill(template.read_text("utf-8"), **values).encode() for template in templates}
    return filled | {SECRET_FILE: f"{secrets.manager}\n".encode()}


def recordings() -> dict[str, bytes]:
    """Return the sounds and the music, made of tones, by name."""
    return {name: wav(tones) for name, tones in SOUNDS.items()}
