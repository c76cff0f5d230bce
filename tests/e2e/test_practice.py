"""Practising in one tab: the virtual phone's four buttons on the real practice line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ionas_phone.app import Service
from ionas_phone.live.board import RingState
from tests.browser import Complaints, NewBrowser, accessibility, focused, sign_in
from tests.e2e.look import look
from tests.e2e.test_calls import press_on
from tests.lab.waiting import until
from tests.service import practising


@pytest.fixture
async def service(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Service]:
    async with practising(tmp_path, migrated_file) as service:
        yield service


async def test_a_newcomer_sees_a_call_pop_and_opens_its_record(
    service: Service, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 400")  # the second of two quick clicks may be refused
    page = await sign_in(await profile(), service.url, "anna")
    await page.get_by_role("link", name="Mit einem virtuellen Telefon üben").click()
    phone = page.locator("#region-practice-phone")
    await expect(phone).to_contain_text("Ihr Telefon ist frei")
    await expect(page.get_by_role("button", name="Annehmen")).to_be_disabled()
    await look(page, "practice")

    await page.get_by_role("button", name="Anrufen lassen").dblclick()
    await expect(page.locator(".ring-card")).to_contain_text("Beispiel Elektrotechnik GmbH")
    await expect(page.locator(".ring-card")).to_contain_text("Übung")
    await expect(page.locator(".ring-card")).to_have_count(1)
    await page.set_viewport_size({"width": 390, "height": 844})
    slot = page.locator(".ring-slot")
    assert await slot.evaluate("(slot) => slot.scrollHeight <= slot.clientHeight")  # all of the card is to be seen
    await page.set_viewport_size({"width": 1440, "height": 900})
    off = [page.get_by_role("button", name=name) for name in ("Anrufen lassen", "Halten")]
    await off[0].hover(force=True)  # what can't be pressed looks like it, under the mouse, too
    for one in off:
        await expect(one).to_be_disabled()
    colours = [await one.evaluate("(button) => getComputedStyle(button).backgroundColor") for one in off]
    assert colours[0] == colours[1]
    await page.get_by_role("button", name="Annehmen").click()
    await expect(phone).to_contain_text("Sie sind im Gespräch")
    await expect(page.locator("[data-my-calling] [data-open]")).to_be_visible()
    await look(page, "practice in a talk")
    await whom_to_turn_to_is_in_view(page)
    await page.keyboard.press("F2")
    await expect(page.locator("#problem")).to_be_focused()
    await page.locator("#problem").fill("Nur geübt")
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")
    await page.get_by_role("link", name="Übung").click()
    await page.get_by_role("button", name="Auflegen").click()
    await expect(phone).to_contain_text("Ihr Telefon ist frei")
    await expect(page.locator(".call-slot")).to_contain_text("Zurzeit kein Gespräch")


async def whom_to_turn_to_is_in_view(page: Page) -> None:
    """On a low screen, too: above the bar that a timer has at the foot."""
    for width in (1024, 1440):
        await page.set_viewport_size({"width": width, "height": 768})
        box = await page.get_by_role("button", name="Weiterleiten").bounding_box()
        assert box
        assert box["y"] + box["height"] < 680
    await page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize(
    ("kind", "shown"), [("unknown", "in keiner Kundenakte"), ("suppressed", "Rufnummer unterdrückt")]
)
async def test_unknown_and_suppressed_callers_give_up(
    service: Service, profile: NewBrowser, kind: str, shown: str
) -> None:
    page = await sign_in(await profile(), service.url, "anna", "/uebung")
    await page.get_by_label("Wer ruft an?").select_option(kind)
    await page.get_by_role("button", name="Anrufen lassen").click()
    await expect(page.locator(".ring-card")).to_contain_text(shown)
    await page.get_by_role("button", name="Anrufer gibt auf").click()
    await expect(page.locator(".ring-note")).to_contain_text("der Anrufer hat aufgelegt")
    await expect(page.get_by_label("Wer ruft an?")).to_have_value(kind)


def rings(service: Service) -> bool:
    return any(ring.state is RingState.RINGING for ring in service.engine.live.desk("anna").rings)


async def test_who_was_missed_in_practice_is_called_back_by_keyboard_alone(
    service: Service, profile: NewBrowser
) -> None:
    line = service.practice
    assert line
    page = await sign_in(await profile(), service.url, "anna", "/anrufe")
    missed, phone = page.locator("#region-missed"), page.locator("#region-practice-phone")
    await expect(missed).to_contain_text("Alle wurden angenommen")
    await page.fill("#field-wer", "Müll")
    before = await focused(page)
    for _ in range(2):
        await line.ring_in("anna", "known")
        await until(lambda: rings(service), "Anna's phone to ring")
        await line.do("anna", "give_up")
        await until(lambda: line.colleagues("ben") and not rings(service), "Anna's phone to be free")
    await expect(missed).to_contain_text("2 Anrufe")
    await expect(missed).to_contain_text("Übung")
    await expect(page.locator("#region-calls-list tbody tr")).to_have_count(2)
    assert await focused(page) == before  # what is typed stays, and where
    await press_on(page, "Zurückrufen")
    await expect(page.locator("#notice")).to_contain_text("Ihr Übungstelefon klingelt")
    await expect(missed).to_contain_text("Sie rufen zurück")
    assert await accessibility(page) == []
    await press_on(page, "Zum Übungstelefon")
    await expect(phone).to_contain_text("abnehmen, dann wird angerufen")
    await press_on(page, "Annehmen")
    await expect(phone).to_contain_text("Beim Kunden klingelt es")
    assert await accessibility(page) == []
    await press_on(page, "Der Kunde nimmt ab")
    await expect(phone).to_contain_text("Sie sind im Gespräch")
    await expect(page.locator("[data-my-calling] [data-open]")).to_be_visible()
    await page.goto(f"{service.url}/anrufe")
    await expect(missed).to_contain_text("Alle wurden angenommen")
    await expect(page.locator("#region-calls-list tbody tr").first).to_contain_text("ausgehend")
