from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ionas_phone.ami import faults
from ionas_phone.ami.connection import Link, PbxAddress, Timings
from ionas_phone.ami.faults import Fault
from ionas_phone.live.events import LinkChanged, MemberSeen, SnapshotTaken
from ionas_phone.live.nouns import LinkState
from ionas_phone.logs import masked
from tests.unit.ami.fake_pbx import MEMBER, FakePbx, Inbox

QUICK = Timings(breath=0.01, first_pause=0.01, longest_pause=0.04, slow_pause=0.05, starting=0.05, tick=0.01)


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with FakePbx() as server:
        yield server


def link_to(pbx: FakePbx, inbox: Inbox, timings: Timings = QUICK, **more: Any) -> Link:
    address = PbxAddress.parse(f"ami://ionas@127.0.0.1:{pbx.port}#mainz", "s3cret")
    return Link(address, inbox, pbx.clock, timings=timings, jitter=lambda: 0.5, **more)


@asynccontextmanager
async def running(link: Link) -> AsyncIterator[asyncio.Task[None]]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(link.run())
        try:
            yield task
        finally:
            task.cancel()


def told(fault: Fault) -> dict[str, object]:
    return {"state": fault.state, "reason": fault.reason}


async def test_who_reads_along_gets_every_byte_and_the_system_name_as_soon_as_it_is_known(pbx: FakePbx) -> None:
    heard: list[tuple[bytes, str]] = []
    inbox = Inbox()
    async with running(link_to(pbx, inbox, tap=lambda data, name: heard.append((data, name)))):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.tell("QueueMemberStatus", **MEMBER)
        await inbox.until(MemberSeen)
    stream = b"".join(data for data, _ in heard)
    assert stream.startswith(b"Asterisk Call Manager/")
    assert stream.count(b"Event: QueueMemberStatus\r\n") == 1
    names = [name for _, name in heard]
    assert (names[0], names[-1], set(names)) == ("", "mainz", {"", "mainz"})


async def test_log_in_snapshot_stream(pbx: FakePbx) -> None:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.tell("QueueMemberStatus", **MEMBER | {"Status": "6"})
        seen = await inbox.until(MemberSeen)
    assert [type(event).__name__ for event in inbox.events] == [
        *("LinkChanged", "SnapshotTaken", "LinkChanged", "MemberSeen"),
    ]
    assert (seen.member.name, seen.member.status.value, seen.pbx) == ("Anna", "ringing", "mainz")
    assert (link.state, link.reason, link.refused) == (LinkState.UP, "", {})
    assert (inbox.events[0].pbx, inbox.events[0].state) == ("mainz", LinkState.CONNECTING)
    assert inbox.received == sorted(inbox.received)


async def test_cancelling_logs_off_and_leaves_nothing_open(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, state=LinkState.UP)
    await pbx.until("Logoff")
    assert inbox.states() == ["connecting", "up"]


async def test_stopping_logs_off_and_ends_the_run(pbx: FakePbx) -> None:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link) as task:
        await inbox.until(LinkChanged, state=LinkState.UP)
        await link.stop()
        async with asyncio.timeout(5):
            await task
    await pbx.until("Logoff")
    assert inbox.states() == ["connecting", "up"]


async def test_stopping_does_not_wait_for_the_next_attempt(pbx: FakePbx) -> None:
    inbox = Inbox()
    await pbx.stop()
    link = link_to(pbx, inbox, replace(QUICK, first_pause=3600))
    async with running(link) as task:
        await inbox.until(LinkChanged, **told(faults.UNREACHABLE))
        await link.stop()
        async with asyncio.timeout(5):
            await task


async def test_a_pbx_that_goes_away_is_told_and_found_again(pbx: FakePbx) -> None:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        port = pbx.port
        await pbx.stop()
        await inbox.until(LinkChanged, **told(faults.UNREACHABLE))
        await pbx.start(port=port)
        await inbox.until(LinkChanged, 2, state=LinkState.UP)
    assert inbox.states() == ["connecting", "up", "lost", "lost", "up"]
    assert len(inbox.of(SnapshotTaken)) == 2


