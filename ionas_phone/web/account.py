"""One's own account: password, log-ins, language and how one likes the desk. Rule: only one's own, and never a role."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ionas_phone.errors import FormWrong, PhoneError, StoreAway, TooOften
from ionas_phone.store import logins, users
from ionas_phone.support.users import Permission, User
from ionas_phone.web.access import COOKIE, requires
from ionas_phone.web.context import context
from ionas_phone.web.devices import device_of
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_account import EndForm, PasswordForm, TasteForm
from ionas_phone.web.log_ins import come_again, log_in_of, sign_out
from ionas_phone.web.login import address_of
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.typed import beside, named
from ionas_phone.words import N_

PATH: Final = "/konto"
_DONE: Final = {
    "einstellungen": N_("Your settings are saved."),
    "passwort": N_("Your new password holds. You are signed out everywhere else."),
    "abgemeldet": N_("The log-in is ended."),
}


@requires(Permission.DESK)
async def account_page(request: web.Request) -> web.StreamResponse:
    """GET /konto."""
    return await _page(request)


@requires(Permission.DESK)
async def save_taste(request: web.Request) -> web.StreamResponse:
    """POST /konto/einstellungen: language, when records open, sounds."""
    world, form, mine = context(request), await read(request, TasteForm), log_in_of(request)
    async with world.database.write() as connection:
        await users.set_taste(connection, mine.user.login, form.taste(), world.now())
        open_ones = await logins.of_user(connection, mine.user.id, world.now())
    come_again(request, [one.id for one in open_ones])
    return _done("einstellungen")


@requires(Permission.DESK)
async def change_password(request: web.Request) -> web.StreamResponse:
    """POST /konto/passwort: the old one is asked for; all other log-ins end."""
    world, form, mine = context(request), await read(request, PasswordForm), log_in_of(request)
    try:
        form.check(mine.user.login)
        await _check_old(request, mine.user, form.old)
    except (FormWrong, TooOften) as error:
        return await _page(request, error)
    hashed = await world.passwords.hash(form.password)
    async with world.database.write() as connection:
        login, by = mine.user.login, mine.user.login
        ended = await users.set_password(connection, login, hashed, world.now(), by, but=mine.login.id)
    sign_out(request, ended)
    return _done("passwort")


@requires(Permission.DESK)
async def end_log_in(request: web.Request) -> web.StreamResponse:
    """POST /konto/abmelden: end one log-in of one's own; without a number all of them, this one too."""
    world, form, mine = context(request), await read(request, EndForm), log_in_of(request)
    at, user = world.now(), mine.user
    async with world.database.write() as connection:
        if form.log_in is None:
            ended = await logins.revoke_all(connection, user.id, at, user.login)
        else:
            ended = await logins.revoke_one(connection, user.id, form.log_in, at, user.login)
    sign_out(request, ended)
    if mine.login.id not in ended:
        return _done("abgemeldet")
    response = see_other("/anmelden")
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


async def _check_old(request: web.Request, user: User, password: str) -> None:
    """See that whoever sits there knows the password. Raises FormWrong, TooOften, StoreAway."""
    world, address = context(request), address_of(request)
    world.throttle.attempt(user.login, address, world.monotonic())
    try:
        async with world.database.read() as connection:
            found = await users.for_log_in(connection, user.login)
    except StoreAway:
        world.throttle.take_back(user.login, address)
        raise
    if not await world.passwords.verify(found[1] if found else None, password):
        raise FormWrong(N_("This is not your present password."), field="old")
    world.throttle.succeeded(user.login, address)


def _done(what: str) -> web.Response:
    return see_other(f"{PATH}?fertig={what}")


async def _page(request: web.Request, error: PhoneError | None = None) -> web.Response:
    """Show the account; ``error``: why the password stays as it was."""
    world, mine = context(request), log_in_of(request)
    async with world.database.read() as connection:
        found = await logins.of_user(connection, mine.user.id, world.now())
    return await page(
        request,
        "account/page.html",
        page="desk",
        here=PATH,
        status=status_of(error) if error else 200,
        errors=beside(named(error) if error else {}),
        done=_DONE.get(request.query.get("fertig", "")),
        log_ins=[(one, device_of(one.user_agent), one.id == mine.login.id) for one in found],
    )
