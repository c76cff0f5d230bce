"""What can be seen of a PBX and of our account there, as facts. Rule: nothing is judged here, and no secret is kept.

Whatever the account may not ask stays None or empty; ``doctor`` says what that means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.ami.frames import Message
from ionas_phone.ami.inquiry import Inquiry
from ionas_phone.ami.manager_conf import SEEN, ManagerConf, from_values
from ionas_phone.ami.translate import instant, member
from ionas_phone.live.nouns import Member

CLEANER = "ionas-caller"  # the context that cleans callers
FRONT = "ionas-front"  # where FreePBX lets them in
SWITCH = "ionas-opening-switch"  # what the service rings to turn the opening switch
_FREEPBX = ("from-trunk", "from-internal-xfer")  # where it lets strangers in, and where its phones transfer to
_CUSTOM = "customdests"  # FreePBX's custom destinations
CLICKED = "+4917139200100"  # nobody's, as a click would dial a customer at home
_BOOTED = 2.0  # seconds; a PBX that has started says FullyBooted at once
_MOST_FILTERS = 20
_PLAIN = re.compile(r"[\w.@-]+")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the dial plan."""

    context: str
    extension: str
    application: str
    data: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Events that came while somebody listened, FullyBooted aside. ``marked``: with time and system name."""

    count: int = 0
    marked: int = 0
    untimed: int = 0
    classes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Tell whether a call was heard: both classes that only a call shows."""
        return self.classes >= SEEN - {"system"}


@dataclass(frozen=True, slots=True)
class Dialling:
    """What is found from a context on, through all it includes. ``from_trunk``: of our lines; None: it is no FreePBX.

    ``knows``: the context in which a click dials is there; ``takes``: with something for a customer at home.
    """

    from_trunk: tuple[Step, ...] | None = None
    knows: bool = True
    takes: bool = True


