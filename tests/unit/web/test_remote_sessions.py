"""What is shown of remote sessions names who recorded them, whoever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ionas_phone.errors import NotThere
from ionas_phone.store import remote
from ionas_phone.web.remote_sessions import read_remote
from tests.timed import timed_desk


async def test_both_ends_have_names(tmp_path: Path) -> None:
    async with timed_desk(tmp_path) as timed:
        world = timed.desk.world
        async with world.database.write() as connection:
            await remote.start(connection, timed.id, "123456789", world.now(), "anna")
            await remote.end(connection, timed.id, world.now(), "sophie")
        found = await read_remote(world, timed.id)
        assert set(found["names"]) == {"anna", "sophie"}
        assert all(found["names"].values())
        assert (found["typed"], dict(found["errors"]), found["connect"]) == ("", {}, False)
        with pytest.raises(NotThere):
            await read_remote(world, 4711)
