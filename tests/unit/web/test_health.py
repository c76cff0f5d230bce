"""Readiness names what kind of thing is not up, and tells a stranger no more; meters are for those who may."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.live.events import DatabaseSeen, LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime import clock
from ionas_phone.web.access import COOKIE
from tests.desk_app import METRICS_TOKEN, DeskApp


async def test_ready_only_while_the_picture_can_be_believed(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        ready = await visitor.get("/healthz")
        one = {"up": 1, "configured": 1, "down": []}
        assert (ready.status, await ready.json()) == (200, {"ready": True, "missing": [], "pbx": one})
        second = LinkChanged(at=clock.now(), pbx="pbx.example.org:5039", state=LinkState.LOST, reason="secret detail")
        desk.story.tell(second)
        desk.story.tell(DatabaseSeen(at=clock.now(), up=False, reason="secret detail"))
        away = await visitor.get("/healthz")
        assert away.status == 503
        two = {"up": 1, "configured": 2, "down": ["pbx.example.org:5039"]}
        assert await away.json() == {"ready": False, "missing": ["pbx", "database"], "pbx": two}
        stranger = await visitor.get("/healthz", X_Forwarded_For="198.51.100.7")
        assert (await stranger.json())["pbx"] == {"up": 1, "configured": 2}


async def test_a_program_on_this_machine_reads_the_meters(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        answer = await visitor.get("/metrics")
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "ionas_pops_missed_total 0.0" in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "198.51.100.7"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"Forwarded": "for=198.51.100.7"},
        {"X_Real_IP": "198.51.100.7"},
        {"Via": "1.1 proxy"},
        {"Host": "phone.example.org"},
    ],
)
async def test_what_a_proxy_passes_on_does_not_come_from_this_machine(desk: DeskApp, headers: dict[str, str]) -> None:
    async with desk.visitor() as visitor:
        refused = await visitor.get("/metrics", Accept="application/json", **headers)
        assert refused.status == 403
        assert "IONAS_METRICS_TOKEN_FILE" in await refused.text()
        token = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        assert (await visitor.get("/metrics", **headers, **token)).status == 200


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer wrong", f"Basic {METRICS_TOKEN}", METRICS_TOKEN, "Bearer ä"]
)
async def test_a_wrong_token_opens_nothing(desk: DeskApp, authorization: str) -> None:
    async with desk.visitor() as visitor:
        headers = {"X_Forwarded_For": "198.51.100.7", "Authorization": authorization}
        assert (await visitor.get("/metrics", **headers)).status == 403


@pytest.mark.parametrize("header", ["Authorization: Bearer \xff", f"Cookie: {COOKIE}=\xff"])
async def test_a_token_of_any_bytes_is_a_wrong_one_and_no_bug(desk: DeskApp, header: str) -> None:
    host, _, port = desk.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = ("GET /metrics HTTP/1.1", f"Host: {host}", "Via: 1.1 proxy", header, "", "")
    writer.write("\r\n".join(lines).encode("latin-1"))
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()
    assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 0
