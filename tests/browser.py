"""A real browser for tests. Rule: whatever a page complains about, in its console too, fails the test."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.desk_app import PASSWORD

# The same engine without the windows nobody looks at: a page costs two thirds of the processor time.
CHROMIUM = "/usr/bin/chromium-headless-shell"
PATIENCE = 20_000  # ms; a busy machine is no fault of the page
# What Chromium wants as root, and nothing that calls home.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VENDOR = Path(__file__).parent / "e2e" / "vendor"
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.effectiveDirective} refused ${event.blockedURI || event.sourceFile}`));
"""


class Complaints:
    """What the pages of a browser said in red. ``expected``: patterns of what belongs to the test."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.expected: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.said.append(f"{message.type}: {message.text}")

        context.on("console", console)
        context.on("weberror", lambda error: self.said.append(f"exception: {error.error}"))

    def unexpected(self) -> list[str]:
        return [text for text in self.said if not any(re.search(pattern, text) for pattern in self.expected)]


NewBrowser = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; each test opens profiles of its own."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
async def profile(chromium: Browser, complaints: Complaints) -> AsyncIterator[NewBrowser]:
    """Open profiles: browsers of different people. Ends with nobody having complained."""
    opened: list[BrowserContext] = []

    async def open_one(**options: Any) -> BrowserContext:
        settings = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": {"width": 1440, "height": 900}}
        context = await chromium.new_context(**{**settings, **options})
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(_REPORT_VIOLATIONS)
        complaints.listen(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        await context.close()
    assert complaints.unexpected() == [], complaints.unexpected()


async def sign_in(context: BrowserContext, url: str, login: str, path: str = "/") -> Page:
    """Sign in by the form, as a person does; return the page it leads to, its stream connected."""
    page = await context.new_page()
    await page.goto(f"{url}{path}")
    await page.fill("[name=name]", login)
    await page.fill("[name=passwort]", PASSWORD)
    await page.click("form.log-in button")
    await page.wait_for_url(f"{url}{path}")
    if await page.locator("body[data-page]").count():
        await page.wait_for_selector("body[data-link=up]")
    return page


async def sign_out(page: Page) -> None:
    """Sign out by the menu, as a person does."""
    await page.locator(".account").click()
    await page.get_by_role("button", name="Abmelden").click()


async def go_offline(page: Page) -> None:
    """Cut this browser off; return when a request really fails, which the browser's other half decides a bit later."""
    await page.context.set_offline(offline=True)
    await page.evaluate("""async () => {
        const { href } = document.querySelector("link[rel=stylesheet]");
        while (await fetch(href, { cache: "no-store" }).then(() => true, () => false));
    }""")


async def focused(page: Page) -> dict[str, Any]:
    """Return what has the focus, what stands in it, and where the caret is."""
    found: dict[str, Any] = await page.evaluate("""() => {
        const field = document.activeElement;
        return {tag: field.tagName, id: field.id, value: field.value ?? null,
                start: field.selectionStart ?? null, end: field.selectionEnd ?? null};
    }""")
    return found


async def places(page: Page, parts: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Return where parts of the page begin, in whole pixels."""
    found: dict[str, tuple[int, int]] = {}
    for part in parts:
        box = await page.locator(part).first.bounding_box()
        assert box, f"{part} is not to be seen"
        found[part] = (round(box["x"]), round(box["y"]))
    return found


@asynccontextmanager
async def untouched(page: Page) -> AsyncIterator[None]:
    """What happens inside, and two more calls that ring here, leave the focus, its text and the caret alone."""
    before, card = await focused(page), page.locator("#region-ring [data-ring]").first
    yield
    for _ in range(2):
        shown = await card.get_attribute("data-ring")
        await expect(card).not_to_have_attribute("data-ring", shown or "")
    assert await focused(page) == before


@cache
def _axe() -> str:
    (facts,) = json.loads((VENDOR / "vendor.lock.json").read_text(encoding="utf-8"))
    source = (VENDOR / facts["file"]).read_bytes()
    assert hashlib.sha256(source).hexdigest() == facts["sha256"], "axe-core is not the file its lock describes"
    return source.decode()


# What axe-core tells by the colours alone: all that can differ between the two schemes of one page.
COLOURS = ("color-contrast", "link-in-text-block")


async def accessibility(
    page: Page, scheme: Literal["light", "dark"] = "light", rules: tuple[str, ...] = ()
) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA (or by these ``rules`` alone), one line each."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    only = list(rules) or ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = await page.evaluate(
        """async (only) => (await axe.run({runOnly: only})).violations.flatMap(
            (broken) => broken.nodes.map((node) => `${broken.id}: ${node.html} (${node.failureSummary})`))""",
        only,
    )
    return [str(line) for line in found]
