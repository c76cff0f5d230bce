"""One session in two windows, of one person or of two: both show the same, and nobody's work is lost silently."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser import Complaints, NewBrowser, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import answered
from tests.unit.web.test_sessions import NUMBER, customer, stored

pytestmark = pytest.mark.usefixtures("busy")


async def two_windows(desk: DeskApp, profile: NewBrowser) -> tuple[int, Page, Page]:
    """Open Anna's session twice in her browser."""
    session = await answered(desk)
    context = await profile()
    one = await sign_in(context, desk.url, "anna", f"/vorgaenge/{session}")
    two = await context.new_page()
    await two.goto(f"{desk.url}/vorgaenge/{session}")
    await two.wait_for_selector("body[data-link=up]")
    return session, one, two


async def two_people(desk: DeskApp, profile: NewBrowser) -> tuple[int, Page, Page]:
    """Let Anna and Ben look at Anna's session."""
    session = await answered(desk)
    await desk.person("ben", name="Ben Çelik")
    anna = await sign_in(await profile(), desk.url, "anna", f"/vorgaenge/{session}")
    return session, anna, await sign_in(await profile(), desk.url, "ben", f"/vorgaenge/{session}")


async def write(page: Page, text: str) -> None:
    """Type at the end of the problem, and leave the field."""
    await page.bring_to_front()
    await page.locator("#problem").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(text)
    await page.locator("#problem").blur()
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")


async def close(page: Page) -> None:
    """End the session although the call is still going on."""
    await page.get_by_role("button", name="Erledigt").click()
    await page.get_by_role("button", name="Abschließen: erledigt").click()


# -- texts -------------------------------------------------------------------------------------------------------------


async def test_what_is_saved_in_one_window_stands_in_the_other(desk: DeskApp, profile: NewBrowser) -> None:
    session, one, two = await two_windows(desk, profile)
    await write(one, "Zeile 1\n")
    await expect(two.locator("#problem")).to_have_value("Zeile 1\n")
    await expect(two.locator("#problem-state")).to_contain_text("hier übernommen")
    await write(two, "Zeile <2>")  # goes on where the other ended: no conflict
    await expect(one.locator("#problem")).to_have_value("Zeile 1\nZeile <2>")
    assert (await stored(desk, session)).problem == "Zeile 1\nZeile <2>"


async def test_each_of_several_texts_saves_itself_and_stands_in_the_other_window(
    desk: DeskApp, profile: NewBrowser
) -> None:
    session, one, two = await two_windows(desk, profile)
    texts = {"problem": "Kein Papier", "summary": "Papier eingelegt", "prevention": "Papier bestellen"}
    await one.bring_to_front()
    for name, text in texts.items():  # without waiting for the one before
        await one.locator(f"#{name}").click()
        await one.keyboard.type(text)
    await one.locator("#prevention").blur()
    for name, text in texts.items():
        await expect(one.locator(f"form:has(#{name}) [data-state-line]")).to_contain_text("bleibt änderbar")
        await expect(two.locator(f"#{name}")).to_have_value(text)
    await expect(one.locator(".conflict")).to_have_count(0)
    now = await stored(desk, session)
    assert {name: getattr(now, name) for name in texts} == texts


