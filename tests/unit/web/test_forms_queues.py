from __future__ import annotations

from dataclasses import replace

import pytest

from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.web.forms_queues import TargetsForm

TARGETS = QueueTargets("support", 30, 90, 5, 180, version=4)


@pytest.mark.parametrize("wrap_up", [None, 0, 45])
def test_a_form_says_what_the_targets_say_and_back(wrap_up: int | None) -> None:
    targets = replace(TARGETS, wrap_up=wrap_up)
    assert TargetsForm.of(targets).targets("support") == (targets, {})


@pytest.mark.parametrize("seconds", ["", "0", "3601", "lange"])
def test_a_wrap_up_of_no_length_is_refused(seconds: str) -> None:
    form = TargetsForm.of(TARGETS).model_copy(update={"wrap_up": "seconds", "wrap_up_seconds": seconds})
    assert set(form.targets("support")[1]) == {"wrap_up"}


def test_all_that_is_wrong_is_found_at_once() -> None:
    form = TargetsForm(percent="0", seconds="soon", most_waiting="1001", longest_wait="")
    _, wrong = form.targets("support")
    assert set(wrong) == {"percent", "seconds", "most_waiting", "longest_wait"}
