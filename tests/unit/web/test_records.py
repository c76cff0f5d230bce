"""A record is read whole: the session, whose it is and why, and what they rang about before."""

from __future__ import annotations

import pytest

from ionas_phone.errors import NotThere
from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.sessions import Clash, SessionText
from ionas_phone.web.records import Refused, read_record
from tests.desk_app import DeskApp
from tests.e2e.calls import answered

NUMBER = "+4961315550101"


async def test_a_record_knows_its_customer_and_what_was_before(desk: DeskApp) -> None:
    async with desk.world.database.write() as connection:
        erika = await customers.create(connection, NewCustomer("Erika", phones=(NUMBER,)), clock.now(), "test")
    first = await answered(desk)
    record = await read_record(desk.world.database, first, desk.world.now())
    assert (record.session.id, record.customer) == (first, erika)
    assert record.match is not None
    assert (record.matches, record.history) == ((), ())
    refused = Refused(SessionText.SUMMARY, "typed", Clash("theirs", "ben", 2, clock.now()))
    assert record.values(refused)["refused"] == refused


async def test_a_session_that_is_not_there_is_said_so(desk: DeskApp) -> None:
    with pytest.raises(NotThere):
        await read_record(desk.world.database, 4711, desk.world.now())
