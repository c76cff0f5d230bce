"""Texts to read aloud and to hand over. Rule: a version is never changed, so records can name theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, rows
from ionas_phone.store.database import upsert
from ionas_phone.store.tables_billing import scripts
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, Script, ScriptKind, checked


async def newest(
    conn: AsyncConnection, kinds: Collection[ScriptKind], customer_kind: CustomerKind, language: str
) -> tuple[Script, ...]:
    """Return the newest version of each of ``kinds``, in this order. Raises NotThere if one has no text at all."""
    every = (scripts.c.kind, scripts.c.customer_kind, scripts.c.language)
    last = select(func.max(scripts.c.id)).group_by(*every)
    found = await conn.execute(
        select(scripts).where(
            scripts.c.id.in_(last), scripts.c.customer_kind == customer_kind, scripts.c.language == language
        )
    )
    texts = {one.kind: one for one in map(_script, found)}
    if any(kind not in texts for kind in kinds):
        raise NotThere("There is no text to read aloud in this language; write one down first.")
    return tuple(texts[kind] for kind in kinds)


async def chosen(conn: AsyncConnection, ids: Collection[int], kinds: Collection[ScriptKind]) -> tuple[Script, ...]:
    """Return the very texts that were shown, in the order of ``kinds``. Raises FormWrong if they are not just these."""
    found = {one.kind: one for one in map(_script, await conn.execute(select(scripts).where(scripts.c.id.in_(ids))))}
    if len(ids) != len(kinds) or set(found) != set(kinds):
        raise FormWrong("These are not the texts for this estimate; load the page anew and read them out again.")
    return tuple(found[kind] for kind in kinds)


async def versions(conn: AsyncConnection) -> tuple[Script, ...]:
    """Return all texts by kind, audience and language, the newest version of each first."""
    order = (scripts.c.kind, scripts.c.customer_kind, scripts.c.language, scripts.c.version.desc())
    return tuple(map(_script, await conn.execute(select(scripts).order_by(*order))))


async def add(conn: AsyncConnection, new: NewScript, at: datetime, by: str) -> Script:
    """Write the next version of a text down. The same text again is no new one. Raises FormWrong, Conflict."""
    new = checked(new)
    mine = (
        scripts.c.kind == new.kind,
        scripts.c.customer_kind == new.customer_kind,
        scripts.c.language == new.language,
    )
    found = await conn.execute(select(scripts).where(*mine).order_by(scripts.c.version.desc()).limit(1))
    last = found.one_or_none()
    if last is not None and last.text == new.text:
        return _script(last)
    written = await conn.execute(
        upsert(conn, scripts)
        .values(
            kind=new.kind,
            customer_kind=new.customer_kind,
            language=new.language,
            version=last.version + 1 if last else 1,
            text=new.text,
            created_at=at,
            created_by=by,
        )
        .on_conflict_do_nothing()
        .returning(scripts)
    )
    row = written.one_or_none()
    if row is None:
        raise Conflict("Somebody else has changed this text in the meantime; look at it again and then save.")
    await audit.write(conn, audit.Entry(at, by, "script", row.id, "create", ("text",)))
    return _script(row)


def _script(row: Row[*tuple[Any, ...]]) -> Script:
    return rows.made(Script, row, scripts, kind=ScriptKind(row.kind), customer_kind=CustomerKind(row.customer_kind))
