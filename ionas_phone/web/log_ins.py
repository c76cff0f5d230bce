"""What becomes of open tabs when a log-in changes. Rule: they are told at once, not at the next beat."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import WSCloseCode, web

from ionas_phone.errors import SignedOut
from ionas_phone.web.access import KNOWN, LOG_IN, LogIn, owner_of
from ionas_phone.web.context import context
from ionas_phone.web.stream import SIGNED_OUT


def log_in_of(request: web.Request) -> LogIn:
    """Return the log-in that asks. Raises SignedOut."""
    log_in: LogIn | None = request.get(LOG_IN)
    if log_in is None:
        raise SignedOut
    return log_in


def sign_out(request: web.Request, login_ids: Collection[int]) -> None:
    """Have the tabs of log-ins that ended say so."""
    request.app[KNOWN].forget_all(login_ids)
    for login_id in login_ids:
        context(request).hub.stop(SIGNED_OUT, owner_of(login_id))


def come_again(request: web.Request, login_ids: Collection[int]) -> None:
    """Have the tabs of these log-ins connect anew: their user may something else now, or likes it otherwise."""
    for login_id in login_ids:
        context(request).hub.stop(WSCloseCode.SERVICE_RESTART, owner_of(login_id))
