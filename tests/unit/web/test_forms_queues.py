from __future__ import annotations

from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.web.forms_queues import TargetsForm

TARGETS = QueueTargets("support", 30, 90, 5, 180, version=4)


def test_a_form_says_what_the_targets_say_and_back() -> None:
    assert TargetsForm.of(TARGETS).targets("support") == (TARGETS, {})


def test_all_that_is_wrong_is_found_at_once() -> None:
    form = TargetsForm(percent="0", seconds="soon", most_waiting="1001", longest_wait="")
    _, wrong = form.targets("support")
    assert set(wrong) == {"percent", "seconds", "most_waiting", "longest_wait"}
