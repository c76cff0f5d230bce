from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import acceptances, audit, scripts, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.acceptances import (
    Acceptance,
    Channel,
    Decision,
    Handed,
    Identified,
    NewConfirmation,
    Relation,
)
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, ScriptKind
from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, WorkState
from tests.agreed import NO, OFFER, YES, after, customer, deed, desk
from tests.agreements import STANDARD
from tests.people import AT

READ = ("cap/consumer/de/2", "acceptance/consumer/de/2", "early_start/consumer/de/1", "withdrawal/consumer/de/1")
CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS


async def test_a_yes_is_recorded_with_everything_it_was_about(database: Database) -> None:
    whose = await customer(database)
    here = await desk(database, whose)
    estimate = await here.propose(replace(OFFER, cap_cents=2000))
    said = replace(YES, who=" Erika Beispiel ", relation=Relation.HOUSEHOLD, identified=Identified.CALLED_BACK)

    made = await here.answer(said, deed(60))

    wording = made.wording
    assert made == Acceptance(
        id=made.id,
        session_id=here.session_id,
        estimate_id=estimate.id,
        decision=Decision.ACCEPTED,
        who="Erika Beispiel",
        relation=Relation.HOUSEHOLD,
        identified=Identified.CALLED_BACK,
        channel=Channel.SPOKEN,
        language="de",
        scripts=READ,
        wording=wording,
        customer_id=whose.id,
        customer_kind=CONSUMER,
        framework_contract=False,
        tariff=STANDARD,
        procedure="Treiber erneuern",
        minutes_from=10,
        minutes_to=20,
        price_cents=2000,
        cap_cents=2000,
        early_start=True,
        withdrawal_known=True,
        at=after(60),
        by="anna",
    )
    for part in ("Treiber erneuern", "10 bis 20 Minuten", "1,19\xa0€", "20,00\xa0€", "sofort anfangen", "erlischt"):
        assert part in wording
    assert wording.index("auf keinen Fall") < wording.index("Sind Sie damit einverstanden")


