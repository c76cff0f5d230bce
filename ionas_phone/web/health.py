"""Readiness, for proxies and whoever watches the service. Rule: 200 only while the picture can be believed."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.live.nouns import LinkState
from ionas_phone.web.context import context


async def healthz(request: web.Request) -> web.Response:
    """GET /healthz: 200, or 503 with the kinds of things that are not up ("pbx", "database").

    ``pbx``: how many links are up, and how many there are. Names, addresses and reasons are for the board: who asks
    here need not be signed in.
    """
    health = context(request).live.health()
    up = sum(link.state is LinkState.UP for link in health.links)
    missing = ["pbx"] if up < len(health.links) else []
    if not health.database_up:
        missing.append("database")
    answer = {"ready": not missing, "missing": missing, "pbx": {"up": up, "configured": len(health.links)}}
    return web.json_response(answer, status=503 if missing else 200)
