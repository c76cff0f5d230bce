"""A form that had to give way to another's. Rule: it is done once more at once, and never what was done already.

PostgreSQL gives up one of two transactions that wait for each other. Whoever had sent that form would read that it was
not saved, and send it again: so do we, unless some of it is done (``store.attempts``). Where it fails again, the
sentence says so, and what was typed stays in the form.
"""

from __future__ import annotations

import structlog
from aiohttp import hdrs, web

from ionas_phone.errors import Contended, StoreAway
from ionas_phone.store.attempts import attempt, may_be_repeated
from ionas_phone.web.access import Handler

_FORM = "application/x-www-form-urlencoded"  # read into memory as a whole, so that it can be read again
_log = structlog.get_logger(__name__)


@web.middleware
async def once_more(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer; a form that gave way to somebody else's is done again if nothing of it is done. Raises Contended.

    A handler of forms that catches StoreAway keeps this from seeing it: it calls ``give_way`` first, or tries its own
    transaction once more if something was done before (``missed.call``).
    """
    if request.method != hdrs.METH_POST or request.content_type != _FORM:
        return await handler(request)
    with attempt() as first:
        try:
            return await handler(request)
        except Contended as error:
            if first.done:
                raise
            _log.info("a form gave way to another and is done once more", path=request.path, why=error.detail)
    return await handler(request)


def give_way(error: StoreAway) -> None:
    """Raise ``error`` again if the form will be done once more because of it: it is too early to show it."""
    if isinstance(error, Contended) and may_be_repeated():
        raise error
