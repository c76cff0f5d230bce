"""A form that ends a session is remembered, whether or not it had a timer to stop."""

from __future__ import annotations

import pytest

from ionas_phone.errors import Conflict
from ionas_phone.store import sessions
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import Ending
from ionas_phone.support.work import WorkState
from tests.agreed import customer, desk
from tests.integration.store.test_timers import _finish
from tests.opened import read_session
from tests.people import AT


@pytest.mark.parametrize("late", [Ending.DONE, Ending.INTERRUPTED])
@pytest.mark.parametrize("agreed", [True, False])
async def test_a_form_that_has_stopped_no_timer_is_remembered_too(
    database: Database, late: Ending, *, agreed: bool
) -> None:
    here = await desk(database, await customer(database))
    if agreed:
        await here.agree()
    state = (await here.work()).state
    for _click in range(2):
        await _finish(here, Ending.INTERRUPTED, 60, "same form")
    assert (await here.work(70)).state is state
    async with database.write() as connection:
        await sessions.end(connection, here.session_id, None, AT, "anna")

    with pytest.raises(Conflict, match="gone on since"):
        await _finish(here, late, 200, "same form")

    assert (await read_session(database, here.session_id)).outcome is None
    if not agreed:
        await here.agree()
        assert (await here.work(300)).state is WorkState.ACCEPTED
