"""The line through, without a browser: a real call on a real Asterisk becomes one session in each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from ionas_phone.app import Service
from ionas_phone.live.board import RingState
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.store import calls, sessions
from ionas_phone.store.calls import StoredCall
from ionas_phone.support.sessions import Session
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import Phones
from tests.lab.legs import Leg
from tests.lab.phones import Customers
from tests.lab.waiting import until
from tests.service import OF_EXTENSION, linked, people_and_a_customer, settings

NUMBER = "061315550101"


async def stored(service: Service, key: CallKey) -> StoredCall:
    async with service.database.read() as connection:
        found = await calls.get(connection, key)
    assert found
    return found


async def session_of(service: Service, call: StoredCall) -> Session:
    assert call.session_id
    async with service.database.read() as connection:
        found = await sessions.get(connection, call.session_id)
    assert found
    return found


async def rung(service: Service, phones: Phones) -> tuple[Leg, str]:
    """Let the next phone ring; return its leg and whose desk shows the card."""
    leg = await phones.next_call()
    leg.ring()
    login = OF_EXTENSION[leg.agent.name]
    live = service.engine.live
    await until(lambda: [card.state for card in live.desk(login).rings][:1] == [RingState.RINGING], "the ring card")
    return leg, login


async def finished(service: Service) -> None:
    await until(lambda: all(call.ended_at for call in service.engine.live.picture.calls.values()), "the call to end")
    await service.writer.drained()


async def test_a_real_call_becomes_one_session_of_the_right_customer(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path
) -> None:
    erika = await people_and_a_customer(database_url)
    async with linked(settings(tmp_path, database_url, pbx)) as service:
        caller = customers.call(NUMBER)
        leg, login = await rung(service, phones)
        card = service.engine.live.desk(login).rings[0]
        await until(lambda: bool(service.engine.live.desk(login).rings[0].caller.matches), "the customer")
        leg.answer()
        live = service.engine.live
        await until(lambda: any(call.session_id for call in live.desk(login).calls), "the session")
        [talk] = live.desk(login).calls
        assert talk.customer
        assert talk.customer.number == erika.number
        await caller.hang_up()
        await finished(service)

        call = await stored(service, card.call)
        session = await session_of(service, call)
        assert (session.id, session.customer_id, session.assistant) == (talk.session_id, erika.id, login)
        assert (call.record.outcome, call.record.ended_by) == (Outcome.ANSWERED, "caller")
        compare_with_queue_log(pbx, call)


def compare_with_queue_log(pbx: Asterisk, call: StoredCall) -> None:
    """The call's times are those Asterisk itself wrote down (whole seconds, rounded down)."""
    rows = {row.event: row for row in pbx.queue_log() if row.call == call.record.call.unique_id}
    record = call.record
    assert record.offered_at
    assert record.answered_at
    assert record.ended_at
    # queue_log has whole seconds and takes the time itself: the next one may have begun.
    assert abs(rows["ENTERQUEUE"].at - record.offered_at.timestamp()) < 2
    assert abs(rows["CONNECT"].at - record.answered_at.timestamp()) < 2
    talked = (record.ended_at - record.answered_at).total_seconds()
    assert abs(int(rows["COMPLETECALLER"].data[1]) - talked) < 2


async def test_the_next_phone_rings_after_a_decline_and_the_card_moves_on(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path
) -> None:
    await people_and_a_customer(database_url)
    async with linked(settings(tmp_path, database_url, pbx)) as service:
        caller = customers.call(NUMBER)
        leg, first = await rung(service, phones)
        leg.reject(603)
        live = service.engine.live
        await until(lambda: live.desk(first).rings[0].state is RingState.DECLINED, "the decline")
        leg, second = await rung(service, phones)
        assert second != first
        leg.answer()
        await until(lambda: any(call.session_id for call in live.desk(second).calls), "the session")
        await leg.hang_up()
        await finished(service)
        assert not caller.leaving
        [call] = live.picture.calls.values()
        assert (await stored(service, call.key)).record.ended_by == "assistant"


@pytest.mark.parametrize("while_ringing", [True, False])
async def test_a_caller_who_gives_up_has_no_session(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path, while_ringing: bool
) -> None:
    await people_and_a_customer(database_url)
    if not while_ringing:
        for extension in OF_EXTENSION:
            await pbx.cli(f"queue pause member PJSIP/{extension} queue support")
    async with linked(settings(tmp_path, database_url, pbx)) as service:
        live = service.engine.live
        caller = customers.call(NUMBER)
        if while_ringing:
            await rung(service, phones)
        await until(lambda: len(live.board().waiting) == 1, "the caller to wait")
        key = live.board().waiting[0].call
        await caller.until(caller.answered)
        await caller.hang_up()
        await finished(service)
        call = await stored(service, key)
        expected = Outcome.ABANDONED_RINGING if while_ringing else Outcome.ABANDONED_WAITING
        assert (call.record.outcome, call.session_id) == (expected, None)
    for extension in OF_EXTENSION:
        await pbx.cli(f"queue unpause member PJSIP/{extension} queue support")


async def test_a_suppressed_number_is_stored_nowhere_even_where_the_carrier_sends_it(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path
) -> None:
    await people_and_a_customer(database_url)
    async with linked(settings(tmp_path, database_url, pbx)) as service:
        caller = customers.call_anonymously(asserted="+4961315550101")
        leg, login = await rung(service, phones)
        leg.answer()
        live = service.engine.live
        await until(lambda: any(call.session_id for call in live.desk(login).calls), "the session")
        await caller.hang_up()
        await finished(service)
        [known] = live.picture.calls.values()
        call = await stored(service, known.key)
        session = await session_of(service, call)
        assert (call.record.number, call.record.suppressed) == (None, True)
        assert (session.number, session.suppressed, session.customer_id) == (None, True, None)


async def test_a_service_that_was_away_finds_the_call_and_opens_its_session_once(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path
) -> None:
    await people_and_a_customer(database_url)
    chosen = settings(tmp_path, database_url, pbx)
    async with linked(chosen) as service:
        caller = customers.call(NUMBER)
        leg, login = await rung(service, phones)
        leg.answer()
        await until(lambda: any(call.session_id for call in service.engine.live.desk(login).calls), "the session")
        [before] = service.engine.live.desk(login).calls
    async with linked(chosen) as service:
        await until(lambda: bool(service.engine.live.desk(login).calls), "the call to be found again")
        [after] = service.engine.live.desk(login).calls
        assert (after.call, after.session_id, after.talking_since) == (
            before.call,
            before.session_id,
            before.talking_since,
        )
    await caller.hang_up()
    async with linked(chosen) as service:
        call = await stored(service, before.call)
        await until(lambda: all(known.ended_at for known in service.engine.live.picture.calls.values()), "the end")
        await service.writer.drained()
        call = await stored(service, before.call)
        assert (call.record.outcome, call.record.ended_at) == (Outcome.ANSWERED, None)  # nobody saw when
        assert call.session_id == before.session_id
