"""Who may sign in, kept by the administrator. Rule: a change holds at once, at the desks and for whoever is signed in.

A password is shown once, on the page that answers its form, and stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.live.events import DirectoryRead
from ionas_phone.live.nouns import Assistant
from ionas_phone.store import logins, users
from ionas_phone.support.users import Permission, User
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.devices import device_of
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_users import PasswordGiven, SwitchForm, UserForm
from ionas_phone.web.log_ins import come_again, sign_out
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.typed import beside, named
from ionas_phone.words import N_

PATH: Final = "/verwaltung/benutzer"
_DONE: Final = {
    "geaendert": N_("The change is saved and holds at once."),
    "gesperrt": N_("The log-in is disabled; open pages are signed out."),
    "frei": N_("The log-in is enabled again."),
    "abgemeldet": N_("Signed out everywhere."),
}


@requires(Permission.ADMIN)
async def administration(_request: web.Request) -> web.StreamResponse:
    """GET /verwaltung: the first of its pages."""
    return see_other(PATH)


@requires(Permission.ADMIN)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/benutzer: everybody, with phone, queues and whether they are signed in."""
    world = context(request)
    async with world.database.read() as connection:
        everybody, present = await users.everybody(connection), await logins.present(connection, world.now())
    people = [(user, present.get(user.id), _queues_of(world, user)) for user in everybody]
    return await page(request, "users/list.html", page="desk", people=people, here=PATH)


@requires(Permission.ADMIN)
async def new_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/benutzer/neu."""
    return await _new(request, UserForm(), {})


@requires(Permission.ADMIN)
async def create(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/benutzer: let somebody in; the answer shows the first password, once."""
    world, form = context(request), await read(request, UserForm)
    new, wrong = form.user()
    try:
        password = form.chosen(new.login)
    except FormWrong as error:
        wrong["password"] = error
    if wrong:
        return await _new(request, form, wrong)
    hashed = await world.passwords.hash(password)
    try:
        async with world.database.write() as connection:
            user = await users.add(connection, new, hashed, world.now(), signed_in(request).login)
            directory = await users.directory(connection)
    except FormWrong as error:
        return await _new(request, form, named(error))
    _tell(world, directory)
    return await _shown_once(request, user, password)


@requires(Permission.ADMIN)
async def user_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/benutzer/{id}."""
    return await _one(request)


@requires(Permission.ADMIN)
async def change(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/benutzer/{id}: name, role, phone, language, over the version that was shown."""
    world, user_id, form = context(request), _id_of(request), await read(request, UserForm)
    async with world.database.read() as connection:
        user = await users.by_id(connection, user_id)
    new, wrong = form.user(user.login)
    if wrong:
        return await _one(request, form, wrong)
    try:
        async with world.database.write() as connection:
            await users.edit(connection, user_id, form.version, new, world.now(), signed_in(request).login)
            open_ones = await logins.of_user(connection, user_id, world.now())
            directory = await users.directory(connection)
    except (Conflict, FormWrong) as error:
        return await _one(request, form, named(error))
    _tell(world, directory)
    come_again(request, [one.id for one in open_ones])
    return _done(user_id, "geaendert")


@requires(Permission.ADMIN)
async def set_password(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/benutzer/{id}/passwort: another one, typed or invented; everything signed in before ends."""
    world, user_id, form = context(request), _id_of(request), await read(request, PasswordGiven)
    async with world.database.read() as connection:
        user = await users.by_id(connection, user_id)
    try:
        password = form.chosen(user.login)
    except FormWrong as error:
        return await _one(request, None, named(error))
    hashed = await world.passwords.hash(password)
    async with world.database.write() as connection:
        ended = await users.set_password(connection, user.login, hashed, world.now(), signed_in(request).login)
    sign_out(request, ended)
    return await _shown_once(request, user, password)


@requires(Permission.ADMIN)
async def switch(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/benutzer/{id}/sperre: keep somebody out, or let them in again."""
    world, user_id, form = context(request), _id_of(request), await read(request, SwitchForm)
    by = signed_in(request).login
    try:
        async with world.database.write() as connection:
            user = await users.by_id(connection, user_id)
            ended = await users.disable(connection, user.login, world.now(), by, disabled=form.disabled)
            directory = await users.directory(connection)
    except FormWrong as error:
        return await _one(request, None, named(error))
    _tell(world, directory)
    sign_out(request, ended)
    return _done(user_id, "gesperrt" if form.disabled else "frei")


@requires(Permission.ADMIN)
async def end_log_ins(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/benutzer/{id}/abmelden."""
    world, user_id = context(request), _id_of(request)
    async with world.database.write() as connection:
        user = await users.by_id(connection, user_id)
        ended = await logins.revoke_all(connection, user.id, world.now(), signed_in(request).login)
    sign_out(request, ended)
    return _done(user_id, "abgemeldet")


def phones_seen(world: Context) -> tuple[str, ...]:
    """Return the phones that sit in one of our queues, as the PBX names them."""
    return tuple(sorted({row.interface for row in world.live.members()}))


def _queues_of(world: Context, user: User) -> tuple[str, ...]:
    rows = [row for row in world.live.members() if row.interface.lower() == user.interface.lower()]
    return tuple(sorted({queue for row in rows for queue in row.queues}))


def _tell(world: Context, directory: tuple[Assistant, ...]) -> None:
    """Let the live picture know who sits where from now on: what is told must have been written."""
    world.post(DirectoryRead(at=world.now(), assistants=directory))


def _id_of(request: web.Request) -> int:
    return int(request.match_info["id"])


def _done(user_id: int, what: str) -> web.Response:
    return see_other(f"{PATH}/{user_id}?fertig={what}")


async def _shown_once(request: web.Request, user: User, password: str) -> web.Response:
    return await page(request, "users/password.html", page="desk", here=PATH, user=user, password=password)


async def _new(request: web.Request, form: UserForm, wrong: Mapping[str, PhoneError]) -> web.Response:
    return await page(
        request,
        "users/new.html",
        page="desk",
        here=PATH,
        status=422 if wrong else 200,
        form=form,
        errors=beside(wrong),
        phones=phones_seen(context(request)),
    )


async def _one(
    request: web.Request, typed: UserForm | None = None, wrong: Mapping[str, PhoneError] | None = None
) -> web.Response:
    """Show one user; ``typed``: what could not be saved, because of what is ``wrong``.

    Only whoever is shown what others saved meanwhile may save over it: a Conflict alone brings the new version.
    """
    world, user_id = context(request), _id_of(request)
    async with world.database.read() as connection:
        user = await users.by_id(connection, user_id)
        found = await logins.of_user(connection, user_id, world.now())
    contested = any(isinstance(error, Conflict) for error in (wrong or {}).values())
    form = typed or UserForm.of(user)
    if contested:
        form = form.model_copy(update={"version": user.version})
    return await page(
        request,
        "users/page.html",
        page="desk",
        here=PATH,
        status=max((status_of(error) for error in wrong.values()), default=422) if wrong else 200,
        user=user,
        form=form,
        errors=beside(wrong or {}),
        contested=contested,
        phones=phones_seen(world),
        queues=_queues_of(world, user),
        log_ins=[(one, device_of(one.user_agent)) for one in found],
        done=_DONE.get(request.query.get("fertig", "")),
    )
