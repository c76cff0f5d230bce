"""The workspace under somebody's hands: cards come and go, records open, nothing is stolen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import FloatRect, Page, expect

from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState, MemberStatus
from ionas_phone.live.wrap_up import WrapUp
from ionas_phone.runtime import clock
from ionas_phone.support.users import Role
from tests.browser import Complaints, NewBrowser, accessibility, focused, places, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import answered, ring, seated, session_of
from tests.stories import ANNA, BEN
from tests.unit.web.test_sessions import NUMBER, customer, stored

ON_TOP = """(card) => {
    const {x, y, width, height} = card.getBoundingClientRect();
    return [[x + width / 2, y + 9], [x + width / 2, y + height - 9]].every(
        ([at, down]) => card.contains(document.elementFromPoint(at, down)));
}"""
CALLING = "[data-my-calling] [data-open]"
ONE_LINE = 60  # px; a second line of the head makes it twice as high
HEAD = ("#connection", ".top .search", "#status-button")


async def box(page: Page, selector: str) -> FloatRect:
    found = await page.locator(selector).first.bounding_box()
    assert found is not None
    return found


# -- the ring slot -----------------------------------------------------------------------------------------------------


async def test_a_card_takes_its_reserved_place_and_nothing_moves(desk: DeskApp, profile: NewBrowser) -> None:
    await customer(desk, "Erika Beispiel, Gemeinschaftspraxis am Schillerplatz", NUMBER)
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    before = {part: await box(page, part) for part in ("#region-my-calls", "#region-queues", "#centre")}
    ringing = ring(desk)
    card = page.locator(".ring-card")
    await expect(card).to_contain_text("Erika Beispiel")
    await expect(card).to_contain_text("06131 5550101")
    await expect(card).to_contain_text("erkannt: diese Nummer steht in der Kundenakte")
    assert {part: await box(page, part) for part in before} == before
    slot, inside = await box(page, ".ring-slot"), await box(page, ".ring-card")
    assert inside["height"] <= slot["height"]
    assert await page.locator(".ring-card .reason").evaluate("(line) => line.scrollHeight <= line.clientHeight")
    desk.story.gives_up(ringing.caller)
    await expect(page.locator(".ring-note")).to_contain_text("der Anrufer hat aufgelegt")
    await expect(page.locator("#region-missed-callers")).to_contain_text("Erika Beispiel")  # in its reserved place
    assert {part: await box(page, part) for part in before} == before


async def test_nothing_moves_when_calls_are_answered_and_end(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    parts = ("#region-my-calls", "#region-queues", "#region-missed-callers", *HEAD)
    calls = page.locator(".call")
    before = await places(page, parts)
    first = ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    assert await places(page, parts) == before
    desk.story.answers(first.caller, first.leg, ANNA)
    await expect(calls.locator("[data-open]")).to_have_count(1)
    assert await places(page, parts) == before
    second = ring(desk, "2", number="061315550102")
    desk.story.answers(second.caller, second.leg, ANNA, bridge="b2")
    await expect(calls.locator("[data-open]")).to_have_count(2)
    assert await places(page, parts) == before
    slot, last = await box(page, ".call-slot"), await box(page, ".call:last-child")
    assert last["y"] + last["height"] <= slot["y"] + slot["height"]  # both are seen whole
    desk.story.hangs_up(second.caller, second.leg, second.caller, ANNA, bridge="b2")
    desk.story.hangs_up(first.caller, first.leg, first.caller, ANNA)
    await expect(page.locator("#region-open-sessions .item")).to_have_count(2)
    assert await places(page, parts) == before


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (390, 844)])
async def test_what_rings_is_in_view_however_far_one_has_scrolled(
    desk: DeskApp, profile: NewBrowser, width: int, height: int
) -> None:
    await answered(desk)
    await desk.person("sofia", role=Role.SUPERVISOR, name="Sofia Kern", extension=BEN.extension)
    context = await profile(viewport={"width": width, "height": height})
    record = await sign_in(context, desk.url, "anna")
    await record.locator("#summary").click()
    calls = await record.context.new_page()
    await calls.goto(f"{desk.url}/anrufe")
    board = await sign_in(await profile(viewport={"width": width, "height": 400}), desk.url, "sofia", "/leitung")
    for page in (calls, board):
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    ringing = ring(desk, "2", number="061315550102")
    desk.story.calls(ringing.caller, BEN, "leg-sofia")
    for page in (record, calls, board):
        await page.bring_to_front()
        card = page.locator(".ring-card")
        await expect(card).to_be_in_viewport(ratio=1)
        assert await card.evaluate(ON_TOP)
    assert (await focused(record))["id"] == "summary"


async def test_bad_news_about_the_lines_move_nothing_either(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    before = {part: await box(page, part) for part in (".ring-slot", "#region-my-calls", "#centre")}
    lost = LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.LOST, reason="")
    desk.story.tell(lost)
    await expect(page.locator("#region-links")).to_contain_text("Anrufe werden nicht gesehen")
    assert {part: await box(page, part) for part in before} == before
    assert await accessibility(page) == []


async def test_the_buttons_of_a_new_card_do_nothing_for_half_a_second(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await page.evaluate("""() => new MutationObserver((_, me) => {
        const button = document.querySelector("[data-dismiss]");
        if (!button) return;
        me.disconnect();
        window.atOnce = getComputedStyle(button).pointerEvents;
    }).observe(document.getElementById("region-ring"), {childList: true, subtree: true})""")
    ring(desk)
    button = page.locator("[data-dismiss]")
    await expect(button).to_be_visible()
    assert await page.evaluate("window.atOnce") == "none"
    await expect(button).to_have_css("pointer-events", "auto")
    await button.click()
    await expect(page.locator(".ring-card")).to_be_hidden()
    await expect(page.locator("#region-ring")).to_have_css("block-size", "212px")


async def test_when_a_colleague_answers_the_card_leaves_with_a_word(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await desk.person("ben", name="Ben Çelik", extension="202")
    page = await sign_in(await profile(), desk.url, "anna")
    first = ring(desk)
    leg = desk.story.calls(first.caller, BEN, "leg-ben")
    await expect(page.locator(".ring-card")).to_be_visible()
    desk.story.answers(first.caller, leg, BEN)
    await expect(page.locator(".ring-card")).to_have_count(0)
    await expect(page.locator(".ring-note")).to_contain_text("angenommen von Ben Çelik")
    await expect(page.locator("#record")).to_contain_text("Hier öffnet sich Ihr nächster Anruf")


async def test_what_rang_out_is_called_missed(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    ringing = ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    desk.story.rings_out(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator(".ring-note")).to_contain_text("verpasst")


async def test_a_hidden_card_stays_hidden_and_says_that_it_rings(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".ring-card")).to_be_hidden()
    await expect(page).to_have_title("Arbeitsplatz – ionas")
    desk.story.member(BEN, MemberStatus.BUSY)  # something redraws the desk
    desk.world.hub.mark("desk/anna", desk.world.monotonic())
    await expect(page.locator("#region-ring")).to_have_attribute(
        "data-gone", "Ausgeblendet; Ihr Telefon klingelt noch."
    )
    await expect(page.locator(".ring-card")).to_be_hidden()


async def test_two_rings_and_a_suppressed_number(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    ring(desk, "1", number="061315550102")
    ring(desk, "2", number=None, suppressed=True)
    await expect(page).to_have_title("(2) ☎ 06131 5550102 – ionas")
    cards = page.locator(".ring-card")
    await expect(cards.nth(0)).to_contain_text("in keiner Kundenakte")
    await expect(cards.nth(1)).to_contain_text("Rufnummer unterdrückt")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["wide", "narrow"])
async def test_more_than_there_is_room_for_is_read_by_keys_alone(
    desk: DeskApp, profile: NewBrowser, size: tuple[int, int]
) -> None:
    await seated(desk)
    page = await sign_in(await profile(viewport={"width": size[0], "height": size[1]}), desk.url, "anna")
    for uid in range(12):
        ringing = ring(desk, f"gone-{uid}", number=f"061315550{uid:03}")
        desk.story.gives_up(ringing.caller)
    slot = page.locator("#region-ring")
    await expect(slot.locator(".ring-note")).to_have_count(12)
    assert await accessibility(page) == []  # nothing but words: no button in it takes the focus
    for uid in range(12):
        ring(desk, str(uid), number=f"061315551{uid:03}")
    await expect(slot.locator(".ring-card")).to_have_count(12)
    await slot.focus()
    await page.keyboard.press("End")
    await expect(slot.locator(".ring-card").last).to_be_in_viewport(ratio=0.9)
    ring(desk, "one-more")
    await expect(slot.locator(".ring-card")).to_have_count(13)
    await expect(slot).to_be_focused()  # redrawn under the reader


@pytest.mark.parametrize("state", ["on another call", "wrapping up"])
async def test_the_head_fits_for_whoever_may_see_all_pages(desk: DeskApp, profile: NewBrowser, state: str) -> None:
    await desk.person("anna", Role.ADMIN, name="Annemarie Bergengruen", extension=ANNA.extension)
    page = await sign_in(await profile(viewport={"width": 390, "height": 900}), desk.url, "anna")
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    line = (await box(page, ".top"))["height"]
    if state == "wrapping up":
        half = WrapUp(30, clock.now() + timedelta(seconds=20))
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=half.written)
        await expect(page.locator("#region-status")).to_contain_text("Nachbearbeitung")
        await expect(page.locator("#region-status .clock")).to_be_visible()
        await expect(page.get_by_role("button", name="Jetzt bereit")).to_be_visible()
    else:
        desk.story.member(ANNA, MemberStatus.BUSY)
        await expect(page.locator("#region-status")).to_contain_text("anderes Gespräch")
    assert (await box(page, ".top"))["height"] == line  # it stays one line
    assert await accessibility(page) == []
    for width in (1920, 1440, 1280, 1024, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, width
    for width in (1440, 1366, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.locator(".top").evaluate("(top) => top.scrollHeight") <= ONE_LINE, width
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, width
        if state != "wrapping up" and width > 1280:
            assert (await box(page, "#status-button span"))["width"] > 20, width  # "Pause …" is read, not guessed


# -- the record opens on answer ----------------------------------------------------------------------------------------


async def test_on_answer_the_record_opens_by_itself(desk: DeskApp, profile: NewBrowser) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    ringing = ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator("#record h1")).to_contain_text("Erika Beispiel")
    session = await session_of(desk)
    await expect(page).to_have_url(f"{desk.url}/vorgaenge/{session}")
    await expect(page).to_have_title(f"Vorgang {session} – ionas")
    await expect(page.locator(".call")).to_contain_text("Akte ist geöffnet")
    assert (await focused(page))["tag"] == "BODY"

    await page.go_back()  # to the desk, which shows the call one is talking on
    await expect(page).to_have_url(f"{desk.url}/")
    await expect(page.locator("#record")).to_have_attribute("data-shown", f"/vorgaenge/{session}")
    await page.go_forward()
    await expect(page).to_have_url(f"{desk.url}/vorgaenge/{session}")
    await expect(page.locator("#problem")).to_be_visible()


async def test_a_record_opens_though_its_session_began_while_the_page_was_made(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    """The page was begun without a session; the list of calls, painted last, has it already."""
    complaints.expected.append("LOCAL_NETWORK_ACCESS")  # a page that comes from nowhere may ask nobody here
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    early = await (await page.request.get(desk.url)).text()
    ringing = ring(desk)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator("#problem")).to_be_visible()
    calls = re.compile(r'<section id="region-my-calls".*?</section>', re.DOTALL)
    late = calls.search(await (await page.request.get(f"{desk.url}/anrufe")).text())
    assert late is not None
    await page.route(
        f"{desk.url}/", lambda route: route.fulfill(content_type="text/html", body=calls.sub(lambda _: late[0], early))
    )
    await page.goto(desk.url)
    await expect(page.locator("#problem")).to_be_visible()


async def test_who_is_typing_is_not_disturbed_and_opens_it_with_f2(desk: DeskApp, profile: NewBrowser) -> None:
    first = await answered(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await page.locator("#problem").click()
    await page.keyboard.type("Der Drucker druckt nich")
    before = await focused(page)
    ringing = ring(desk, "2", number="061315550102")
    desk.story.answers(ringing.caller, ringing.leg, ANNA, bridge="b2")
    await expect(page.locator(CALLING)).to_have_text("Akte öffnen F2")
    assert await focused(page) == before
    await page.keyboard.type("t")
    await page.keyboard.press("F2")
    await expect(page.locator("#record h1")).to_contain_text("Wer ruft an?")
    await expect(page.locator("#record")).to_contain_text("06131 5550102")
    await expect(page.locator(CALLING)).to_have_count(0)
    assert (await stored(desk, first)).problem == "Der Drucker druckt nicht"


async def test_a_half_filled_form_is_not_taken_away(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    await page.get_by_label("Firma").fill("Beispiel GmbH")
    await page.locator("h1").click()  # no field has the focus
    ringing = ring(desk)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator(CALLING)).to_be_visible()
    await expect(page.get_by_label("Firma")).to_have_value("Beispiel GmbH")


@pytest.mark.parametrize("kind", ["checkbox", "radio", "select"])
async def test_what_was_ticked_or_chosen_is_not_taken_away(desk: DeskApp, profile: NewBrowser, kind: str) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna", "/konto" if kind == "radio" else "/kunden/neu")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if kind == "select":
        await page.locator("#centre [name=kind]").select_option("business")
    else:
        await page.locator(f"#centre input[type={kind}]:not(:checked)").first.check()
    await page.locator("h1").click()  # no field has the focus
    ringing = ring(desk)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator(CALLING)).to_be_visible()
    assert [url for url in asked if url.endswith("/akte")] == []


async def test_two_tabs_show_the_same(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await profile()
    one, two = await sign_in(context, desk.url, "anna"), await context.new_page()
    await two.goto(f"{desk.url}/kunden")
    await two.wait_for_selector("body[data-link=up]")
    ringing = ring(desk)
    for page in (one, two):
        await page.bring_to_front()
        await expect(page.locator(".ring-card")).to_be_visible()
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    for page in (one, two):
        await page.bring_to_front()
        await expect(page.locator(".ring-card")).to_have_count(0)
        await expect(page.locator("#problem")).to_be_visible()


async def test_after_the_hang_up_the_session_stays_as_a_card(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    ringing = ring(desk)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    session = await session_of(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await expect(page.locator(".call")).to_contain_text("im Gespräch")
    desk.story.hangs_up(ringing.caller, ringing.leg, ringing.caller, ANNA)
    card = page.locator(f"[data-shows='/vorgaenge/{session}']")
    await expect(card).to_contain_text("noch nichts notiert")
    await expect(page.locator(".call")).to_have_count(0)
    await expect(page.locator("#problem")).to_be_visible()  # what one is writing stays


# -- keys --------------------------------------------------------------------------------------------------------------


async def test_keys_work_outside_of_fields_and_letters_stay_letters(desk: DeskApp, profile: NewBrowser) -> None:
    await answered(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await page.keyboard.press("F2")  # the record is open already: on to the text
    await expect(page.locator("#problem")).to_be_focused()
    await page.keyboard.type("A/C? rsf")
    await expect(page.locator("#problem")).to_have_value("A/C? rsf")
    await page.locator("#record h1").click()
    await page.keyboard.press("/")
    await expect(page.locator("[data-search]").first).to_be_focused()
    await expect(page.locator("[data-search]").first).to_have_value("")
