"""Who looks at a wallboard: a person, or a screen by its token. Rule: a screen sees its queue's wallboard alone.

A screen's token lies in a cookie of its own, which no other page looks at: everywhere else a screen is signed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web

from ionas_phone.errors import NotAllowed, NotThere, SignedOut, StoreAway
from ionas_phone.store import wallboards
from ionas_phone.support.users import Permission, Role, User
from ionas_phone.support.wallboards import Wallboard
from ionas_phone.web.access import LOG_IN, LogIn, hash_of
from ionas_phone.web.context import Context, context
from ionas_phone.web.roll_call import RollCall
from ionas_phone.words import N_

COOKIE: Final = "__Host-ionas-screen"
KEPT: Final = 400 * 24 * 3600  # seconds; browsers keep no cookie for longer, so it is given anew at each visit
SEEN: Final = timedelta(minutes=10)  # how often it is written down that a screen is there
PAGE: Final = "wallboard/"  # how the page of a queue is named on the stream


class ScreenOff(NotAllowed):
    """This wallboard has been signed off. A supervisor can make a new link for it."""


@dataclass(frozen=True, slots=True)
class Screen(User):
    """A screen in the place of a person, without a name: it may see wallboards, and by ``ScreenLogIn`` only one."""

    def may(self, permission: Permission) -> bool:
        """Tell whether it is about wallboards."""
        return permission is Permission.WALLBOARD


@dataclass(frozen=True, slots=True)
class ScreenLogIn:
    """A screen that is let in, to be watched like a log-in."""

    token_hash: bytes
    wallboard: Wallboard
    user: Screen

    @property
    def owner(self) -> str:
        """What its streams are watched under."""
        return owner_of(self.wallboard.id)


Viewer = LogIn | ScreenLogIn

# The screens found lately, by their tokens' hashes: they hold while the database is away.
KNOWN_SCREENS: Final = web.AppKey("known_screens", dict[bytes, ScreenLogIn])


def owner_of(wallboard_id: int) -> str:
    """Return what the streams of a screen are watched under."""
    return f"wallboard/{wallboard_id}"


async def viewer_of(request: web.Request, queue: str) -> Viewer:
    """Return who looks at the wallboard of ``queue``. Raises SignedOut, ScreenOff, NotAllowed, NotThere, StoreAway."""
    world, token = context(request), request.cookies.get(COOKIE)
    viewer: Viewer | None = request.get(LOG_IN)
    if viewer is None:
        if not token:
            raise SignedOut
        viewer = await _find_known(request, hash_of(token))
        if viewer is None:
            raise ScreenOff
        if viewer.wallboard.queue != queue:
            raise NotAllowed(N_("This screen may show another queue only."))
    if not viewer.user.may(Permission.WALLBOARD):
        raise NotAllowed
    if queue not in world.live.queue_names():
        raise NotThere(N_("There is no such queue."))
    return viewer


async def find_screen(world: Context, token_hash: bytes) -> ScreenLogIn | None:
    """Return the screen as it stands now, None if it was revoked. Raises StoreAway."""
    async with world.database.read() as connection:
        found = await wallboards.find(connection, token_hash)
    if found is None:
        return None
    nobody = Screen(0, "", found.name, Role.ASSISTANT, "", "", world.default_language)
    return ScreenLogIn(token_hash, found, nobody)


async def _find_known(request: web.Request, token_hash: bytes) -> ScreenLogIn | None:
    """Return the screen as the database knows it, or as it was known last. Raises StoreAway for strangers."""
    known = request.app[KNOWN_SCREENS]
    try:
        found = await find_screen(context(request), token_hash)
    except StoreAway:
        if token_hash not in known:
            raise
        return known[token_hash]
    known.pop(token_hash, None)
    if found:
        known[token_hash] = found
    return found


def forget_screen(request: web.Request, wallboard_id: int) -> None:
    """Know this screen no more."""
    known = request.app[KNOWN_SCREENS]
    for token_hash in [key for key, screen in known.items() if screen.wallboard.id == wallboard_id]:
        del known[token_hash]


async def again(world: Context, roll_call: RollCall, viewer: Viewer) -> Viewer | None:
    """Return who looks as they stand now, None if they may no more. Raises StoreAway."""
    if not isinstance(viewer, ScreenLogIn):
        return await roll_call.again(viewer.token_hash)
    found = await find_screen(world, viewer.token_hash)
    if found and (found.wallboard.seen_at is None or world.now() - found.wallboard.seen_at > SEEN):
        await note_visit(world, found)
    return found


async def note_visit(world: Context, viewer: Viewer) -> None:
    """Write down that a screen was there; while the database is away, not."""
    if not isinstance(viewer, ScreenLogIn):
        return
    try:
        async with world.database.write() as connection:
            await wallboards.touch(connection, viewer.wallboard.id, world.now())
    except StoreAway:
        return


def give_token(response: web.StreamResponse, token: str) -> None:
    """Have the browser keep a screen's token."""
    response.set_cookie(COOKIE, token, path="/", httponly=True, secure=True, samesite="Lax", max_age=KEPT)
