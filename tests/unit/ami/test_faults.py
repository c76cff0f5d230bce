from __future__ import annotations

import pytest

from ionas_phone.ami import faults
from ionas_phone.ami.faults import Fault
from ionas_phone.live.nouns import LinkState

FAULTS = {name: fault for name, fault in vars(faults).items() if isinstance(fault, Fault)}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_a_state_and_sentences(name: str) -> None:
    fault = FAULTS[name]
    assert (fault.state is LinkState.UP) == (fault is faults.CLOSING)
    assert fault.reason.endswith(".")
    assert fault.reason.count(". ") + fault.reason.count("; ") >= 1  # what is wrong, what becomes of it or what to do


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.state is LinkState.UNFIT])
def test_a_pbx_that_is_not_set_up_is_told_the_setting_and_its_file(name: str) -> None:
    reason = FAULTS[name].reason
    assert any(setting in reason for setting in ("systemname", "timestampevents = yes", "write = reporting"))
    assert "asterisk.conf" in reason or "manager.conf" in reason


def test_what_the_guard_can_miss_has_its_sentence() -> None:
    assert {reason: fault.state for reason, fault in faults.LACKS.items()} == {
        "no_timestamp": LinkState.UNFIT,
        "no_system_name": LinkState.UNFIT,
    }
