"""Whatever is sent in the place of a form is refused with a sentence, and is no bug of ours."""

from __future__ import annotations

import aiohttp
import pytest

from ionas_phone.web.access import COOKIE
from tests.desk_app import DeskApp, Visitor

URLENCODED = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n%s\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (f"{URLENCODED}; charset=bogus", b"name=anna"),
        (URLENCODED, b"name=\xff\xfe"),
        ("multipart/form-data; boundary=x", PART % b"anna"),
        ("multipart/form-data; boundary=x", PART % b"\xff\xfe"),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data", b"garbage"),
        ("application/json", b'{"name": "anna"}'),
        ("text/plain", b"name=anna"),
        ("", b"name=anna"),
    ],
)
@pytest.mark.parametrize("path", ["/anmelden", "/kunden", "/nix"])
async def test_what_is_no_form_is_refused(
    desk: DeskApp, anna: Visitor, path: str, content_type: str, body: bytes
) -> None:
    headers = {"Origin": desk.url, "Cookie": f"{COOKIE}={anna.cookie}", "Content-Type": content_type}
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.url + path, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        assert answer.status == 422
        assert "Formular" in await answer.text()
    assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 0


@pytest.mark.parametrize("typed", ["name=%00&passwort=%00", "name=%ED%A0%80&passwort=%FF", "name", "&&&", ""])
async def test_strange_characters_in_a_form_are_only_strange(desk: DeskApp, anna: Visitor, typed: str) -> None:
    headers = {"Origin": desk.url, "Content-Type": URLENCODED}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{desk.url}/anmelden", data=typed.encode(), headers=headers) as answer,
    ):
        assert answer.status == 422
    assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 0
