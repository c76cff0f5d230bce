"""What is seen of a PBX; what the doctor makes of it is tested in tests/integration/doctor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.inquiry import Inquiry
from ionas_phone.ami.inspection import Inspection, Wish, inspect
from ionas_phone.runtime.clock import now
from tests.lab.asterisk import Asterisk
from tests.lab.phones import LINE
from tests.unit.ami.fake_pbx import FakePbx

WISH = Wish("ionas", (LINE,), 0.0)
PONG = datetime.fromtimestamp(1795340553, UTC)  # the time the fake PBX tells


@pytest.fixture
async def fake() -> AsyncIterator[FakePbx]:
    async with FakePbx() as server:
        yield server


async def seen(fake: FakePbx, said: bytes = b"", at: datetime = PONG) -> Inspection:
    """Inspect the fake PBX, on whose line ``said`` stands."""
    async with Inquiry.of(PbxAddress.parse(f"ami://ionas@127.0.0.1:{fake.port}", "s3cret")) as inquiry:
        fake.say(said)
        return await inspect(inquiry, WISH, lambda: at)


async def test_a_real_asterisk(pbx: Asterisk) -> None:
    async with Inquiry.of(PbxAddress.parse(pbx.ami_url, pbx.secret)) as inquiry:
        found = await inspect(inquiry, WISH, now)
    assert (found.booted, found.queues, len(found.members)) == (True, {"support"}, 3)
    assert found.commands >= {"CoreSettings", "CoreShowChannels", "QueueStatus", "BridgeList", "ShowDialPlan"}
    assert {"ionas-from-trunk", "ionas-line", "ionas-caller"} <= {step.context for step in found.steps}
    assert found.system_name == len(pbx.written.secrets.system_name)
    assert pbx.written.secrets.system_name not in repr(found)
    assert found.manager_conf is None  # our own dial plan has no function that reads files


async def test_events_are_told_from_what_a_caller_wrote(fake: FakePbx) -> None:
    genuine = b"Event: Hangup\r\nPrivilege: call,all\r\nTimestamp: 1.0\r\nSystemName: mainz\r\n\r\n"
    forged = b"Event: AgentCalled\r\nPrivilege: agent,all\r\n\r\n"
    heard = (await seen(fake, genuine + forged)).heard
    assert (heard.count, heard.marked, heard.untimed) == (2, 1, 1)
    assert (heard.names, heard.complete) == ({"Hangup"}, False)


async def test_where_no_event_bears_a_mark_all_are_counted(fake: FakePbx) -> None:
    fake.system_name = ""
    bare = b"Event: Hangup\r\nPrivilege: call,all\r\n\r\nEvent: AgentCalled\r\nPrivilege: agent,all\r\n\r\n"
    found = await seen(fake, bare)
    assert (found.heard.marked, found.heard.untimed, found.heard.complete) == (0, 2, True)
    assert found.system_name == 0


async def test_a_clock_is_compared_and_one_that_tells_nothing_is_not(fake: FakePbx) -> None:
    ahead = (await seen(fake, at=PONG - timedelta(hours=1))).clock
    assert ahead is not None
    assert round(ahead / 3600) == 1
    fake.errors["Ping"] = "no"
    assert (await seen(fake)).clock is None
