"""Our people. Rule: the password is known here as a hash only, and whoever is disabled is signed out at once."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.live.nouns import Assistant
from ionas_phone.store import audit, logins, rows
from ionas_phone.store.tables import users
from ionas_phone.support.users import NewUser, Role, Taste, User, check_language, checked, login_key

_EDITED = ("name", "role", "extension", "interface", "language")

_BY_LOGIN = select(*rows.USER).where(users.c.login_key == bindparam("key"))


async def add(conn: AsyncConnection, new: NewUser, password_hash: str, at: datetime, by: str) -> User:
    """Write a new user down. Raises FormWrong (name taken, phone taken, unusable)."""
    new = checked(new)
    if await _exists(conn, users.c.login_key == login_key(new.login)):
        raise FormWrong("The log-in name %(login)s is taken.", field="login", login=new.login)
    if new.interface and await _exists(conn, users.c.interface == new.interface):
        raise _taken(new.interface)
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    row = await conn.execute(
        insert(users)
        .values(**values, login_key=login_key(new.login), password_hash=password_hash, disabled=False, created_at=at)
        .returning(*rows.USER)
    )
    user = rows.user(row.one())
    await audit.write(conn, audit.Entry(at, by, "user", user.id, "create", tuple(values)))
    return user


async def everybody(conn: AsyncConnection) -> tuple[User, ...]:
    """Return all users, the disabled ones too, by log-in name."""
    found = await conn.execute(select(*rows.USER).order_by(users.c.login_key))
    return tuple(rows.user(row) for row in found)


async def by_login(conn: AsyncConnection, login: str) -> User | None:
    """Return the user of this log-in name in any case of letters, a disabled one too."""
    row = (await conn.execute(_BY_LOGIN, {"key": login_key(login)})).one_or_none()
    return None if row is None else rows.user(row)


async def by_id(conn: AsyncConnection, user_id: int) -> User:
    """Return the user with this id, a disabled one too. Raises NotThere."""
    row = (await conn.execute(select(*rows.USER).where(users.c.id == user_id))).one_or_none()
    if row is None:
        raise NotThere
    return rows.user(row)


async def name_of(conn: AsyncConnection, login: str) -> str:
    """Return the name by which people know ``login``; the log-in name itself of somebody who is no user of ours."""
    user = await by_login(conn, login)
    return user.name if user else login


async def for_log_in(conn: AsyncConnection, login: str) -> tuple[User, str] | None:
    """Return a user and the hash a password is checked against; None for nobody and for the disabled."""
    row = (
        await conn.execute(
            select(*rows.USER, users.c.password_hash).where(
                users.c.login_key == login_key(login), users.c.disabled.is_(False)
            )
        )
    ).one_or_none()
    return None if row is None else (rows.user(row), row.password_hash)


async def set_password(  # noqa: PLR0913 - whose, which, when and by whom; but this one
    conn: AsyncConnection, login: str, password_hash: str, at: datetime, by: str, *, but: int | None = None
) -> tuple[int, ...]:
    """Store another hash and sign the user out everywhere, the log-in ``but`` excepted.

    Return the ids of the log-ins that ended. Raises NotThere.
    """
    user = await _known(conn, login)
    await conn.execute(update(users).where(users.c.id == user.id).values(password_hash=password_hash))
    ended = await logins.revoke_all(conn, user.id, at, by, but=but)
    await audit.write(conn, audit.Entry(at, by, "user", user.id, "update", ("password",)))
    return ended


async def edit(  # noqa: PLR0913, PLR0917 - whom, over which version, to what, when and by whom
    conn: AsyncConnection, user_id: int, version: int, new: NewUser, at: datetime, by: str
) -> None:
    """Make a user what ``new`` says, but for the log-in name, which stays.

    ``version``: of the row that was seen. Raises NotThere, Conflict, FormWrong (unusable, phone taken, last one).
    """
    user, new = await by_id(conn, user_id), checked(new)
    values = {name: getattr(new, name) for name in _EDITED}
    changed = tuple(name for name, value in values.items() if value != getattr(user, name))
    if not changed:
        return
    mine = (users.c.id == user.id, users.c.version == version)
    if new.interface and await _exists(conn, (users.c.interface == new.interface) & (users.c.id != user.id)):
        raise _taken(new.interface)
    if new.role is not Role.ADMIN:
        await _leave_an_administrator(conn, user, "role")
    written = await conn.execute(
        update(users).where(*mine).values(**values, version=users.c.version + 1).returning(users.c.id)
    )
    if written.first() is None:
        raise Conflict("Somebody else has changed this user meanwhile. Look at both, and save again to replace it.")
    await audit.write(conn, audit.Entry(at, by, "user", user.id, "update", changed))


async def set_taste(conn: AsyncConnection, login: str, taste: Taste, at: datetime) -> None:
    """Write down what somebody has decided for themselves. Raises NotThere, FormWrong."""
    user = await _known(conn, login)
    check_language(taste.language)
    values = {field.name: getattr(taste, field.name) for field in fields(taste)}
    changed = {name: value for name, value in values.items() if value != getattr(user, name)}
    if not changed:
        return
    await conn.execute(update(users).where(users.c.id == user.id).values(version=users.c.version + 1, **changed))
    await audit.write(conn, audit.Entry(at, user.login, "user", user.id, "update", tuple(changed)))


async def rehash(conn: AsyncConnection, user_id: int, stored: str, renewed: str) -> None:
    """Put the same password's hash of today's cost in the place of the one ``stored``; nobody is signed out.

    Nothing happens if there is another one by now: somebody has set a new password meanwhile.
    """
    mine = (users.c.id == user_id, users.c.password_hash == stored)
    await conn.execute(update(users).where(*mine).values(password_hash=renewed))


async def still_right(conn: AsyncConnection, user_id: int, stored: str) -> bool:
    """Tell whether ``stored`` is their hash yet, and they are let in; it stays so until this transaction ends.

    Hashing takes its time: meanwhile the password may have been changed, and everybody with the old one signed out.
    """
    mine = (users.c.id == user_id, users.c.password_hash == stored, users.c.disabled.is_(False))
    found = await conn.execute(select(users.c.id).where(*mine).with_for_update(read=True))
    return found.first() is not None


async def disable(
    conn: AsyncConnection, login: str, at: datetime, by: str, *, disabled: bool = True
) -> tuple[int, ...]:
    """Keep a user out (and sign them out everywhere), or let them in again.

    Return the ids of the log-ins that ended. Raises NotThere, FormWrong (nobody could administer any more).
    """
    user = await _known(conn, login)
    if user.disabled == disabled:
        return ()
    if disabled:
        await _leave_an_administrator(conn, user, "")
    await conn.execute(update(users).where(users.c.id == user.id).values(disabled=disabled))
    await audit.write(conn, audit.Entry(at, by, "user", user.id, "disable" if disabled else "enable", ()))
    return await logins.revoke_all(conn, user.id, at, by) if disabled else ()


async def directory(conn: AsyncConnection) -> tuple[Assistant, ...]:
    """Return who sits at which phone."""
    found = await conn.execute(_SEATED)
    return tuple(Assistant(row.login, row.name, row.interface, row.extension) for row in found)


_SEATED = (  # kept: it is asked every few seconds
    select(users.c.login, users.c.name, users.c.interface, users.c.extension)
    .where(users.c.disabled.is_(False), users.c.interface != "")
    .order_by(users.c.login_key)
)


async def _known(conn: AsyncConnection, login: str) -> User:
    if (user := await by_login(conn, login)) is None:
        raise NotThere("There is no user %(login)s.", login=login)
    return user


def _taken(interface: str) -> FormWrong:
    return FormWrong("The phone %(interface)s belongs to somebody else.", field="interface", interface=interface)


async def _leave_an_administrator(conn: AsyncConnection, user: User, field: str) -> None:
    """Keep ``user`` from being the last to go. Whoever else changes administrators waits. Raises FormWrong."""
    admins = (users.c.role == Role.ADMIN, users.c.disabled.is_(False))
    found = await conn.execute(select(users.c.id).where(*admins).order_by(users.c.id).with_for_update())
    if set(found.scalars()) == {user.id}:
        raise FormWrong(
            "%(name)s is the last administrator: make somebody else one first.", field=field, name=user.name
        )


async def _exists(conn: AsyncConnection, condition: ColumnElement[bool]) -> bool:
    return (await conn.execute(select(users.c.id).where(condition))).first() is not None
