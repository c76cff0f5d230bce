from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.queue_targets import QueueTargets, checked

USUAL = QueueTargets("support")


def test_the_usual_targets_can_be_aimed_at() -> None:
    assert checked(USUAL) == USUAL
    assert (USUAL.percent, USUAL.seconds, USUAL.version) == (80, 20, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("seconds", 0), ("seconds", 3601), ("percent", 0), ("percent", 101)),
        *(("most_waiting", -1), ("most_waiting", 1001), ("longest_wait", 0), ("longest_wait", 3601)),
    ],
)
def test_what_nobody_can_aim_at_is_refused_beside_its_field(field: str, value: int) -> None:
    wrong: dict[str, Any] = {field: value}
    with pytest.raises(FormWrong) as refused:
        checked(replace(USUAL, **wrong))
    assert refused.value.field == field
