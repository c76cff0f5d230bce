"""Asking the customer, and recording the answer. Rule: only what was read out from this page can be agreed to.

The form carries the estimate and the texts it was made of; a newer estimate or another text is refused, and the page
shows what is to be read now. A yes needs a click on its own button: Enter alone sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.store import acceptances
from ionas_phone.support.acceptances import Acceptance, Channel
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import LANGUAGES
from ionas_phone.support.users import Permission
from ionas_phone.web import confirmations
from ionas_phone.web.access import requires
from ionas_phone.web.agreements import Agreement, NextStep
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_work import AnswerForm
from ionas_phone.web.pages import is_htmx, see_other
from ionas_phone.web.sessions import id_of, path_of
from ionas_phone.web.times import new_key
from ionas_phone.web.typed import beside, named
from ionas_phone.web.work import agreement, changed, deed, done, form
from ionas_phone.words import N_

_NOTHING = N_("There is no estimate that waits for an answer; propose one.")


@requires(Permission.DESK)
async def ask_form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/zustimmung?sprache=en: what is to be read out, and the customer's answer."""
    return await ask(request, await agreement(request))


async def ask(request: web.Request, known: Agreement) -> web.Response:
    """Show what is to be read out. Raises Conflict if there is nothing (left) to ask."""
    return await _form(request, known, first_answer(known), {})


@requires(Permission.DESK)
async def answer(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/zustimmung: yes or no. Sent twice, it is one answer; the next form follows."""
    world, session_id, typed = context(request), id_of(request), await read(request, AnswerForm)
    known = await agreement(request)
    estimate = known.work.estimate
    said, wrong = typed.answer(estimate.customer_kind if estimate else CustomerKind.CONSUMER)
    if wrong and estimate and estimate.id == typed.estimate:  # else it is the wrong estimate, and that is said first
        return await _form(request, known, typed.model_dump(), wrong, 422)
    try:
        async with world.database.write() as connection:
            made = await acceptances.answer(connection, session_id, typed.estimate, said, deed(request, typed.key))
    except (FormWrong, Conflict) as error:
        return await _form(request, await agreement(request), typed.model_dump(), named(error), status_of(error))
    changed(request, known)
    return await _next(request, await agreement(request), made)


def first_answer(known: Agreement) -> dict[str, Any]:
    """Return what the form begins with: the customer's name, or whoever answered before.

    How they were identified is chosen each time: a check that nobody made must not get on record by itself.
    """
    before, customer = known.work.newest_acceptance, known.customer
    return {
        "key": new_key(),
        "who": before.who if before else customer.name if customer else "",
        "relation": before.relation if before else None,
        "identified": None,
        "channel": Channel.SPOKEN,
    }


async def _form(
    request: web.Request, known: Agreement, typed: Mapping[str, Any], wrong: Mapping[str, PhoneError], status: int = 200
) -> web.Response:
    """Show the form; if there is nothing (left) to ask, only say so."""
    estimate = known.work.estimate
    if estimate is None or known.step is not NextStep.ASK:
        if not wrong:
            raise Conflict(_NOTHING)
        return await form(request, "acceptances/_refused.html", known, status, errors=beside(wrong))
    language = request.query.get("sprache", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    async with context(request).database.read() as connection:
        reading = await acceptances.to_read(connection, estimate, language)
    if (typed.get("estimate"), typed.get("scripts")) != (estimate.id, reading.scripts):
        typed = {**typed, "early_start": False, "withdrawal_known": False}  # what is read out anew is agreed to anew
    return await form(
        request,
        "acceptances/_ask.html",
        known,
        status,
        form=typed,
        errors=beside(wrong),
        reading=reading,
        spoken=language,
        first=known.work.newest_acceptance is None,
    )


async def _next(request: web.Request, known: Agreement, made: Acceptance) -> web.Response:
    """Go on after the answer: a confirmation that must be out, the record, or a sentence."""
    if not made.accepted and not known.open:  # the whole record looks different now
        headers = {"HX-Redirect": path_of(known.session.id)}
        return web.Response(status=204, headers=headers) if is_htmx(request) else see_other(path_of(known.session.id))
    if made.accepted and known.step is NextStep.CONFIRM:
        if is_htmx(request):
            return await confirmations.show(request, known)
        return see_other(f"{path_of(known.session.id)}/bestaetigung")
    return done(request, known, made.decision.value)
