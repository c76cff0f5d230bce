"""What the service itself tells the picture. Rule: results of effects come back here as events, by no other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from ionas_phone.live import events as e
from ionas_phone.live.answers import CallWritten, PhoneAnswered
from ionas_phone.live.board import BOARD, CALLS, LINKS, MISSED, LinkHealth, desk_topic, session_topic, sessions_topic
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import KeepSight, SettleDialling
from ionas_phone.live.nouns import LinkState
from ionas_phone.live.on_channels import doubt
from ionas_phone.live.parts import Wait
from ionas_phone.live.picture import SET_ASIDE_SHOWN, Picture


def link_changed(picture: Picture, event: e.LinkChanged) -> None:
    """A link went up or down. Whatever happens while it is down is not seen: the next snapshot heals at once."""
    known = picture.links.get(event.pbx)
    began_at = event.heard_at or event.at
    if known is None or (known.state, known.reason) != (event.state, event.reason):
        since = known.since if known and known.state is event.state else began_at
        ahead = known.ahead if known else 0
        picture.links[event.pbx] = LinkHealth(event.pbx, event.state, since, event.reason, ahead)
        picture.redraw(LINKS, BOARD)
    if event.state is not LinkState.UP:
        picture.blind.add(event.pbx)
        picture.sight.lose(event.pbx, began_at)


def clock_compared(picture: Picture, event: e.ClockCompared) -> None:
    """A clock is off, or was set: what was told before may seem to be of later, and must not win because of it."""
    if known := picture.links.get(event.pbx):
        picture.links[event.pbx] = replace(known, ahead=round(event.ahead.total_seconds()))
        picture.redraw(LINKS, BOARD)
    picture.channels.begin_anew(event.pbx)
    picture.queues.begin_anew(event.pbx)
    for call in picture.calls.values():
        if call.key.pbx == event.pbx and call.waiting_since:
            call.waiting_since = min(call.waiting_since, event.at)


def pbx_reloaded(picture: Picture, event: e.PbxReloaded) -> None:
    """A reload of the queues may have changed members without a word."""
    if event.module in {"All", "app_queue.so"}:
        doubt(picture, event.pbx, "the queues were reloaded")


def phone_answered(picture: Picture, event: PhoneAnswered) -> None:
    """Whoever had the phone ring is told; the call itself is in the picture already, or will never be."""
    picture.orders.append(SettleDialling(event.asked, event.answered, event.reason))


def call_written(picture: Picture, event: CallWritten) -> None:
    """What the store tells of calls is new; who was missed only if somebody has answered, or nobody."""
    picture.redraw(CALLS)
    if event.missed:
        picture.redraw(MISSED)


def directory_read(picture: Picture, event: e.DirectoryRead) -> None:
    """Who sits where: every desk and every name may change."""
    before = picture.directory.logins()
    picture.directory.replace(event.assistants)
    picture.queues.know(picture.directory.phones())
    concerned = {*before, *picture.directory.logins()}  # who has lost a phone has lost what rang there
    picture.redraw(BOARD, *(desk_topic(login) for login in sorted(concerned)))
    for call in picture.calls.values():
        picture.touch(call)


def calls_remembered(picture: Picture, event: e.CallsRemembered) -> None:
    """After a start: calls that had not ended. The first snapshot confirms or ends them."""
    for old in event.calls:
        if old.call in picture.calls:
            continue
        call = picture.new_call(*old.call)
        call.line, call.queue, call.queues = old.line, old.queue, [old.queue] if old.queue else []
        call.number, call.caller_name, call.suppressed = old.number, old.caller_name, old.suppressed
        call.offered_at, call.answered_at, call.endpoint = old.offered_at, old.answered_at, old.answered_interface
        call.waiting_since = None if old.answered_at else old.offered_at
        if call.waiting_since:
            call.waits.append(Wait(call.queue, call.waiting_since))
        call.session_id, call.customer = old.session_id, old.customer
        call.session_ordered = old.session_id is not None
        call.holder = old.session_assistant
        call.direction, call.began_at, call.earlier = old.direction, old.began_at, old.stretches
        picture.touch(call)


def sight_remembered(picture: Picture, event: e.SightRemembered) -> None:
    """After a start: all since then was not seen."""
    picture.sight.remember(event.pbx, event.seen_at, event.counts)
    picture.sight.gaps = sorted([*picture.sight.gaps, *event.gaps], key=lambda gap: gap.began_at)
    picture.redraw(LINKS, BOARD)


def sight_kept(picture: Picture, event: e.SightKept) -> None:
    """Remember each PBX that is in sight as seen now."""
    for link in picture.links.values():
        if link.state is LinkState.UP and link.pbx not in picture.blind:
            picture.orders.append(KeepSight(link.pbx, event.at, picture.sight.counts(link.pbx)))


def caller_recognised(picture: Picture, event: e.CallerRecognised) -> None:
    """The store says whom the number may belong to."""
    if call := picture.calls.get(event.call):
        call.matches = event.matches
        picture.touch(call)


def session_opened(picture: Picture, event: e.SessionOpened) -> None:
    """The session stands, perhaps a colleague's; also told again when its customer was chosen."""
    if call := picture.calls.get(event.call):
        call.session_id, call.customer = event.session_id, event.customer
        call.holder = event.holder or call.holder
        picture.touch(call)
        picture.redraw(CALLS, MISSED)
        talkers = picture.logins_at(talk.endpoint for talk in call.talking)
        if event.fresh and call.holder in talkers:
            call.told = talkers  # it stands with the call that goes on: their lists, which leave it out, are the same
            picture.redraw(session_topic(event.session_id))
        else:
            _redraw_sessions(picture, call)


