"""Asking a real Asterisk over a wire that is encrypted, and others that only look as if they were one."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.inquiry import Failure, Inquiry, Unanswered
from tests.lab import ports
from tests.lab.altered import Change, altered
from tests.lab.asterisk import Asterisk
from tests.unit.ami.fake_pbx import FakePbx

SECRET = "s3cret"


@pytest.fixture
async def fake() -> AsyncIterator[FakePbx]:
    async with FakePbx() as server:
        yield server


def address_of(fake: FakePbx) -> PbxAddress:
    return PbxAddress.parse(f"ami://ionas@127.0.0.1:{fake.port}", SECRET)


async def failure(address: PbxAddress, *, tls: ssl.SSLContext | None = None, patience: float = 0.2) -> Failure:
    """Return why nothing could be asked."""
    with pytest.raises(Unanswered) as caught:
        async with Inquiry.of(address, tls=tls, patience=patience) as inquiry:
            await inquiry.ask("QueueStatus")
    return caught.value.failure


async def test_answers_and_lists(pbx: Asterisk) -> None:
    async with Inquiry.of(PbxAddress.parse(pbx.ami_url, pbx.secret)) as inquiry:
        response, items = await inquiry.ask("QueueStatus")
        refused, nothing = await inquiry.ask("Originate", Channel="Local/1@nowhere")
        await inquiry.hear(10, lambda: bool(inquiry.events))
    assert (response.is_error(), {item["Event"] for item in items}) == (False, {"QueueParams", "QueueMember"})
    assert (refused.is_error(), nothing) == (True, [])
    assert inquiry.events[0].name == "FullyBooted"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-made certificate of 127.0.0.1; its key lies beside it."""
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    names = ("-subj", "/CN=pbx.example.org", "-addext", "subjectAltName=IP:127.0.0.1")
    out = ("-keyout", tmp_path / "key", "-out", tmp_path / "certificate")
    subprocess.run(["openssl", *made, *names, *out], check=True, capture_output=True)
    return tmp_path / "certificate"


async def test_over_tls_with_a_certificate_that_is_trusted_and_not_otherwise(certificate: Path) -> None:
    key = certificate.with_name("key")
    port = ports.free_tcp()
    tls = f"tlsenable = yes\ntlsbindaddr = 127.0.0.1:{port}\ntlscertfile = {certificate}\ntlsprivatekey = {key}\n"
    async with altered(None, Change("manager.conf", "enabled = yes", f"enabled = yes\n{tls}")) as pbx:
        address = PbxAddress.parse(f"amis://ionas@127.0.0.1:{port}", pbx.secret)
        trusting = ssl.create_default_context(cafile=str(certificate))
        async with Inquiry.of(address, tls=trusting) as inquiry:
            pong, _ = await inquiry.ask("Ping")
        assert not pong.is_error()
        assert await failure(address, patience=10) is Failure.CERTIFICATE
        plain = PbxAddress.parse(f"ami://ionas@127.0.0.1:{port}", pbx.secret)
        assert await failure(plain) is Failure.STRANGER
        bare = PbxAddress.parse(f"amis://ionas@127.0.0.1:{pbx.plan.ami_port}", pbx.secret)
        assert await failure(bare, patience=10) is Failure.NO_TLS


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"220 mail\r\n", b""])
async def test_nobody_but_asterisk_gets_the_secret(fake: FakePbx, greeting: bytes) -> None:
    fake.greeting = greeting
    assert await failure(address_of(fake)) is Failure.STRANGER
    assert fake.got in ([], ["Logoff"])


async def test_a_log_in_that_is_refused(fake: FakePbx) -> None:
    fake.errors["Login"] = "Authentication failed"
    assert await failure(address_of(fake), patience=10) is Failure.REFUSED


@pytest.mark.parametrize("action", ["Login", "QueueStatus"])
async def test_a_pbx_that_stops_gracefully(fake: FakePbx, action: str) -> None:
    fake.errors[action] = "Asterisk is shutting down"
    assert await failure(address_of(fake), patience=10) is Failure.STOPPING


async def test_a_pbx_that_falls_silent_or_goes_away(fake: FakePbx) -> None:
    async with Inquiry.of(address_of(fake), patience=0.2) as inquiry:
        fake.mute = True
        with pytest.raises(Unanswered) as silent:
            await inquiry.ask("Ping")
        for line in fake.lines:
            line.transport.abort()
        with pytest.raises(Unanswered) as gone:
            await inquiry.hear(10, lambda: False)
    assert (silent.value.failure, gone.value.failure) == (Failure.SILENT, Failure.SILENT)


async def test_what_nobody_asked_for_answers_nothing(fake: FakePbx) -> None:
    forged = b"Response: Success\r\nActionID: 1\r\nTimestamp: 0\r\n\r\nEvent: Forged\r\nActionID: 1\r\n\r\n"
    async with Inquiry.of(address_of(fake)) as inquiry:
        fake.say(forged)
        pong, _ = await inquiry.ask("Ping")
    assert float(pong.keys["Timestamp"]) > 1795340552
    assert "Forged" in [event.name for event in inquiry.events]


async def test_several_ask_at_once(fake: FakePbx) -> None:
    async def booted() -> bool:
        async with Inquiry.of(address_of(fake)) as inquiry:
            await inquiry.hear(10, lambda: bool(inquiry.events))
            return inquiry.events[0].name == "FullyBooted"

    assert await asyncio.gather(*(booted() for _ in range(3))) == [True] * 3