async def test_of_two_windows_of_ones_own_none_is_called_somebody_elses(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 409")
    _, one, two = await two_windows(desk, profile)
    await one.locator("#problem").click()  # the cursor stands here: nothing changes under it
    await write(two, "zweites Fenster")
    await one.bring_to_front()
    await one.keyboard.type("erstes Fenster")
    await expect(one.locator(".conflict")).to_contain_text("In einem anderen Fenster von Ihnen wurde um")
    await expect(one.locator("#problem")).to_have_value("erstes Fenster")


async def test_a_conflict_shows_both_texts_as_they_are_by_now(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 409")
    session, anna, ben = await two_people(desk, profile)
    await anna.locator("#problem").click()
    await write(ben, "Ben 1")
    await anna.keyboard.type("Anna 1")
    conflict = anna.locator(".conflict")
    await expect(conflict).to_contain_text("Ben Çelik hat um")
    await write(ben, " und 2")
    await expect(conflict.locator("[data-theirs]")).to_have_text("Ben 1 und 2")
    await anna.locator("#problem").click()
    await anna.keyboard.press("Control+End")
    await anna.keyboard.type(" und 2")
    await expect(conflict.locator("[data-mine]")).to_have_text("Anna 1 und 2")
    await conflict.get_by_role("button", name="Beide zusammenfügen").click()
    await expect(ben.locator("#problem")).to_have_value("Anna 1 und 2\n\nBen 1 und 2")
    assert (await stored(desk, session)).problem == "Anna 1 und 2\n\nBen 1 und 2"


# -- closing -----------------------------------------------------------------------------------------------------------


async def test_closed_in_one_window_it_is_closed_in_the_other(desk: DeskApp, profile: NewBrowser) -> None:
    _, one, two = await two_windows(desk, profile)
    await close(two)
    await expect(one.get_by_role("button", name="Wieder öffnen")).to_be_visible()
    await one.get_by_role("button", name="Wieder öffnen").click()
    await expect(two.locator("#problem")).to_be_visible()


async def test_closed_in_one_window_whoever_writes_in_the_other_loses_nothing(
    desk: DeskApp, profile: NewBrowser
) -> None:
    session, one, two = await two_windows(desk, profile)
    await one.locator("#problem").click()
    await one.keyboard.type("noch ein")
    await expect(two.locator("#problem")).to_have_value("noch ein")
    await close(two)
    await expect(two.locator("#record")).to_contain_text("abgeschlossen")
    await one.bring_to_front()
    await one.keyboard.type(" Wort")
    await expect(one.locator("#problem-state")).to_contain_text("bleibt änderbar")
    await expect(one.locator("#problem")).to_have_value("noch ein Wort")
    await one.locator("#problem").blur()
    async with asyncio.timeout(20):
        while (await stored(desk, session)).problem != "noch ein Wort":
            await one.evaluate("1")  # let it come


# -- the customer ------------------------------------------------------------------------------------------------------


async def test_a_customer_chosen_in_one_window_stands_in_the_other(desk: DeskApp, profile: NewBrowser) -> None:
    for name in ("Erika Beispiel", "Moritz Muster"):
        await customer(desk, name, NUMBER)
    _, one, two = await two_windows(desk, profile)
    await expect(two.locator("#customer")).to_contain_text("Mehrere Kunden haben diese Nummer")
    await one.get_by_role("button", name="Moritz Muster").click()
    await expect(two.locator("#customer h1")).to_contain_text("Moritz Muster")
    await expect(two.locator("#customer-form > *")).to_have_count(0)  # nobody is asked any more who it is


async def test_who_is_looking_for_the_customer_is_asked_before_overruling_another(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 409")
    erika, moritz = await customer(desk, "Erika Beispiel"), await customer(desk, "Moritz Muster")
    session, anna, ben = await two_people(desk, profile)
    await anna.locator("#customer input[type=search]").click()
    await anna.keyboard.type("erika")
    await expect(anna.locator("#found button")).to_contain_text("Erika Beispiel")
    await ben.locator("#customer input[type=search]").fill("moritz")
    await ben.locator("#found button").click()
    await expect(anna.locator("#customer h1")).to_contain_text("Moritz Muster")
    await expect(anna.locator("#customer input[type=search]")).to_have_value("erika")  # what she types stays
    await anna.locator("#found button").click()
    await expect(anna.locator("#customer-form")).to_contain_text("Wessen Vorgang ist es?")
    assert (await stored(desk, session)).customer_id == moritz.id
    await anna.get_by_role("button", name="Erika Beispiel nehmen").click()
    await expect(ben.locator("#customer h1")).to_contain_text("Erika Beispiel")
    assert (await stored(desk, session)).customer_id == erika.id


async def test_a_number_in_the_wrong_record_is_taken_out_and_the_caller_looked_for(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    moritz = await customer(desk, "Moritz Muster")
    session = await answered(desk)
    page = await sign_in(await profile(), desk.url, "anna", f"/vorgaenge/{session}")
    await page.get_by_role("link", name="Es ist jemand anderes").click()
    detach = page.get_by_role("button", name="Nummer von diesem Kunden lösen")
    await detach.dblclick()
    await expect(page.locator("#customer")).to_contain_text("von Hand zugeordnet")
    await expect(detach).to_have_count(0)  # the answer has come: with it, another search field
    await page.locator("#customer input[type=search]").fill("moritz")
    await page.locator("#found button").click()
    await expect(page.locator("#customer h1")).to_contain_text("Moritz Muster")
    await expect(page.locator("#customer")).to_contain_text("erkannt: diese Nummer")  # remembered with the choice
    assert (await stored(desk, session)).customer_id == moritz.id
