"""The web application, put together. Rule: it starts no task and opens nothing; what it needs is handed in."""

from __future__ import annotations

from pathlib import Path

from aiohttp import WSCloseCode, web

from ionas_phone.render import Renderer
from ionas_phone.shipped import shipped
from ionas_phone.web.access import KNOWN, Known, know_who, only_from_our_pages
from ionas_phone.web.bodies import LARGEST_FILE, only_forms
from ionas_phone.web.broadcast import BROADCAST, Broadcast
from ionas_phone.web.context import CONTEXT, Context
from ionas_phone.web.failures import explain
from ionas_phone.web.headers import add_headers
from ionas_phone.web.once_more import once_more
from ionas_phone.web.pages import RENDERER
from ionas_phone.web.painter import PAINTER, Painter
from ionas_phone.web.roll_call import ROLL_CALL, RollCall
from ionas_phone.web.routes import routes
from ionas_phone.web.screens import KNOWN_SCREENS
from ionas_phone.web.static import STATIC, StaticFiles


def make_app(world: Context, known: Known, webui: Path | None = None) -> web.Application:
    """Build the application for ``world``; ``webui``: the folder of templates, words and static files.

    Whoever runs it lets ``known`` write down now and then who was here, and runs the broadcast.
    """
    webui = webui or shipped("webui")
    app = web.Application(
        middlewares=[explain, only_from_our_pages, only_forms, know_who, once_more], client_max_size=LARGEST_FILE
    )
    app[CONTEXT] = world
    app[KNOWN] = known
    app[KNOWN_SCREENS] = {}
    app[STATIC] = StaticFiles(webui / "static")
    app[RENDERER] = Renderer(webui, world.timezone, app[STATIC].url)
    app[PAINTER] = Painter(world, app[RENDERER])
    app[BROADCAST] = Broadcast(world, app[PAINTER])
    app[ROLL_CALL] = RollCall(world)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_streams)
    app.add_routes(routes())
    return app


async def _end_streams(app: web.Application) -> None:
    """Say goodbye to every tab; else each of them would hold the shutdown up."""
    app[CONTEXT].hub.stop(WSCloseCode.SERVICE_RESTART)
