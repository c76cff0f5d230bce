"""Readiness, for proxies and whoever watches the service. Rule: 200 only while the picture can be believed."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.live.nouns import LinkState
from ionas_phone.web.context import context


async def healthz(request: web.Request) -> web.Response:
    """GET /healthz: 200, or 503 with the names of what is not up; nothing that outsiders could use."""
    health = context(request).live.health()
    missing = [f"pbx {link.pbx}: {link.state}" for link in health.links if link.state is not LinkState.UP]
    if not health.database_up:
        missing.append("database")
    return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)