def session_handed_over(picture: Picture, event: e.SessionHandedOver) -> None:
    """The store has it: both desks list their open sessions anew, and the record names who has it."""
    if event.before:
        picture.redraw(sessions_topic(event.before))
    if call := picture.calls.get(event.call):
        _redraw_sessions(picture, call)
        if call.session_id is not None:
            picture.redraw(session_topic(call.session_id))


def _redraw_sessions(picture: Picture, call: Call) -> None:
    logins = picture.logins_at(talk.endpoint for talk in call.talks)
    picture.redraw(*(sessions_topic(login) for login in logins))


def database_seen(picture: Picture, event: e.DatabaseSeen) -> None:
    """The database answered or did not."""
    if (picture.database_up, picture.database_reason) != (event.up, event.reason):
        if picture.database_up != event.up:
            picture.database_since = event.at
        picture.database_up, picture.database_reason = event.up, event.reason
        picture.redraw(LINKS, BOARD)


def write_set_aside(picture: Picture, event: e.WriteSetAside) -> None:
    """A write can never succeed: people must see it."""
    picture.set_aside = [*picture.set_aside, event.what][-SET_ASIDE_SHOWN:]
    picture.redraw(LINKS, BOARD)


def time_passed(picture: Picture, event: e.TimePassed, now: datetime) -> None:
    """Notes leave the ring slots, ended calls and tombstones are forgotten, however far the clock was set meanwhile."""
    if event.by:
        _clock_set(picture, event.by)
    for call in picture.current():
        for ring in call.rings:
            if ring.note_until and ring.note_until <= now:
                ring.note_until = None
                picture.touch(call)
    if picture.over and _is_due(picture.over[0], now):
        gone = tuple(takewhile(lambda call: _is_due(call, now), picture.over))
        for _ in gone:
            picture.over.popleft()
        picture.forget(*gone)
        picture.channels.prune(now)


def _is_due(call: Call, now: datetime) -> bool:
    return call.forget_at is not None and call.forget_at <= now


def _clock_set(picture: Picture, by: timedelta) -> None:
    """What was to end some seconds from now still ends then, and not an hour later or at once."""
    for call in picture.calls.values():
        for ring in call.rings:
            ring.note_until = ring.note_until and ring.note_until + by
    for call in picture.over:
        call.forget_at = call.forget_at and call.forget_at + by
    picture.channels.clock_set(by)
    picture.sight.clock_set(by)


def link_is_up(picture: Picture, pbx: str, at: datetime) -> None:
    """A snapshot arrived: the link is up, whatever was said before."""
    known = picture.links.get(pbx)
    if known is None or known.state is not LinkState.UP:
        picture.links[pbx] = LinkHealth(pbx, LinkState.UP, at, ahead=known.ahead if known else 0)
        picture.redraw(LINKS, BOARD)