async def test_a_half_open_link_is_noticed_by_its_silence(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(link_to(pbx, inbox, replace(QUICK, ping=0.1, silence=0.5))):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.mute = True
        silent = await inbox.until(LinkChanged, **told(faults.SILENT))
        assert silent.at - silent.heard_at >= timedelta(seconds=0.5)  # what happened since then was not seen
        pbx.mute = False
        await inbox.until(LinkChanged, 2, state=LinkState.UP)


async def test_a_pbx_that_accepts_and_says_nothing_is_given_up(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.mute = True
    async with running(link_to(pbx, inbox, replace(QUICK, answer=0.05))):
        await inbox.until(LinkChanged, **told(faults.STUCK))
        pbx.mute = False
        await inbox.until(LinkChanged, state=LinkState.UP)
    assert pbx.got[0] == "Login"


@pytest.mark.parametrize(
    ("action", "message", "fault"),
    [
        ("Login", "Authentication failed", faults.REFUSED),
        ("Login", "Asterisk is shutting down", faults.SHUTTING_DOWN),
        ("CoreSettings", "Permission denied", faults.NO_RIGHTS),
        ("QueueStatus", "Invalid/unknown command", faults.NO_RIGHTS),
    ],
)
async def test_a_refusal_is_told_and_healed(pbx: FakePbx, action: str, message: str, fault: Fault) -> None:
    inbox = Inbox()
    pbx.errors[action] = message
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, **told(fault))
        await pbx.until(action, 2)
        pbx.errors.clear()
        await inbox.until(LinkChanged, state=LinkState.UP)
    assert len([event for event in inbox.of(LinkChanged) if event.state is fault.state]) == 1


async def test_a_pbx_that_lists_no_bridges_is_linked_all_the_same(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.errors["BridgeList"] = "Invalid/unknown command: BridgeList."
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, state=LinkState.UP)
    assert inbox.states() == ["connecting", "up"]


async def test_a_pbx_without_system_name_is_told_and_healed(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.system_name = ""
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, **told(faults.NO_SYSTEM_NAME))
        pbx.system_name = "mainz"
        await inbox.until(LinkChanged, state=LinkState.UP)


async def test_a_pbx_without_times_stays_unfit_over_a_new_connection(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.say(b"Event: Reload\r\nPrivilege: system,all\r\nSystemName: mainz\r\nModule: x\r\n\r\n")
        await inbox.until(LinkChanged, **told(faults.NO_TIMESTAMP))
        pbx.lines[0].transport.abort()
        await inbox.until(LinkChanged, **told(faults.CLOSED))
        await inbox.until(LinkChanged, 2, **told(faults.NO_TIMESTAMP))
        pbx.tell("QueueMemberStatus", **MEMBER)
        await inbox.until(LinkChanged, 2, state=LinkState.UP)
    assert inbox.states() == ["connecting", "up", "unfit", "lost", "unfit", "up"]
    assert len(inbox.of(SnapshotTaken)) == 2


async def test_a_pbx_that_starts_slowly_is_waited_for(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.booted = False
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, **told(faults.STARTING))
        pbx.boot()
        await inbox.until(LinkChanged, state=LinkState.UP)
    assert pbx.accepted == 1


async def test_a_shutdown_is_told_as_such(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.tell("Shutdown", Shutdown="Cleanly")
        await inbox.until(LinkChanged, **told(faults.SHUTTING_DOWN))


async def test_whoever_is_no_asterisk_does_not_get_the_secret(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.greeting = b"SSH-2.0-OpenSSH_9.2\r\n\r\n"
    async with running(link_to(pbx, inbox)):
        await inbox.until(LinkChanged, **told(faults.STRANGER))
    assert pbx.got == []


async def test_a_snapshot_on_request(pbx: FakePbx) -> None:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    link.request_snapshot()  # nothing to ask yet, and nothing breaks
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        pbx.members.append(MEMBER | {"Queue": "second"})
        link.request_snapshot()
        taken = await inbox.until(SnapshotTaken, 2)
    assert [member.queue for member in taken.members] == ["support", "second"]


async def test_a_snapshot_as_a_check(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(link_to(pbx, inbox, replace(QUICK, check=0.05))):
        await inbox.until(SnapshotTaken, 4)
    assert inbox.states() == ["connecting", "up"]


# ---- TLS ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate of 127.0.0.1, with its key in the same file."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    names = ("-subj", "/CN=pbx.example.org", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(
        ["openssl", *made, *names, "-keyout", folder / "key", "-out", folder / "crt"], check=True, capture_output=True
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return both


@pytest.fixture
async def tls_pbx(certificate: Path) -> AsyncIterator[FakePbx]:
    server = FakePbx()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    await server.start(tls=context)
    yield server
    await server.stop()


def tls_link(pbx: FakePbx, inbox: Inbox, host: str, tls: ssl.SSLContext | None) -> Link:
    address = PbxAddress.parse(f"amis://ionas@{host}:{pbx.port}#mainz", "s3cret")
    return Link(address, inbox, pbx.clock, tls=tls, timings=QUICK)


async def test_over_tls_with_a_certificate_we_trust(tls_pbx: FakePbx, certificate: Path) -> None:
    inbox = Inbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with running(tls_link(tls_pbx, inbox, "127.0.0.1", trusting)):
        await inbox.until(LinkChanged, state=LinkState.UP)


@pytest.mark.parametrize(
    ("host", "context"),
    [
        ("127.0.0.1", lambda _: None),  # nobody we trust made it
        ("localhost", lambda certificate: ssl.create_default_context(cafile=str(certificate))),  # another's name
    ],
)
async def test_an_unverified_certificate_gets_no_secret(
    tls_pbx: FakePbx, certificate: Path, host: str, context: Callable[[Path], ssl.SSLContext | None]
) -> None:
    inbox = Inbox()
    async with running(tls_link(tls_pbx, inbox, host, context(certificate))):
        await inbox.until(LinkChanged, **told(faults.CERTIFICATE))
    assert tls_pbx.got == []


async def test_a_pbx_that_speaks_no_tls_gets_no_secret(pbx: FakePbx) -> None:
    inbox = Inbox()
    async with running(tls_link(pbx, inbox, "127.0.0.1", None)):
        await inbox.until(LinkChanged, **told(faults.UNREACHABLE))
    assert pbx.got == []


async def test_the_system_name_is_hidden_in_every_log(pbx: FakePbx) -> None:
    inbox = Inbox()
    pbx.system_name = "unguessable-7f3a"
    async with running(link_to(pbx, inbox)):
        await inbox.until(SnapshotTaken)
    assert masked("about unguessable-7f3a-1.2") == "about [hidden]-1.2"


async def test_a_pbx_whose_port_nobody_listens_on(pbx: FakePbx) -> None:
    inbox = Inbox()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but nobody listens
        pbx.port = held.getsockname()[1]
        async with running(link_to(pbx, inbox)):
            await inbox.until(LinkChanged, **told(faults.UNREACHABLE))
