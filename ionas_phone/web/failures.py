"""What went wrong, as an answer. Rule: the one place where a PhoneError becomes a status and a sentence for its reader.

A page asks for a page, a script of ours for a fragment: that goes into the alert line of the page (#notice), never into
the form that was sent, so that nothing typed is lost. Programs that ask for JSON get a problem document.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import structlog
from aiohttp import hdrs, web

from ionas_phone.errors import (
    Conflict,
    Foreign,
    FormWrong,
    NotAllowed,
    NotSteered,
    NotThere,
    PhoneError,
    SignedOut,
    StoreAway,
    TooOften,
)
from ionas_phone.web.access import LOG_IN, Handler
from ionas_phone.web.context import context
from ionas_phone.web.pages import RENDERER, fragment, is_htmx, language_of, page, see_other
from ionas_phone.words import N_

STATUS: Final[dict[type[PhoneError], int]] = {
    SignedOut: 401,
    NotAllowed: 403,
    Foreign: 403,
    NotThere: 404,
    Conflict: 409,
    FormWrong: 422,
    TooOften: 429,
    NotSteered: 502,
    StoreAway: 503,
}
REFUSED: Final = 400
COME_AGAIN: Final = 10  # seconds

log = structlog.get_logger(__name__)


class Bug(PhoneError):
    """Something went wrong here, and it was not you. It has been written down; please try again."""


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into answers. A bug is logged with its trace, and counted; nothing of it is shown."""
    try:
        return await handler(request)
    except PhoneError as error:
        return await _answer(request, error, status_of(error))
    except web.HTTPException as error:
        if error.status < REFUSED:  # a redirect
            raise
        return await _answer(request, _known(error), error.status)
    except Exception:
        context(request).metrics.errors.inc()
        log.exception("request_failed", method=request.method, path=request.path)
        return await _answer(request, Bug(), 500)


def status_of(error: PhoneError) -> int:
    """Return the HTTP status that says the same as ``error``."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), REFUSED)


def _known(error: web.HTTPException) -> PhoneError:
    if isinstance(error, web.HTTPNotFound):
        return NotThere()
    if isinstance(error, web.HTTPMethodNotAllowed):
        return PhoneError(N_("This address does not take such a request."))
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return PhoneError(N_("That is too much text for one form."))
    return PhoneError(N_("This request can't be understood."))


async def _answer(request: web.Request, error: PhoneError, status: int) -> web.StreamResponse:
    if is_htmx(request):
        return _for_script(request, error, status)
    if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
        title = request.app[RENDERER].sentence(error, language_of(request))
        problem = {"title": title, "status": status}
        return web.json_response(problem, status=status, content_type="application/problem+json")
    if isinstance(error, SignedOut) and request.method == hdrs.METH_GET:
        return see_other(f"/anmelden?ziel={quote(request.path_qs, safe='/')}")
    if LOG_IN not in request:
        alone = await page(request, "error/alone.html", status=status, error=error, code=status)
        if isinstance(error, StoreAway) and request.method == hdrs.METH_GET:
            alone.headers["Refresh"] = str(COME_AGAIN)  # nobody stands at a screen in the corridor to press a key
        return alone
    if isinstance(error, StoreAway):
        again = request.path_qs if request.method == hdrs.METH_GET else None
        return await page(request, "error/away.html", page="desk", status=status, error=error, again=again)
    return await page(request, "error/page.html", page="desk", status=status, error=error, code=status)


def _for_script(request: web.Request, error: PhoneError, status: int) -> web.Response:
    answer = fragment(request, "error/_notice.html", status=status, error=error)
    if isinstance(error, SignedOut):  # the overlay says it; the form stays as it is
        answer.headers.update({"HX-Reswap": "none", "HX-Trigger": "signed-out"})
    else:
        answer.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
    return answer
