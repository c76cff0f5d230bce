"""What our manager account may do, and whether its events can be believed. Rule: the wire outweighs what files say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ionas_phone.ami.inspection import Heard, Inspection
from ionas_phone.ami.manager_conf import SENT_ALONG, USED, ManagerConf
from ionas_phone.doctor.findings import Finding, advice, fault, well
from ionas_phone.words import N_

_ASKED = ("CoreSettings", "CoreShowChannels")  # what write = reporting is for
_SEEING = "BridgeList"  # every account may; a first sight tells a car park from a conversation by it
_STEERING = ("Originate", "QueuePause")  # what write = originate and write = agent are for
_TOO_MUCH = {"Command": "command", "UpdateConfig": "config", "ModuleLoad": "system"}  # an action that tells the right
_GUESSABLE = 12  # characters
_LONGEST = 15  # of FreePBX: what follows it in a unique id are "-", ten digits, "." and as many as there were channels
_WRITE_TIMEOUT = 1_000  # milliseconds; a service that is busy for a moment must not be cut off
_NAMED = 5  # events named in a sentence
_CLOCKS_APART = 2.0  # seconds

_ALL_RIGHTS = N_("The account may see and ask for what the service needs.")
_UNHEARD = N_(
    "Whether the PBX's events bear a time, and reach us at all, can't be told before a call comes: ring the line while"
    " `ionas-phone doctor --listen 60` runs. manager.conf must have timestampevents = yes, the account"
    " read = system,call,agent."
)
_UNTIMED = N_(
    "The PBX's events bear no time, so every one of them is refused. Set timestampevents = yes in [general] of"
    " manager.conf and reload manager."
)


def rights(seen: Inspection, user: str) -> Iterator[Finding]:
    """Judge what the account may ask for and what it is told."""
    lacking = list(_lacking(seen, user))
    yield from lacking
    if not lacking:
        yield well("rights", _ALL_RIGHTS)
    if _SEEING not in seen.commands:
        yield advice(
            "bridges",
            N_(
                "The PBX does not know %(action)s: after a start of the service, whoever parks or fetches a caller at"
                " that moment may be shown as talking with everybody in the car park. Every Asterisk since 16 knows it,"
                " and it needs no right: see what stands between the PBX and the service."
            ),
            action=_SEEING,
        )
    if lacks := [action for action in _STEERING if action not in seen.commands]:
        yield advice(
            "steering",
            N_(
                "The account %(user)s may not %(actions)s: calling back by a click and pausing from the desk do not"
                " work, which the desk says. Set write = reporting,originate,agent for it in manager.conf and reload"
                " manager."
            ),
            user=user,
            actions=", ".join(lacks),
        )
    if excess := sorted(right for action, right in _TOO_MUCH.items() if action in seen.commands):
        yield advice(
            "excess",
            N_(
                "The account %(user)s may do more than the service needs: whoever learns its secret can change the"
                " whole PBX. Take %(rights)s out of write = in manager.conf; reporting,originate,agent are enough."
            ),
            user=user,
            rights=", ".join(excess),
        )


def _lacking(seen: Inspection, user: str) -> Iterator[Finding]:
    if not seen.commands.issuperset(_ASKED):
        yield fault(
            "rights",
            N_(
                "The account %(user)s may not ask for lists of calls. Set write = reporting for it in manager.conf and"
                " reload manager."
            ),
            user=user,
        )
    if "QueueStatus" not in seen.commands:
        yield fault("queues", N_("Asterisk knows no queues. Load app_queue.so; see modules.conf and its log."))
    unseen = set(seen.manager_conf.unseen if seen.manager_conf else ())
    if not seen.booted:
        unseen.add("system")
    if unseen:
        yield fault(
            "rights",
            N_(
                "The account %(user)s is not told of %(classes)s. Set read = system,call,agent for it in manager.conf"
                " and reload manager; if it has them, Asterisk is still starting."
            ),
            user=user,
            classes=", ".join(sorted(unseen)),
        )


def marks(seen: Inspection, last_call: datetime | None) -> Iterator[Finding]:
    """Judge system name and times, without which no event is believed."""
    if seen.system_name == 0:
        yield fault(
            "system_name",
            N_(
                "The PBX has no system name, so every event of its is refused. Set systemname in [options] of"
                " asterisk.conf to something nobody can guess (openssl rand -hex 16) and restart Asterisk."
            ),
        )
    elif seen.system_name is not None and seen.system_name < _GUESSABLE:
        yield advice(
            "system_name",
            N_(
                "The PBX's system name is easy to guess, and whoever guesses it can forge calls. Set systemname in"
                " asterisk.conf to the output of openssl rand -hex 16 and restart Asterisk."
            ),
        )
    elif seen.system_name is not None and seen.dialling.from_trunk is not None and seen.system_name > _LONGEST:
        yield advice(
            "system_name",
            N_(
                "The PBX's system name has %(count)d characters. It begins every unique id, of which FreePBX's call"
                " records keep 32 characters: set systemname in asterisk.conf to the output of openssl rand -hex 6 and"
                " restart Asterisk."
            ),
            count=seen.system_name,
        )
    elif seen.system_name is not None:
        yield well("system_name", N_("The PBX has a system name that is hard to guess."))
    yield _times(seen.heard, seen.manager_conf, last_call)


def _times(heard: Heard, conf: ManagerConf | None, last_call: datetime | None) -> Finding:
    if heard.marked:
        return well("timestampevents", N_("%(count)d events were heard that can be believed."), count=heard.marked)
    if heard.count and heard.untimed == heard.count:
        return fault("timestampevents", _UNTIMED)
    if conf is not None:
        if not conf.timestampevents:
            return fault("timestampevents", _UNTIMED)
        return well("timestampevents", N_("manager.conf has events bear a time."))
    if last_call is not None:
        return well("timestampevents", N_("The last call of this PBX was seen at %(at)s UTC."), at=f"{last_call:%F %T}")
    return advice("timestampevents", _UNHEARD)


def stream(seen: Inspection) -> Iterator[Finding]:
    """Judge what the account's filters let through, and how long the PBX waits for us."""
    conf = seen.manager_conf
    if conf and conf.kept_back:
        yield fault(
            "eventfilter",
            N_(
                "The eventfilter of manager.conf keeps back what the service lives on: %(names)s. Write the one that"
                " `ionas-phone dialplan` writes and reload manager."
            ),
            names=", ".join([*conf.kept_back[:_NAMED], *(["…"] if conf.kept_back[_NAMED:] else [])]),
        )
    elif _is_unfiltered(seen):
        yield advice(
            "eventfilter",
            N_(
                "The PBX sends everything that happens on it, four times what the service needs. Write the eventfilter"
                " that `ionas-phone dialplan` writes into the account in manager.conf and reload manager."
            ),
        )
    elif conf:
        yield well("eventfilter", N_("Only events the service needs are sent."))
    if conf:
        yield from _settings(conf)


