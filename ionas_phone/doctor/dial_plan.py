"""Does the dial plan lead callers to us, cleaned? Rule: where it can't be followed, nothing is complained of."""

from __future__ import annotations

from collections.abc import Iterator

from ionas_phone.ami.inspection import CLEANER, FRONT, SWITCH, Inspection, Step
from ionas_phone.dialplan.numbers import spellings
from ionas_phone.doctor.findings import Finding, advice, well
from ionas_phone.words import N_

_NO_LINE = frozenset({"ionas-outbound", SWITCH})  # what desk phones dial, and what the service rings, lead to no line


def extensions(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the extensions by which carriers may name these lines. Raises SettingWrong."""
    return tuple(dict.fromkeys(each for line in lines for each in spellings(line)))


def dial_plan(seen: Inspection, lines: tuple[str, ...], queues: tuple[str, ...]) -> Iterator[Finding]:
    """Judge the way of a caller from the carrier to the queue."""
    contexts = {step.context for step in seen.steps}
    if CLEANER not in contexts:
        yield advice(
            "dial_plan",
            N_(
                "The dial plan has no context %(context)s: numbers come as strangers write them, and suppressed ones"
                " are seen. Take it from what `ionas-phone dialplan` writes, and call it first for every inbound call."
            ),
            context=CLEANER,
        )
    if SWITCH not in contexts:
        yield advice(
            "dial_plan",
            N_(
                "The dial plan has no context %(context)s: the opening switch can't be turned from the pages. Take it,"
                " and ionas-opening, from what `ionas-phone dialplan` writes."
            ),
            context=SWITCH,
        )
    for line in lines:
        yield from _line(line, queues, seen.steps, cleaning=CLEANER in contexts)


def _line(line: str, queues: tuple[str, ...], steps: tuple[Step, ...], *, cleaning: bool) -> Iterator[Finding]:
    names = set(spellings(line))
    ours = [step for step in steps if _meant(step, names)]
    if not ours:
        yield advice(
            "dial_plan",
            N_(
                "No extension of the dial plan takes calls to %(line)s. Add an inbound route for it in the spelling the"
                " carrier sends, or correct IONAS_LINES."
            ),
            line=line,
        )
        return
    front = [step for step in steps if step.context == FRONT]
    if cleaning and not any(_is_gosub(step) for step in (*ours, *front)):
        yield advice(
            "dial_plan",
            N_("Calls to %(line)s are not cleaned: make Gosub(%(context)s,s,1) the first step of their way."),
            line=line,
            context=CLEANER,
        )
    led = sorted({step.data.split(",")[0] for step in (*ours, *front) if step.application == "Queue"})
    if led and not set(led) & set(queues):
        yield advice(
            "dial_plan",
            N_("Calls to %(line)s wait in %(led)s, but IONAS_QUEUES names %(queues)s: nobody's desk would show them."),
            line=line,
            led=", ".join(led),
            queues=", ".join(queues),
        )
    else:
        yield well("dial_plan", N_("The dial plan takes calls to %(line)s."), line=line)


def _meant(step: Step, names: set[str]) -> bool:
    """Tell whether a step is on the way of this line: by name, or by a pattern the PBX found for one of its names."""
    is_pattern = step.extension.startswith("_")
    return step.context not in _NO_LINE and (step.extension in names or is_pattern)


def _is_gosub(step: Step) -> bool:
    return step.application == "Gosub" and step.data.split(",")[0] == CLEANER
