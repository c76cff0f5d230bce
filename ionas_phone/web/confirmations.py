"""The confirmation that the customer gets to keep. Rule: what is recorded is the very text that was handed over.

Its SHA-256 stands in the form, on the paper and in the record; the file that can be downloaded has just these bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web

from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.store import acceptances
from ionas_phone.support.acceptances import Acceptance, Handed, digest
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires
from ionas_phone.web.agreements import Agreement
from ionas_phone.web.context import Context, context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_work import ConfirmationForm
from ionas_phone.web.pages import page
from ionas_phone.web.times import new_key
from ionas_phone.web.typed import beside, named
from ionas_phone.web.work import agreement, changed, deed, done, form


@dataclass(frozen=True, slots=True)
class Document:
    """The text that confirms an acceptance; ``script``: id of its text, None once it is recorded as handed over."""

    acceptance: Acceptance
    script: int | None
    text: str
    sha256: str


@requires(Permission.DESK)
async def confirmation_form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/bestaetigung: the text, and how the customer gets it."""
    return await show(request, await agreement(request))


@requires(Permission.DESK)
async def print_view(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/bestaetigung/druck: the text alone, for paper."""
    known = await agreement(request)
    document = await document_of(context(request), known)
    values = known.values() | {"document": document}
    return await page(request, "acceptances/print.html", page="desk", here="/", **values)


@requires(Permission.DESK)
async def download(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/bestaetigung.txt: the text as a file, in the bytes its SHA-256 is of."""
    known = await agreement(request)
    document = await document_of(context(request), known)
    name = f"bestaetigung-{known.session.id}-{document.acceptance.id}.txt"
    answer = web.Response(body=document.text.encode(), content_type="text/plain", charset="utf-8")
    answer.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    return answer


@requires(Permission.DESK)
async def confirm(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/bestaetigung: record that the customer has it. Sent twice, it is recorded once."""
    world, typed = context(request), await read(request, ConfirmationForm)
    new, wrong = typed.confirmation()
    known = await agreement(request)
    if wrong:
        return await _form(request, known, typed.model_dump(), wrong, 422)
    try:
        _refuse_another(known, typed)
        async with world.database.write() as connection:
            made = await acceptances.confirm(connection, typed.acceptance, new, deed(request, typed.key))
            _refuse_other_text(made.sha256, typed)
    except (FormWrong, Conflict) as error:
        return await _form(request, await agreement(request), typed.model_dump(), named(error), status_of(error))
    changed(request, known)
    return done(request, await agreement(request), "confirmed")


async def show(request: web.Request, known: Agreement) -> web.Response:
    """Show the form as it begins: by mail if there is an address."""
    mail = known.customer.email if known.customer else ""
    return await _form(
        request, known, {"key": new_key(), "handed": Handed.MAIL if mail else Handed.REMOTE, "address": mail}, {}
    )


async def document_of(world: Context, known: Agreement) -> Document:
    """Return what confirms the newest yes: as it was handed over, or as it would be. Raises Conflict without a yes."""
    accepted, confirmed = known.work.newest_acceptance, known.work.confirmation
    if accepted is None:
        raise Conflict("The customer has not accepted an estimate yet.")
    if confirmed:
        return Document(accepted, None, confirmed.text, confirmed.sha256)
    async with world.database.read() as connection:
        draft = await acceptances.draft(connection, accepted.id)
    return Document(accepted, draft.scripts[0], draft.text, digest(draft.text))


def _refuse_another(known: Agreement, typed: ConfirmationForm) -> None:
    """Raise Conflict if the newest yes is not the one that the form was shown for."""
    newest = known.work.newest_acceptance
    if newest is None or newest.id != typed.acceptance:
        raise Conflict("More was accepted meanwhile; hand over the confirmation of that.")


def _refuse_other_text(sha256: str, typed: ConfirmationForm) -> None:
    """Raise Conflict if what would be recorded is not the text that was shown (the customer's name is in it, too)."""
    if sha256 != typed.sha256:
        raise Conflict("The text has changed meanwhile; hand over the one that stands here now.")


async def _form(
    request: web.Request, known: Agreement, typed: Mapping[str, Any], wrong: Mapping[str, PhoneError], status: int = 200
) -> web.Response:
    document = await document_of(context(request), known)
    return await form(
        request, "acceptances/_confirm.html", known, status, form=typed, errors=beside(wrong), document=document
    )
