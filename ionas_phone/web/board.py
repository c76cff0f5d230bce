"""The supervisors' board. Rule: facts of this moment only; what is counted over time is not shown as if it were."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires
from ionas_phone.web.pages import page


@requires(Permission.BOARD)
async def board_page(request: web.Request) -> web.StreamResponse:
    """GET /leitung: queues, waiting callers, people at the phones, calls in progress."""
    return await page(request, "board/page.html", page="board")
