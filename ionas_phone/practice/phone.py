"""What a practice phone shows. Rule: it is read off the calls; a phone itself knows nothing.

idle · ringing · talking · held (the caller hears music) · asking (a colleague is rung) · consulting (talking to one) ·
calling (it rings; taken off, it calls a customer) · dialling (the customer is rung) · called (talking to them)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.practice.call import SENT_ON, Call, Stage

_COLLEAGUES = {Stage.ASKING: "ringing", Stage.CONSULTING: "talking", Stage.SENT: "ringing", Stage.TAKEN: "talking"}


@dataclass(frozen=True, slots=True)
class PhoneState:
    """What a phone is doing, see above; ``since`` UTC. ``waiting``: callers in line.

    ``other``: a colleague's name; of a phone that is idle: who has the caller that was sent on from here.
    """

    state: str = "idle"
    number: str | None = None
    suppressed: bool = False
    since: datetime | None = None
    other: str = ""
    waiting: int = 0


def phone_state(calls: Iterable[Call], login: str) -> PhoneState:
    """Return what the phone of ``login`` is doing."""
    known = tuple(calls)
    waiting = sum(call.stage is Stage.WAITING and call.seat.login == login for call in known)
    call = next((call for call in known if call.busies(login)), None)
    if call is None:
        sent = (one.other.name for one in known if one.other and one.seat.login == login and one.stage in SENT_ON)
        return PhoneState(other=next(sent, ""), waiting=waiting)
    asks = call.stage in {Stage.ASKING, Stage.CONSULTING}
    if call.seat.login == login:
        other = call.other.name if asks and call.other else ""
        return PhoneState(call.stage.value, call.number, call.suppressed, call.since, other, waiting)
    if asks:  # it is the assistant who calls
        return PhoneState(_COLLEAGUES[call.stage], since=call.since, other=call.seat.name, waiting=waiting)
    return PhoneState(_COLLEAGUES[call.stage], call.number, call.suppressed, call.since, "", waiting)
