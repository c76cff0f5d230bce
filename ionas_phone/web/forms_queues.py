"""What administrators type about queues. Rule: fields are kept as typed, until all of them can be read."""

from __future__ import annotations

from typing import Final

from ionas_phone.errors import FormWrong
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.opening import Opening
from ionas_phone.support.queue_targets import QueueTargets, checked
from ionas_phone.web.forms import Form
from ionas_phone.web.typed import Typed, whole

_TOO_SHORT: Final = -1  # what is no wrap-up is refused, not taken for one without an end


class TargetsForm(Form):
    """Targets as typed over ``version``, which the page was shown in; 0: the usual ones."""

    percent: str = ""
    seconds: str = ""
    most_waiting: str = ""
    longest_wait: str = ""
    wrap_up: str = "off"  # off | open | at most so many seconds
    wrap_up_seconds: str = "30"
    version: int = 0

    def targets(self, queue: str) -> tuple[QueueTargets, dict[str, FormWrong]]:
        """Return the targets as they would be written down, and all that is wrong with them."""
        typed, usual = Typed(), QueueTargets(queue)
        new = QueueTargets(
            queue,
            seconds=typed.take("seconds", self.seconds, whole, usual.seconds),
            percent=typed.take("percent", self.percent, whole, usual.percent),
            most_waiting=typed.take("most_waiting", self.most_waiting, whole, usual.most_waiting),
            longest_wait=typed.take("longest_wait", self.longest_wait, whole, usual.longest_wait),
            wrap_up=typed.take("wrap_up", self.wrap_up, self._wrap_up, None),
            version=self.version,
        )
        return new, all_wrong(new, usual, checked) | typed.wrong

    def _wrap_up(self, kind: str) -> int | None:
        """Return what is said of the wrap-up, as in QueueTargets. Raises FormWrong."""
        if kind == "seconds":
            seconds = whole(self.wrap_up_seconds)
            return seconds or _TOO_SHORT
        return 0 if kind == "open" else None

    @classmethod
    def of(cls, targets: QueueTargets) -> TargetsForm:
        """Return a form that says what ``targets`` say."""
        return cls(
            percent=str(targets.percent),
            seconds=str(targets.seconds),
            most_waiting=str(targets.most_waiting),
            longest_wait=str(targets.longest_wait),
            wrap_up="off" if targets.wrap_up is None else "seconds" if targets.wrap_up else "open",
            wrap_up_seconds=str(targets.wrap_up or 30),
            version=targets.version,
        )


class WallboardForm(Form):
    """A screen to be let in: which ``queue`` it shows, and where it hangs."""

    queue: str = ""
    name: str = ""


class OpeningForm(Form):
    """The opening switch as it is to be turned; ``until`` as browsers send a day and time, "" without an end."""

    state: Opening = Opening.HOURS
    until: str = ""
