"""Does the dial plan lead callers to us, cleaned, and clicks out? Rule: what can't be followed is not complained of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ionas_phone.ami.inspection import CLEANER, CLICKED, FRONT, SWITCH, Inspection, Step
from ionas_phone.dialplan.numbers import spellings
from ionas_phone.doctor.findings import Finding, advice, well
from ionas_phone.words import N_

_NO_LINE = frozenset({"ionas-outbound", SWITCH})  # what desk phones dial, and what the service rings, lead to no line
_JUMPS = frozenset({"Goto", "Gosub"})
_FREEPBX_QUEUE = re.compile(r"\bext-queues,(\d+)")
_NOT_TAKEN = N_(
    "No extension of the dial plan takes calls to %(line)s. Add an inbound route for it in the spelling the"
    " carrier sends, or correct IONAS_LINES."
)
_NO_ROUTE = N_(
    "No inbound route of FreePBX takes calls to %(line)s. Add one (Connectivity, Inbound Routes) in the spelling the"
    " carrier sends, or correct IONAS_LINES."
)
_NOT_CLEANED = N_("Calls to %(line)s are not cleaned: make Gosub(%(context)s,s,1) the first step of their way.")
_NOT_BY_THE_FRONT = N_(
    "Calls to %(line)s are not cleaned: make %(context)s,s,1 a custom destination of FreePBX, and that the destination"
    " of the line's inbound route."
)


def extensions(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the extensions by which carriers may name these lines. Raises SettingWrong."""
    return tuple(dict.fromkeys(each for line in lines for each in spellings(line)))


def dial_plan(seen: Inspection, lines: tuple[str, ...], queues: tuple[str, ...]) -> Iterator[Finding]:
    """Judge the way of a caller from the carrier to the queue."""
    contexts = {step.context for step in seen.steps}
    if seen.dialling.from_trunk is not None:
        yield well(
            "freepbx",
            N_(
                "This is a dial plan of FreePBX. What is said here of manager.conf and extensions.conf belongs into"
                " manager_custom.conf and extensions_custom.conf, members of queues into its page Queues."
            ),
        )
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
        yield from _line(line, queues, seen, cleaning=CLEANER in contexts)


def clicks(seen: Inspection, context: str) -> Iterator[Finding]:
    """Judge whether a customer can be called back by a click, which dials in ``context``."""
    if not seen.dialling.knows:
        yield advice(
            "dial_plan",
            N_(
                "A click dials in the context %(context)s, which the dial plan does not have. Set IONAS_DIAL_CONTEXT to"
                " the one in which the desk phones dial (FreePBX: from-internal)."
            ),
            context=context,
        )
    elif not seen.dialling.takes:
        yield advice(
            "dial_plan",
            N_(
                "A click dials numbers as %(number)s, which the context %(context)s does not take. Add an extension for"
                " +49 (FreePBX: a dial pattern of an outbound route, with +49 as prefix, Z. as match pattern, and 0"
                " prepended)."
            ),
            number=CLICKED,
            context=context,
        )


def _line(line: str, queues: tuple[str, ...], seen: Inspection, *, cleaning: bool) -> Iterator[Finding]:
    from_trunk = seen.dialling.from_trunk
    names = set(spellings(line))
    ours = [step for step in (seen.steps if from_trunk is None else from_trunk) if _meant(step, names)]
    if not ours:
        yield advice("dial_plan", _NOT_TAKEN if from_trunk is None else _NO_ROUTE, line=line)
        return
    way = tuple(_way(ours, seen.steps))
    if cleaning and not any(_is_gosub(step) for step in way) and (from_trunk is None or not _leaves(way, seen.steps)):
        sentence = _NOT_CLEANED if from_trunk is None else _NOT_BY_THE_FRONT
        yield advice("dial_plan", sentence, line=line, context=CLEANER if from_trunk is None else FRONT)
    led = sorted({queue for step in way if (queue := _queue(step))})
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


def _way(first: Iterable[Step], known: Iterable[Step]) -> Iterator[Step]:
    """Yield these steps, and those they lead to, as far as they are known."""
    todo, passed = list(first), set()
    while todo:
        step = todo.pop()
        if step in passed:
            continue
        passed.add(step)
        yield step
        if step.application in _JUMPS:
            whither = tuple(step.data.split(",")[:2])
            todo += [other for other in known if (other.context, other.extension) == whither]


def _leaves(way: Iterable[Step], known: Iterable[Step]) -> bool:
    """Tell whether a way goes on where we don't see: by a time condition of FreePBX to our front door, perhaps."""
    contexts = {step.context for step in known}
    jumps = [step.data.split(",")[0] for step in way if step.application == "Goto"]
    return FRONT in contexts and any(whither not in {*contexts, "ext-queues"} for whither in jumps)


def _meant(step: Step, names: set[str]) -> bool:
    """Tell whether a step is on the way of this line: by name, or by a pattern the PBX found for one of its names."""
    is_pattern = step.extension.startswith("_")
    return step.context not in _NO_LINE and (step.extension in names or is_pattern)


def _queue(step: Step) -> str:
    """Return the queue in which a caller waits from this step on, "" if none."""
    if step.application == "Queue":
        return step.data.split(",")[0]
    found = _FREEPBX_QUEUE.search(step.data) if step.application.startswith("Goto") else None
    return found[1] if found else ""


def _is_gosub(step: Step) -> bool:
    return step.application == "Gosub" and step.data.split(",")[0] == CLEANER
