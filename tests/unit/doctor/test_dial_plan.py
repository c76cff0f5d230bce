from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ionas_phone.ami.inspection import Dialling, Step
from ionas_phone.doctor.dial_plan import clicks, dial_plan, extensions
from ionas_phone.doctor.findings import Finding, Grade

from .seen import LINE, PBX, STEPS

SWITCH = STEPS[-1]
CLEANER = Step("ionas-caller", "s", "Return", "")


def said(*steps: Step, queues: tuple[str, ...] = ("support",)) -> list[str]:
    return bad(dial_plan(replace(PBX, steps=steps), (LINE,), queues))


def bad(findings: Iterable[Finding]) -> list[str]:
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


# ---- FreePBX: from-trunk is followed, and from there on what is asked for --------------------------------------------

ROUTE = (Step("ext-did", LINE, "Set", "__FROM_DID=${EXTEN}"), Step("ext-did", LINE, "Goto", "customdests,dest-3,1"))
FRONT_DOOR = (
    Step("customdests", "dest-3", "Goto", "ionas-front,s,1"),
    Step("ionas-front", "s", "Gosub", "ionas-caller,s,1"),
    Step("ionas-front", "s", "Goto", "ext-queues,600,1"),
)
ELSEWHERE = Step("from-queue", "_.", "Set", "QAGENT=${EXTEN}")  # takes every extension, and leads no caller anywhere


def on_freepbx(*route: Step, front: tuple[Step, ...] = FRONT_DOOR, queues: tuple[str, ...] = ("600",)) -> list[str]:
    steps = (CLEANER, SWITCH, ELSEWHERE, *route, *front)
    seen = replace(PBX, steps=steps, dialling=Dialling(from_trunk=route))
    findings = list(dial_plan(seen, (LINE,), queues))
    assert findings[0].check == "freepbx"
    return bad(findings)


def test_a_route_of_freepbx_that_leads_through_our_front_door_is_well() -> None:
    assert on_freepbx(*ROUTE) == []


def test_a_pattern_that_no_caller_comes_by_is_no_route() -> None:
    assert on_freepbx()[0].startswith(f"No inbound route of FreePBX takes calls to {LINE}.")


def test_a_route_past_our_front_door_is_not_cleaned() -> None:
    (sentence,) = on_freepbx(Step("ext-did", LINE, "Goto", "ext-queues,600,1"))
    assert "make ionas-front,s,1 a custom destination of FreePBX" in sentence
    (sentence,) = on_freepbx(*ROUTE, front=(Step("customdests", "dest-3", "Goto", "app-announcement-1,s,1"),))
    assert "make ionas-front,s,1 a custom destination" in sentence


def test_a_route_by_a_time_condition_may_lead_through_our_front_door() -> None:
    assert on_freepbx(Step("ext-did", LINE, "Goto", "timeconditions,1,1")) == []


def test_the_queue_behind_the_front_door_must_be_one_that_is_watched() -> None:
    (sentence,) = on_freepbx(*ROUTE, queues=("support",))
    assert sentence.startswith(f"Calls to {LINE} wait in 600, but IONAS_QUEUES names support")
    opening = Step(
        "ionas-front", "s", "GotoIf", '$["${GOSUB_RETVAL}" = "open"]?ext-queues,601,1:app-announcement-1,s,1'
    )
    (sentence,) = on_freepbx(*ROUTE, front=(*FRONT_DOOR[:2], opening))
    assert "wait in 601" in sentence


def test_where_a_click_dials() -> None:
    assert list(clicks(PBX, "ionas-desk")) == []
    (missing,) = bad(clicks(replace(PBX, dialling=Dialling(knows=False, takes=False)), "ionas-desk"))
    assert "the context ionas-desk, which the dial plan does not have. Set IONAS_DIAL_CONTEXT" in missing
    (refused,) = bad(clicks(replace(PBX, dialling=Dialling(takes=False)), "from-internal"))
    assert "A click dials numbers as +4917139200100, which the context from-internal does not take." in refused
