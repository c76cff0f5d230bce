"""A real call on a real Asterisk reaches a real screen: painted, answered, one session, written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ionas_phone.app import Service
from ionas_phone.live.board import DeskCall
from ionas_phone.store import calls, session_lists, sessions
from ionas_phone.support.customers import Customer
from tests.browser import NewBrowser, focused, sign_in
from tests.integration.test_line_through import compare_with_queue_log
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import Phones
from tests.lab.legs import Leg
from tests.lab.phones import Customers
from tests.lab.waiting import until
from tests.service import OF_EXTENSION, linked, people_and_a_customer, settings

CARD = "#region-ring [data-ring]"


@dataclass
class Office:
    """The service on the laboratory's PBX, and a signed-in desk for each assistant."""

    service: Service
    erika: Customer
    desks: dict[str, Page]

    async def rung(self, phones: Phones) -> tuple[Leg, Page, str]:
        """Let the next phone ring; return its leg and whose screen shows the card, which no other does."""
        leg = await phones.next_call()
        leg.ring()
        login = OF_EXTENSION[leg.agent.name]
        await expect(self.desks[login].locator(CARD)).to_be_visible()
        for other, page in self.desks.items():
            if other != login:
                await expect(page.locator(CARD)).to_have_count(0)
        return leg, self.desks[login], login


@pytest.fixture
async def office(
    pbx: Asterisk, phones: Phones, profile: NewBrowser, database_url: str, tmp_path: Path
) -> AsyncIterator[Office]:
    erika = await people_and_a_customer(database_url)
    async with linked(settings(tmp_path, database_url, pbx)) as service:
        desks = {login: await sign_in(await profile(), service.url, login) for login in OF_EXTENSION.values()}
        yield Office(service, erika, desks)
        for page in desks.values():  # before the service goes: a page that looks for it complains
            await page.context.close()


async def test_from_the_ring_to_what_is_written_down(
    office: Office, pbx: Asterisk, phones: Phones, customers: Customers
) -> None:
    live = office.service.engine.live
    caller = customers.call("061315550101")
    leg, page, login = await office.rung(phones)
    await expect(page.locator(CARD)).to_contain_text("Beispiel Elektrotechnik GmbH")
    await expect(page).to_have_title("(1) ☎ Beispiel Elektrotechnik GmbH (Erika Beispiel) – ionas")

    leg.answer()
    await expect(page.get_by_role("textbox", name="Problem")).to_be_visible()  # the record opened by itself
    await page.get_by_role("textbox", name="Problem").click()
    await page.keyboard.type("Der Drucker druckt nicht")
    before = await focused(page)
    [talk] = live.desk(login).calls

    second = customers.call("01713920077")
    _, other_page, _ = await office.rung(phones)
    assert other_page is not page
    assert await focused(page) == before
    async with page.expect_response(lambda answer: answer.url.endswith("/problem")):
        await page.keyboard.type(", auch nach dem Neustart")
    await expect(page.get_by_text("bleibt änderbar")).to_be_visible()
    await second.until(second.answered)
    await second.hang_up()

    await caller.hang_up()
    await until(lambda: all(call.ended_at for call in live.picture.calls.values()), "both calls to end")
    await written_down(office, talk, login, pbx)


async def written_down(office: Office, talk: DeskCall, login: str, pbx: Asterisk) -> None:
    """One session of the right customer and person, with all that was typed; the call as queue_log has it."""
    await office.service.writer.drained()
    async with office.service.database.read() as connection:
        call = await calls.get(connection, talk.call)
        session = await sessions.get(connection, talk.session_id or 0)
        assert len(await session_lists.history(connection, office.erika.id)) == 1
    assert call
    assert session
    assert session.problem == "Der Drucker druckt nicht, auch nach dem Neustart"
    assert (session.customer_id, session.assistant) == (office.erika.id, login)
    assert call.session_id == session.id
    compare_with_queue_log(pbx, call)


async def test_a_ring_at_a_desk_where_somebody_types_leaves_focus_and_text(
    office: Office, phones: Phones, customers: Customers
) -> None:
    for page in office.desks.values():
        await page.locator("input[type=search]").click()
        await page.keyboard.type("Beispiel Elek")
    first = customers.call("061315550101")
    leg, page, _ = await office.rung(phones)
    before = await focused(page)
    leg.answer()
    await expect(page.get_by_text("Akte öffnen")).to_be_visible()  # not by itself: somebody types
    assert await focused(page) == before
    await page.keyboard.press("F2")
    await expect(page.get_by_role("textbox", name="Problem")).to_be_visible()
    await first.hang_up()


async def test_every_painted_pop_is_acknowledged_and_timed(
    office: Office, phones: Phones, customers: Customers
) -> None:
    caller = customers.call("061315550101")
    await office.rung(phones)
    value = office.service.metrics.registry.get_sample_value
    await until(lambda: value("ionas_pop_latency_seconds_count") == 1.0, "the acknowledgement")
    assert value("ionas_pops_painted_total") == value("ionas_pops_sent_total") == 1.0
    await caller.until(caller.answered)
    await caller.hang_up()
