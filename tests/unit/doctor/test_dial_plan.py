from __future__ import annotations

from dataclasses import replace

from ionas_phone.ami.inspection import Step
from ionas_phone.doctor.dial_plan import dial_plan, extensions
from ionas_phone.doctor.findings import Grade

from .seen import LINE, PBX, STEPS

SWITCH = STEPS[-1]
CLEANER = Step("ionas-caller", "s", "Return", "")


def said(*steps: Step, queues: tuple[str, ...] = ("support",)) -> list[str]:
    findings = dial_plan(replace(PBX, steps=steps), (LINE,), queues)
    return [each.sentence % each.values for each in findings if each.grade is not Grade.WELL]


def test_our_own_plan_is_well() -> None:
    assert said(*STEPS) == []


def test_a_line_is_asked_for_in_every_spelling() -> None:
    assert extensions((LINE, LINE))[:4] == (LINE, "496131327070", "00496131327070", "06131327070")


def test_freepbx_cleans_at_its_front_door_and_takes_any_number() -> None:
    inbound = Step("ext-did-catchall", "_.", "Goto", "ionas-front,s,1")
    front = Step("ionas-front", "s", "Gosub", "ionas-caller,s,1")
    assert said(inbound, front, CLEANER, SWITCH) == []
    assert "are not cleaned" in said(inbound, CLEANER, SWITCH)[0]


def test_what_desk_phones_may_dial_leads_no_caller_to_us() -> None:
    assert "No extension" in said(Step("ionas-outbound", "_0[2-8]XXX.", "Dial", "PJSIP/trunk"), CLEANER, SWITCH)[0]


def test_without_its_context_the_opening_switch_cannot_be_turned() -> None:
    (sentence,) = said(*STEPS[:-1])
    assert sentence.startswith("The dial plan has no context ionas-opening-switch")


def test_a_line_that_waits_in_a_queue_nobody_watches() -> None:
    (sentence,) = said(*STEPS, queues=("sales", "office"))
    assert sentence.startswith(f"Calls to {LINE} wait in support, but IONAS_QUEUES names sales, office")
