"""Looking at a page. Rule: each page and state is looked at in both colour schemes and at every width by one function.

``IONAS_SCREENSHOTS=1`` (make screenshots) keeps a picture of each in docs/screenshots/: light on a desk's screen, dark
on a telephone's.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.async_api import Page

from tests.browser import COLOURS, accessibility

WIDTHS = (1440, 1024, 390)
PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"


async def look_at(page: Page, url: str, paths: list[str]) -> None:
    """Open these pages and look at each."""
    for path in paths:
        await page.goto(url + path)
        if await page.locator("body[data-page]").count():
            await page.wait_for_selector("body[data-link=up]")
        await look(page, path)


async def look(page: Page, what: str) -> None:
    """Look at what is open. ``what``: its address or a few words; the pictures are called by it."""
    name = re.sub(r"[^a-z]+", "-", what.partition("?")[0].lower()).strip("-") or "desk"
    assert await accessibility(page, "light") == [], f"{what} in light"
    await keep(page, f"pages/{name}")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} at {width}"
        assert await too_small(page) == [], f"{what} at {width}"
    assert await accessibility(page, "dark", COLOURS) == [], f"{what} in dark"
    await keep(page, f"pages/dark-narrow/{name}")
    await page.set_viewport_size({"width": 1440, "height": 900})


async def keep(page: Page, name: str) -> None:
    """Keep a picture of what is to be seen, where that was asked for."""
    if os.environ.get("IONAS_SCREENSHOTS") == "1":  # noqa: TID251 - a switch of the tests, no setting of the service
        path = PICTURES / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=path, animations="disabled", caret="hide")


async def too_small(page: Page) -> list[str]:
    """Return what can be pressed but is less than 24 px wide or high (links within a sentence are exempt)."""
    found: list[str] = await page.evaluate("""() => [...document.querySelectorAll("a, button, input, select, summary")]
        .filter((one) => one.checkVisibility() && one.type !== "hidden" && !one.closest("td, dd, p:not(.actions)")
            && !one.matches(".skip"))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => Math.min(box.width, box.height) < 24 && !(one.closest("label")))
        .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)""")
    return found