def _is_unfiltered(seen: Inspection) -> bool:
    conf = seen.manager_conf
    if seen.heard.names - USED - SENT_ALONG:
        return True
    if conf is None or conf.filters:
        return False
    return not conf.newer_filters or seen.version.startswith("16.")  # which passes over eventfilter(…) without a word


def _settings(conf: ManagerConf) -> Iterator[Finding]:
    told = conf.channelvars.replace(" ", "").upper()
    if missing := [name for name in ("CALLERID(DNID)", "CALLERID(pres)") if name.upper() not in told]:
        yield advice(
            "channelvars",
            N_(
                "manager.conf does not have %(names)s told, by which the number that was dialled and a suppressed"
                " number are known. Set channelvars = CALLERID(DNID),CALLERID(pres) in [general] and reload manager."
            ),
            names=", ".join(missing),
        )
    if conf.write_timeout < _WRITE_TIMEOUT:
        yield advice(
            "writetimeout",
            N_(
                "Asterisk cuts the service off when it is busy for %(ms)d ms. Set writetimeout = 5000 for the account"
                " in manager.conf and reload manager."
            ),
            ms=conf.write_timeout,
        )


def clocks(seen: Inspection) -> Iterator[Finding]:
    """Compare the PBX's clock with this machine's: its time stands in the records, ours bills."""
    if seen.clock is None:
        return
    if abs(seen.clock) > _CLOCKS_APART:
        yield advice(
            "clock",
            N_(
                "The PBX's clock is %(seconds)+.0f s off this machine's. Have both set by the network: install chrony"
                " on both and see `chronyc tracking`."
            ),
            seconds=seen.clock,
        )
    else:
        yield well("clock", N_("The clocks differ by %(ms).0f ms."), ms=abs(seen.clock) * 1_000)
