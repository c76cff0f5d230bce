"""Readiness and meters, for proxies and whoever watches the service. Rule: no name, no number, and no log-in needed."""

from __future__ import annotations

import hmac
from typing import Final

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST

from ionas_phone.addresses import is_loopback
from ionas_phone.errors import NotAllowed
from ionas_phone.live.nouns import LinkState
from ionas_phone.web.context import context
from ionas_phone.words import N_

_PASSED_ON: Final = (hdrs.X_FORWARDED_FOR, hdrs.X_FORWARDED_HOST, hdrs.FORWARDED, hdrs.VIA, "X-Real-IP")


async def healthz(request: web.Request) -> web.Response:
    """GET /healthz: 200, or 503 with the kinds of things that are not up ("pbx", "database").

    200 only while the picture can be believed. ``pbx``: how many links are up, how many there are, and, to those who
    may read the meters, the names of those ``down``. Addresses and reasons are for the board: who asks here need not be
    signed in.
    """
    health = context(request).live.health()
    down = [link.pbx for link in health.links if link.state is not LinkState.UP]
    missing = ["pbx"] if down else []
    if not health.database_up:
        missing.append("database")
    links: dict[str, object] = {"up": len(health.links) - len(down), "configured": len(health.links)}
    if _may_know(request):
        links["down"] = down
    answer = {"ready": not missing, "missing": missing, "pbx": links}
    return web.json_response(answer, status=503 if missing else 200)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics: all meters in Prometheus' text format, to this machine or with the token. Raises NotAllowed."""
    if not _may_know(request):
        raise NotAllowed(
            N_("The meters are shown to this machine itself, and to others with the token of IONAS_METRICS_TOKEN_FILE.")
        )
    return web.Response(body=context(request).metrics.text(), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})


def _may_know(request: web.Request) -> bool:
    return _has_token(request, context(request).metrics_token) or _is_from_here(request)


def _has_token(request: web.Request, token: str | None) -> bool:
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    said = given.encode(errors="surrogateescape")  # a header may hold any bytes
    return token is not None and scheme.lower() == "bearer" and hmac.compare_digest(said, token.encode())


def _is_from_here(request: web.Request) -> bool:
    """Tell whether a program on this machine asks for itself: what a proxy passes on comes from loopback, too."""
    if any(header in request.headers for header in _PASSED_ON) or not is_loopback(request.remote or ""):
        return False
    return is_loopback(request.url.host or "")
