"""What every fact has: when, and which PBX told it. Rule: frozen; ``at`` is the PBX's own time where it has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. ``at``: when it happened, an aware datetime in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxEvent(Event):
    """A fact a PBX told; ``pbx`` is the name of the link it came by."""

    pbx: str
