"""What the guided tour's strip shows: how far somebody has come. Rule: read off the records and the live picture."""

from __future__ import annotations

from typing import Any, Final

from ionas_phone.live.nouns import PRACTICE_PBX
from ionas_phone.store import call_lists, remote, sessions, tours, work
from ionas_phone.support.sessions import SessionState
from ionas_phone.support.tours import Place, TourStep
from ionas_phone.support.users import User
from ionas_phone.support.work import Work, WorkState
from ionas_phone.web.context import Context

_STARTED: Final = frozenset({WorkState.RUNNING, WorkState.PAUSED, WorkState.STOPPED})


async def tour(world: Context, user: User) -> dict[str, Any]:
    """Return the values of the strip: ``place`` None for those who are not on the tour.

    ``passed_on``: a colleague has the caller, so that the tour cannot go on with them.
    """
    nothing = {"place": None, "session_id": None, "phone": None, "passed_on": False}
    if world.practice is None:
        return nothing
    async with world.database.glance() as connection:
        since = await tours.began_at(connection, user.id)
    if since is None:  # as with most, at every change of their desk
        return nothing
    async with world.database.read() as connection:
        session_id = await tours.session_of(connection, user.id, user.login, since)
        session = await sessions.get(connection, session_id) if session_id else None
        found = await work.load(connection, session.id, world.now()) if session else None
        looked = await remote.of_session(connection, session.id) if session else ()
        calls = await call_lists.of_session(connection, session.id) if session else ()
    desk, phone = world.live.desk(user.login), world.practice.state(user.login)
    done = {TourStep.RING} if session or any(card.practice for card in desk.rings) else set()
    # Sent on before its session stood open: a colleague who picks up then has opened it.
    sent = any(one.call.pbx == PRACTICE_PBX and one.at >= since for one in desk.sent)
    needed, passed_on = set(), sent and not session and not desk.rings
    if session and found:
        done |= {TourStep.ANSWER} | _done(found)
        done |= {TourStep.CUSTOMER} if session.customer_id else set()
        done |= {TourStep.PROBLEM} if session.problem.strip() else set()
        done |= {TourStep.REMOTE} if looked else set()
        done |= {TourStep.LEAVE} if looked and all(look.ended_at for look in looked) else set()
        done |= {TourStep.SUMMARY} if session.summary.strip() else set()
        done |= {TourStep.PREVENTION} if session.prevention.strip() else set()
        done |= {TourStep.CLOSE} if session.state is SessionState.CLOSED else set()
        gone = not any(call.session_id == session.id for call in desk.calls)
        passed_on = gone and any(call_lists.sent_on(one, world.live.journey) for one in calls)
        done |= {TourStep.HANG_UP} if gone and not passed_on else set()
        needed = _needed(found) | (set() if session.customer_id else {TourStep.CUSTOMER})
    place = Place(frozenset(done), frozenset(needed))
    return {"place": place, "session_id": session_id, "phone": phone, "passed_on": passed_on}


def _done(found: Work) -> set[TourStep]:
    """Return what of the work is done."""
    done = {TourStep.ESTIMATE} if found.estimate else set()
    if found.newest_acceptance:
        done |= {TourStep.ESTIMATE, TourStep.ACCEPT}
    if found.confirmation:
        done.add(TourStep.CONFIRM)
    if found.state in _STARTED:
        done.add(TourStep.START)
    if found.state is WorkState.STOPPED:
        done.add(TourStep.STOP)
    return done


def _needed(found: Work) -> set[TourStep]:
    newest = found.newest_acceptance
    return {TourStep.CONFIRM} if newest and newest.must_be_confirmed else set()
