"""Every answer carries the policy, whatever it is."""

from __future__ import annotations

import pytest

from tests.desk_app import DeskApp, Visitor

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/", "/anmelden", "/kunden/suche", "/nix", "/leitung", "/healthz", "/static/0/x", "/strom"]
)
@pytest.mark.parametrize("signed_in", [True, False])
async def test_every_answer_carries_them(desk: DeskApp, anna: Visitor, path: str, *, signed_in: bool) -> None:
    if not signed_in:
        anna.cookie = ""
    answer = await anna.get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Server"] == "ionas"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers  # served on this machine only, without TLS


async def test_refused_requests_carry_them_too(desk: DeskApp, anna: Visitor) -> None:
    answer = await anna.post("/abmelden", Origin="https://evil.example")
    assert answer.status == 403
    assert answer.headers["Content-Security-Policy"] == POLICY
