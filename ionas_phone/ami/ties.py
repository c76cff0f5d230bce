"""What ties a connection to the rest of the house, and how long it waits. Rule: values only, nothing happens here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.faults import Fault
from ionas_phone.ami.skew import Skew
from ionas_phone.live.events import PbxEvent

Deliver: TypeAlias = Callable[[PbxEvent, float], None]
Tap: TypeAlias = Callable[[bytes, str], None]


@dataclass(frozen=True, slots=True)
class Timings:
    """How long a link waits, in seconds."""

    connect: float = 4.0
    answer: float = 10.0  # greeting, log-in, settings
    lists: float = 15.0
    ping: float = 5.0
    silence: float = 12.0  # more than two pings without an answer
    check: float = 20.0  # a snapshot at least so often: `queue reload` changes members without a word
    breath: float = 1.0  # between two snapshots, however often they are asked for
    starting: float = 2.0  # until a PBX that has not said FullyBooted is called starting
    first_pause: float = 0.5
    longest_pause: float = 1.5  # a PBX that is back must be seen again within two seconds
    slow_pause: float = 60.0  # after faults that only a person can mend
    farewell: float = 0.5
    tick: float = 0.25


@dataclass(frozen=True, slots=True)
class Ties:
    """What a connection is tied to: where its facts, its state and its counts go, and where its time comes from.

    ``tap``, if any, gets all that is received, as it came, and the system name ("" before it is known).
    """

    address: PbxAddress
    deliver: Deliver
    tell: Callable[[Fault | None], None]  # None: the link is up
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    refused: Counter[str]
    timings: Timings
    tap: Tap | None = None
    skew: Skew = field(default_factory=Skew)
