"""What the forms about estimate, answer and confirmation share. Rule: a form says what happens next, before it does.

The region ``work`` shows how things stand and is redrawn by push. Forms never stand in it: they are loaded into
``#work-form`` beneath, and an answer to one is the next form, or a sentence. Without a script each is a page.
"""

from __future__ import annotations

from aiohttp import web

from ionas_phone.support.work import Deed
from ionas_phone.web.access import signed_in
from ionas_phone.web.agreements import Agreement, read_agreement
from ionas_phone.web.context import context
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.sessions import id_of, path_of


async def agreement(request: web.Request) -> Agreement:
    """Return the session that the address names, and what was agreed about it. Raises NotThere."""
    return await read_agreement(context(request), id_of(request))


def deed(request: web.Request, key: str) -> Deed:
    """Return who does something now. Raises FormWrong for a key that no form of ours has."""
    return Deed(key, context(request).now(), signed_in(request).login)


async def form(
    request: web.Request, template: str, known: Agreement, status: int = 200, **values: object
) -> web.Response:
    """Show a form: alone for a script, else as a page."""
    shown = {**known.values(), "alone": is_htmx(request), **values}
    if is_htmx(request):
        return fragment(request, template, status=status, **shown)
    return await page(
        request, "estimates/page.html", page="desk", here="/", status=status, form_template=template, **shown
    )


def done(request: web.Request, known: Agreement, what: str) -> web.Response:
    """Say that something is done (``what`` names the sentence in estimates/_done.html), or lead back to the record."""
    if is_htmx(request):
        return fragment(request, "estimates/_done.html", what=what, **known.values())
    return see_other(path_of(known.session.id))


def changed(request: web.Request, known: Agreement) -> None:
    """Say that a session looks different now: on its record, and in the lists of whom it concerns."""
    context(request).changed(known.session.id, signed_in(request).login, known.session.assistant)
