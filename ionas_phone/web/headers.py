"""The headers of every answer. Rule: a page of ours loads and sends nothing but to us, and nobody frames it."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from ionas_phone.web.context import context

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not "no-referrer": that makes browsers send "Origin: null" with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    hdrs.SERVER: "ionas",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add them, just before the answer goes out; what is about people is kept nowhere (not for the back button)."""
    response.headers.update(HEADERS)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    if (context(request).public_url or "").startswith("https://"):
        response.headers[hdrs.STRICT_TRANSPORT_SECURITY] = "max-age=31536000"