async def test_a_yes_is_shown_and_noted_without_its_words(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    made = await here.answer(doing=deed(60))

    work = await here.work(60)
    assert (work.state, work.answer, work.newest_acceptance) == (WorkState.ACCEPTED, made, made)
    async with database.read() as connection:
        entry, *_ = await audit.about(connection, "session", here.session_id)
    assert (entry.action, entry.by) == ("accepted", "anna")
    assert {"who", "wording", "tariff"} <= set(entry.fields)
    assert "Erika Beispiel" not in "".join(entry.fields)


async def test_the_very_text_that_was_read_is_kept_though_a_newer_one_came(database: Database) -> None:
    here = await desk(database, await customer(database, BUSINESS))
    estimate = await here.propose()
    async with database.write() as connection:
        reading = await acceptances.to_read(connection, estimate, "en")
        new = NewScript(ScriptKind.ACCEPTANCE, BUSINESS, "en", "{procedure} {minutes_to} {price}?")
        await scripts.add(connection, new, AT, "office")

    made = await here.answer(replace(YES, scripts=reading.scripts))

    assert (made.wording, made.scripts, made.language) == (reading.text, ("acceptance/business/en/2",), "en")


async def test_a_no_closes_the_session_free_of_charge(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()

    made = await here.answer(NO, deed(60))

    assert (made.decision, made.wording, made.scripts) == (Decision.DECLINED, "", ())
    work = await here.work(3600)
    assert (work.state, work.outcome, work.price_cents) == (WorkState.DECLINED, Ending.DECLINED, 0)
    async with database.read() as connection:
        session = await sessions.get(connection, here.session_id)
        entries = await audit.about(connection, "session", here.session_id)
    assert session is not None
    assert (session.state, session.closed_at, session.outcome) == (SessionState.CLOSED, after(60), Ending.DECLINED)
    assert [entry.action for entry in entries[:2]] == ["close", "declined"]


async def test_a_late_no_does_not_overwrite_how_the_session_ended(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    async with database.write() as connection:
        await sessions.end(connection, here.session_id, Ending.CUSTOMER_ALONE, after(60), "anna")

    with pytest.raises(Conflict, match="closed"):
        await here.answer(NO, deed(90))

    work = await here.work(100)
    assert (work.outcome, work.answer) == (Ending.CUSTOMER_ALONE, None)


async def test_the_same_no_sent_twice_closes_once(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    first = await here.answer(NO, deed(60, key="no"))

    assert await here.answer(NO, deed(61, key="no")) == first


async def test_even_somebody_unknown_may_say_no(database: Database) -> None:
    here = await desk(database, None)
    await here.propose()
    with pytest.raises(Conflict, match="Nobody knows yet"):
        await here.answer()

    assert (await here.answer(NO)).customer_id is None


async def test_a_no_to_more_leaves_what_was_agreed(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    first = await here.agree()
    await here.do(Command.START)
    await here.propose(replace(OFFER, minutes_to=40), deed(600))
    await here.answer(NO, deed(660))

    work = await here.work(700)
    assert (work.state, work.acceptance, work.limit_at) == (WorkState.RUNNING, first, after(1200))
    assert work.outcome is None


async def test_an_estimate_is_answered_once_and_only_the_newest(database: Database) -> None:
    here = await desk(database, await customer(database))
    old = await here.propose()
    await here.propose()
    with pytest.raises(Conflict, match="newer estimate"):
        await here.answer(estimate=old)
    first = await here.answer(doing=deed(key="same"))

    assert await here.answer(doing=deed(key="same")) == first
    with pytest.raises(Conflict, match="answered already"):
        await here.answer(NO)


async def test_of_five_answers_at_once_one_counts(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    said = [YES, NO, YES, NO, YES]

    results = await asyncio.gather(*(here.answer(one) for one in said), return_exceptions=True)

    (won,) = [result for result in results if isinstance(result, Acceptance)]
    assert sum(isinstance(result, Conflict) for result in results) == 4
    assert (await here.work()).answer == won


async def test_a_yes_that_would_not_count_is_refused(database: Database) -> None:
    here = await desk(database, await customer(database))
    estimate = await here.propose()
    with pytest.raises(FormWrong, match="begin at once"):
        await here.answer(replace(YES, early_start=False))
    with pytest.raises(FormWrong, match="not the texts"):
        await here.answer(replace(YES, scripts=(1,)))
    with pytest.raises(NotThere, match="no such estimate"):
        await here.answer(estimate=replace(estimate, id=4711))
    async with database.write() as connection:
        await sessions.end(connection, here.session_id, Ending.DONE, AT, "anna")
    with pytest.raises(Conflict, match="closed"):
        await here.answer()
    assert (await here.work()).answer is None


async def test_a_yes_to_what_is_used_up_meanwhile_is_refused(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    await here.agree()
    await here.do(Command.START)
    await here.propose(replace(OFFER, minutes_to=11), deed(600))

    with pytest.raises(FormWrong, match="11 minutes are used already"):
        await here.answer(doing=deed(660))


async def test_a_key_belongs_to_one_session(database: Database) -> None:
    here, elsewhere = [await desk(database, await customer(database), name) for name in ("1", "2")]
    for one in (here, elsewhere):
        await one.propose()
    await here.answer(doing=deed(key="same"))

    with pytest.raises(Conflict, match="another session"):
        await elsewhere.answer(doing=deed(key="same"))


# -- the confirmation --------------------------------------------------------------------------------------------------


async def test_a_confirmation_is_kept_as_it_was_sent(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    accepted = await here.answer()
    async with database.read() as connection:
        draft = await acceptances.draft(connection, accepted.id)

    sent = await here.confirm(accepted, doing=deed(90, key="same"))

    assert await here.confirm(accepted, doing=deed(95, key="same")) == sent
    assert (sent.text, sent.script, sent.address) == (draft.text, "confirmation/consumer/de/1", "erika@example.org")
    assert sent.sha256 == hashlib.sha256(draft.text.encode()).hexdigest()
    assert (sent.at, sent.by, sent.handed) == (AT + timedelta(seconds=90), "anna", Handed.MAIL)
    for part in ("An: Erika Beispiel", "22. November 2026, 11:44 Uhr", accepted.wording):
        assert part in sent.text
    assert (await here.work(90)).confirmation == sent
    async with database.read() as connection:
        assert await acceptances.confirmations(connection, accepted.id) == (sent,)
        entry, *_ = await audit.about(connection, "session", here.session_id)
    assert (entry.action, "sha256" in entry.fields, sent.sha256 in entry.fields) == ("confirm", True, False)


async def test_what_was_only_read_aloud_is_recorded_and_opens_nothing(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    accepted = await here.answer()
    await here.confirm(accepted, Handed.READ)
    with pytest.raises(Conflict, match="must have the confirmation"):
        await here.do(Command.START)

    sent = await here.confirm(accepted, Handed.REMOTE)
    await here.confirm(accepted, Handed.POST)

    assert (await here.work()).confirmation == sent  # the first that the customer can keep
    async with database.read() as connection:
        handed = [one.handed for one in await acceptances.confirmations(connection, accepted.id)]
    assert handed == [Handed.READ, Handed.REMOTE, Handed.POST]
    await here.do(Command.START)


async def test_what_cannot_be_confirmed_is_refused_in_words(database: Database) -> None:
    here, elsewhere = [await desk(database, await customer(database), name) for name in ("1", "2")]
    for one in (here, elsewhere):
        await one.propose()
    accepted, declined = await here.answer(), await elsewhere.answer(NO)
    sent = await here.confirm(accepted, doing=deed(key="same"))
    async with database.write() as connection:
        (script,) = (await acceptances.draft(connection, accepted.id)).scripts
        for acceptance_id, new, key, error, says in (
            (declined.id, NewConfirmation(script, Handed.PRINTED), "2", Conflict, "has declined"),
            (declined.id, NewConfirmation(script, Handed.PRINTED), "same", Conflict, "another session"),
            (4711, NewConfirmation(script, Handed.PRINTED), "3", NotThere, "no such acceptance"),
            (accepted.id, NewConfirmation(script, Handed.MAIL), "4", FormWrong, "Say where"),
            (accepted.id, NewConfirmation(1, Handed.PRINTED), "5", FormWrong, "not the texts"),
        ):
            with pytest.raises(error, match=says):
                await acceptances.confirm(connection, acceptance_id, new, deed(key=key))
        business = (await scripts.newest(connection, (ScriptKind.CONFIRMATION,), BUSINESS, "de"))[0]
        new = NewConfirmation(business.id, Handed.PRINTED)
        with pytest.raises(FormWrong, match="not the texts"):
            await acceptances.confirm(connection, accepted.id, new, deed())
        assert await acceptances.confirmations(connection, accepted.id) == (sent,)