@dataclass(frozen=True, slots=True)
class Inspection:
    """One PBX. ``clock``: seconds its clock is ahead of ours. ``system_name``: its length; 0: it has none."""

    version: str
    booted: bool
    commands: frozenset[str]
    system_name: int | None
    clock: float | None
    queues: frozenset[str]
    members: tuple[Member, ...]
    steps: tuple[Step, ...]
    dialling: Dialling
    manager_conf: ManagerConf | None
    heard: Heard


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be found out, and of which account.

    ``extensions``: whose steps of the dial plan matter. ``listen``: for so many seconds, or until a call was heard.
    ``context``: where a click dials.
    ``on_site``: what manager.conf says, if it was read already.
    """

    user: str
    extensions: tuple[str, ...]
    listen: float
    context: str = "ionas-desk"
    on_site: ManagerConf | None = None


async def inspect(inquiry: Inquiry, wish: Wish, now: Callable[[], datetime]) -> Inspection:
    """Ask everything, then listen. Raises Unanswered."""
    await inquiry.hear(_BOOTED, lambda: _booted(inquiry))
    settings, _ = await inquiry.ask("CoreSettings")
    commands, _ = await inquiry.ask("ListCommands")
    clock = await _clock(inquiry, now)
    _, lists = await inquiry.ask("QueueStatus")
    steps = await _steps(inquiry, wish.extensions)
    dialling = await _dialling(inquiry, wish)
    manager_conf = wish.on_site or await _manager_conf(inquiry, wish.user)
    name = settings.keys.get("SystemName")
    await inquiry.hear(wish.listen, lambda: _heard(inquiry.events, name).complete)
    return Inspection(
        version=settings.keys.get("AsteriskVersion", ""),
        booted=_booted(inquiry),
        commands=frozenset(commands.keys) - {"ActionID", "Response"},
        system_name=None if name is None else len(name),
        clock=clock,
        queues=frozenset(keys["Queue"] for keys in lists if keys["Event"] == "QueueParams"),
        members=tuple(member(keys, keys["Location"], keys["Name"]) for keys in lists if keys["Event"] == "QueueMember"),
        steps=steps,
        dialling=dialling,
        manager_conf=manager_conf,
        heard=_heard(inquiry.events, name),
    )


def _booted(inquiry: Inquiry) -> bool:
    return any(event.name == "FullyBooted" for event in inquiry.events)


async def _clock(inquiry: Inquiry, now: Callable[[], datetime]) -> float | None:
    """Compare the clocks; what the question took on its way is halved."""
    before = now()
    pong, _ = await inquiry.ask("Ping")
    after = now()
    try:
        theirs = instant(pong.keys["Timestamp"])
    except (KeyError, ValueError, OverflowError):
        return None
    return (theirs - before - (after - before) / 2).total_seconds()


async def _steps(inquiry: Inquiry, extensions: Iterable[str]) -> tuple[Step, ...]:
    """Ask for what happens to these extensions, and for our contexts: a whole FreePBX has ten thousand steps."""
    found: dict[Step, None] = {}
    contexts = [{"Context": each} for each in (CLEANER, FRONT, SWITCH, _CUSTOM)]
    for question in (*({"Extension": each} for each in extensions), *contexts):
        found |= dict.fromkeys(await _shown(inquiry, **question))
    return tuple(found)


async def _dialling(inquiry: Inquiry, wish: Wish) -> Dialling:
    """Follow the includes from where strangers come in on a FreePBX, and from where a click dials."""
    from_trunk: dict[Step, None] | None = None
    if all([await _shown(inquiry, Context=each) for each in _FREEPBX]):
        from_trunk = {}
        for each in wish.extensions:
            from_trunk |= dict.fromkeys(await _shown(inquiry, Context=_FREEPBX[0], Extension=each))
    return Dialling(
        from_trunk=None if from_trunk is None else tuple(from_trunk),
        knows=bool(await _shown(inquiry, Context=wish.context)),
        takes=bool(await _shown(inquiry, Context=wish.context, Extension=CLICKED)),
    )


async def _shown(inquiry: Inquiry, **question: str) -> list[Step]:
    """Return the steps of a context, an extension, or both; with both its includes are followed."""
    _, items = await inquiry.ask("ShowDialPlan", **question)
    return [
        Step(*(keys.get(name, "") for name in ("Context", "Extension", "Application", "AppData"))) for keys in items
    ]


async def _manager_conf(inquiry: Inquiry, user: str) -> ManagerConf | None:
    """Ask the PBX for the lines of its file; None where it does not know the function for that (func_config)."""

    async def value(section: str, name: str, place: int = -1) -> str:
        response, _ = await inquiry.ask("Getvar", Variable=f"AST_CONFIG(manager.conf,{section},{name},{place})")
        text: str = response.keys.get("Value", "")
        return text

    if not _PLAIN.fullmatch(user) or not await value("general", "enabled"):
        return None
    general = {name: await value("general", name) for name in ("timestampevents", "channelvars")}
    account = {name: await value(user, name) for name in ("read", "writetimeout")}
    filters: list[str] = []
    while len(filters) < _MOST_FILTERS and (text := await value(user, "eventfilter", len(filters))):
        filters.append(text)
    return from_values(general, account, filters)


def _heard(events: list[Message], system_name: str | None) -> Heard:
    ours = [event for event in events if event.name != "FullyBooted" and "Privilege" in event.keys]
    marked = [event for event in ours if _is_marked(event, system_name)]
    told = marked or ours  # what bears no mark may be a caller's invention, unless nothing bears one
    return Heard(
        count=len(ours),
        marked=len(marked),
        untimed=sum("Timestamp" not in event.keys for event in ours),
        classes=frozenset(word for event in told for word in event.keys["Privilege"].split(",")),
        names=frozenset(event.name for event in told),
    )


def _is_marked(event: Message, system_name: str | None) -> bool:
    keys: dict[str, str] = event.keys
    return "Timestamp" in keys and bool(system_name) and keys.get("SystemName") == system_name
