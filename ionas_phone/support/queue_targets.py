"""What a queue should achieve. Rule: a queue for which nobody has written down anything has the usual targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ionas_phone.errors import FormWrong

_HOUR: Final = 3600  # seconds
_ALL: Final = 100  # per cent
_MANY: Final = 1000  # callers


@dataclass(frozen=True, slots=True)
class QueueTargets:
    """Targets of a queue: ``percent`` answered in ``seconds``.

    At most ``most_waiting`` callers, none for longer than ``longest_wait`` seconds. ``version``: of the row; 0: these
    are the usual ones. ``wrap_up``: for how many seconds at most nothing rings after a call; 0: until one is ready
    again; None: it may ring at once.
    """

    queue: str
    seconds: int = 20
    percent: int = 80
    most_waiting: int = 3
    longest_wait: int = 120
    version: int = 0
    wrap_up: int | None = None


def checked(new: QueueTargets) -> QueueTargets:
    """Return ``new``. Raises FormWrong for what nobody can aim at."""
    if not 1 <= new.seconds <= _HOUR:
        raise FormWrong("Callers should be answered within 1 second to one hour.", field="seconds")
    if not 1 <= new.percent <= _ALL:
        raise FormWrong("The service level is between 1 and 100 per cent.", field="percent")
    if not 0 <= new.most_waiting <= _MANY:
        raise FormWrong("Between 0 and %(most)d callers may wait.", field="most_waiting", most=_MANY)
    if not 1 <= new.longest_wait <= _HOUR:
        raise FormWrong("The longest wait is between 1 second and one hour.", field="longest_wait")
    if new.wrap_up is not None and not 0 <= new.wrap_up <= _HOUR:
        raise FormWrong("A wrap-up lasts between 1 second and one hour.", field="wrap_up")
    return new
