"""Log-in and log-out. Rule: a wrong name and a wrong password look the same, take as long, and count the same."""

from __future__ import annotations

import secrets
from typing import Any, Final

import structlog
from aiohttp import hdrs, web

from ionas_phone.addresses import is_loopback
from ionas_phone.errors import FormWrong, StoreAway, TooOften
from ionas_phone.store import logins, users
from ionas_phone.support.users import Permission, Taste, User
from ionas_phone.web.access import COOKIE, KNOWN, LOG_IN, hash_of
from ionas_phone.web.context import Context, context
from ionas_phone.web.failures import status_of
from ionas_phone.web.log_ins import come_again
from ionas_phone.web.pages import RENDERER, fragment, is_htmx, language_of, page, see_other
from ionas_phone.web.stream import SIGNED_OUT
from ionas_phone.words import N_

_WRONG: Final = N_("Name or password is wrong.")
_LONGEST: Final = 200  # characters of a name or a password that are looked at

log = structlog.get_logger(__name__)


async def login_page(request: web.Request) -> web.StreamResponse:
    """GET /anmelden: the form; a script gets the form alone, for the overlay."""
    target, present = local(request.query.get("ziel", "/")), request.query.get("anwesend", "")
    if request.get(LOG_IN) and not is_htmx(request):
        return see_other(target)
    return await _form(request, None, "", target, present)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """POST /anmelden: name, passwort, ziel; from the overlay also anwesend: whose page lies under it."""
    form = await request.post()
    name, password = str(form.get("name", ""))[:_LONGEST].strip(), str(form.get("passwort", ""))[:_LONGEST]
    target, present = local(str(form.get("ziel", "/"))), str(form.get("anwesend", ""))
    try:
        user, stored = await _check(request, name, password)
        response = _welcome(request, user, target, present)
        await _remember(request, response, user, stored)
        await _keep_language(request, user)
    except (FormWrong, TooOften) as error:
        return await _form(request, error, name, target, present)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /abmelden: end this log-in everywhere it is open; from the page of somebody else nobody's ends."""
    world, log_in = context(request), request.get(LOG_IN)
    response = see_other("/anmelden")
    if log_in is None:
        return response
    async with world.database.write() as connection:
        await logins.revoke(connection, log_in.token_hash, world.now())
    request.app[KNOWN].forget(log_in.token_hash)
    world.hub.stop(SIGNED_OUT, log_in.owner)
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def local(target: str) -> str:
    """Return ``target`` if it is a path of ours, else "/": a log-in must not lead to somebody else's page."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if ours else "/"


def home_of(user: User) -> str:
    """Return where somebody begins who was on the way to no page in particular: without a phone no desk is of use."""
    if user.interface or not user.may(Permission.BOARD):
        return "/"
    return "/verwaltung" if user.may(Permission.ADMIN) else "/leitung"


async def _form(
    request: web.Request, error: FormWrong | TooOften | None, name: str, target: str, present: str
) -> web.Response:
    """Show the form, with what was wrong and the name that was typed."""
    status = status_of(error) if error else 200
    chosen = language_of(request) if "sprache" in request.query else ""
    shown: dict[str, Any] = {"error": error, "name": name, "target": target, "chosen": chosen}
    if is_htmx(request):
        return fragment(request, "login/_form.html", status=status, present=present, **shown)
    return await page(request, "login/page.html", status=status, present="", **shown)


async def _check(request: web.Request, name: str, password: str) -> tuple[User, str]:
    """Return whose these are, and the hash the password is stored as. Raises FormWrong, StoreAway, TooOften."""
    world, address = context(request), address_of(request)
    if not name or not password:
        raise FormWrong(N_("Name and password are both needed."), field="name")
    world.throttle.attempt(name, address, world.monotonic())
    try:
        async with world.database.read() as connection:
            found = await users.for_log_in(connection, name)
    except StoreAway:
        world.throttle.take_back(name, address)
        raise
    user, stored = found or (None, None)
    if not await world.passwords.verify(stored, password) or user is None:
        raise FormWrong(_WRONG, field="name")
    world.throttle.succeeded(name, address)
    return user, await _renewed(world, user, stored or "", password)


async def _renewed(world: Context, user: User, stored: str, password: str) -> str:
    """Hash the password anew if hashes cost more today than then; only now is it known in clear. Return its hash."""
    renewed = await world.passwords.renewed(stored, password)
    if not renewed:
        return stored
    async with world.database.write() as connection:
        await users.rehash(connection, user.id, stored, renewed)
    return renewed


def address_of(request: web.Request) -> str:
    """Return where the browser is; behind a proxy on this machine, what the proxy says of it."""
    remote = request.remote or ""
    forwarded = request.headers.get(hdrs.X_FORWARDED_FOR, "").rpartition(",")[2].strip()
    return forwarded if forwarded and context(request).public_url and is_loopback(remote) else remote


async def _remember(request: web.Request, response: web.StreamResponse, user: User, stored: str) -> None:
    """Open the log-in and give the browser its token; an older log-in of this browser ends.

    Raises FormWrong if ``stored`` is their hash no more, or they were disabled meanwhile.
    """
    world, token, before = context(request), secrets.token_urlsafe(32), request.get(LOG_IN)
    async with world.database.write() as connection:
        if not await users.still_right(connection, user.id, stored):
            raise FormWrong(_WRONG, field="name")
        if before:
            await logins.revoke(connection, before.token_hash, world.now())
        agent = request.headers.get(hdrs.USER_AGENT, "")
        await logins.open(connection, user.id, hash_of(token), world.now(), agent)
    if before:
        request.app[KNOWN].forget(before.token_hash)
        world.hub.stop(SIGNED_OUT, before.owner)
    response.set_cookie(COOKIE, token, path="/", httponly=True, secure=True, samesite="Lax")


async def _keep_language(request: web.Request, user: User) -> None:
    """Who chose a language on the way in chose it for themselves: it stands in their account from now on.

    While the database is away, it does not: the log-in is open by now, and its cookie must reach the browser.
    """
    world, chosen = context(request), request.query.get("sprache", "")
    if chosen not in request.app[RENDERER].languages or chosen == user.language:
        return
    try:
        async with world.database.write() as connection:
            await users.set_taste(connection, user.login, Taste(chosen, user.opens, user.sounds), world.now())
            open_ones = await logins.of_user(connection, user.id, world.now())
    except StoreAway:
        log.warning("language_not_kept", login=user.login)
        return
    come_again(request, [one.id for one in open_ones])


def _welcome(request: web.Request, user: User, target: str, present: str) -> web.StreamResponse:
    """Lead on; in the overlay the page stays as it is, unless it belongs to somebody else."""
    if not is_htmx(request):
        return see_other(home_of(user) if target == "/" else target)
    if present == user.login:
        return web.Response(status=204, headers={"HX-Trigger": "signed-in"})
    return web.Response(status=204, headers={"HX-Redirect": "/"})
