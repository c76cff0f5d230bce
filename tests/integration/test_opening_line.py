"""The opening switch on a real Asterisk: turned by the service's own account, kept by the dial plan alone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ionas_phone.dialplan.opening import Hours
from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime.clock import now
from ionas_phone.runtime.opening import OpeningSwitch
from ionas_phone.store import opening
from ionas_phone.store.database import Database
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, checked
from tests.integration.test_ami_link import watching
from tests.lab.asterisk import Asterisk
from tests.lab.manager import Manager
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS

ERIKA = "+4961315550101"
NEVER = Hours("", "", "", "")


async def queued(pbx: Asterisk) -> bool:
    """Ring the line until it hangs up, and tell whether the caller got into the queue."""
    async with Phone.registered(pbx, "201"), Customers.of(pbx) as customers, Manager.of(pbx) as manager:
        caller = customers.call(ERIKA)
        await caller.until(caller.ended)
        await manager.until("Event: Hangup")
        return bool(manager.events("QueueCallerJoin"))


@pytest.fixture
async def database(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A file will do here; the store's own tests run on both."""
    opened = Database(f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}")
    yield opened
    await opened.close()


@pytest.mark.parametrize("major", MAJORS)
async def test_it_is_turned_seen_and_ends_by_itself(major: int, database: Database) -> None:
    async with Asterisk.running(major, hours=NEVER, wait_seconds=1) as pbx, watching(pbx) as inbox:
        await inbox.until(LinkChanged, state=LinkState.UP)
        switch = OpeningSwitch({"mainz": inbox.link}, database, lambda: None, now)
        await switch.turn()
        assert switch.seen == {"mainz": BY_HOURS}
        assert not await queued(pbx)

        await switch.set(Switch(Opening.OPEN), "office")
        assert await queued(pbx)
        end = checked(Switch(Opening.OPEN, now() + timedelta(hours=1)), now())
        await switch.set(end, "office")
        assert await queued(pbx)
        await switch.turn()
        assert switch.seen == {"mainz": end}

        past = str(int(now().timestamp()) - 1)  # as if that hour had gone by: nobody tells the dial plan
        await pbx.cli(f"database put ionas opening-until {past}")
        assert not await queued(pbx)
        await switch.set(Switch(Opening.CLOSED), "office")
        assert ": closed" in await pbx.cli("database show ionas opening")
        await switch.set(BY_HOURS, "office")
        await switch.turn()
        assert switch.seen == {"mainz": BY_HOURS}
        async with database.read() as connection:
            last = await opening.last(connection)
        assert last
        assert last.switch == BY_HOURS
