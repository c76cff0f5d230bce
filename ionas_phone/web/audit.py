"""The audit log for administrators: who did what, when. Rule: it is read and never changed, and shows no values."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from ionas_phone.store import audit, users
from ionas_phone.store.audit import AuditFilter, Line
from ionas_phone.store.audit_names import Names, names_for
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.audit_words import FIELDS, NOUNS, sentence_of
from ionas_phone.web.context import context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_audit import AuditForm
from ionas_phone.web.pages import RENDERER, language_of, page
from ionas_phone.web.typed import beside
from ionas_phone.words import N_

PATH: Final = "/verwaltung/protokoll"
ON_A_PAGE: Final = 50
AT_ONCE: Final = 1000  # lines of an export that are read together
MOST: Final = 100_000  # lines of an export
# Both kinds of session by the number of the support session.
_PLACES: Final = {"session": "/vorgaenge", "remote session": "/vorgaenge", "call": "/anrufe"}
_SERVICE: Final = N_("The service")
_HEAD: Final = (N_("When"), N_("Who"), N_("What"), N_("Record"), N_("Fields"))


@dataclass(frozen=True, slots=True)
class Deed:
    """A line as people read it; ``sentence`` and ``fields`` are msgids. ``path``: where the record is shown."""

    at: datetime
    by: str
    who: str
    sentence: str
    noun: str
    action: str
    record: str
    path: str
    fields: tuple[str, ...]


@requires(Permission.ADMIN)
async def audit_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/protokoll: the newest lines, or those before ?vor=, as far as the filter wants them."""
    world, form = context(request), await read(request, AuditForm)
    wanted, wrong = form.wanted(world.timezone)
    async with world.database.read() as connection:
        lines = () if wrong else await audit.find(connection, wanted, before=form.vor, limit=ON_A_PAGE + 1)
        names, everybody = await names_for(connection, lines), await users.everybody(connection)
    shown = lines[:ON_A_PAGE]
    return await page(
        request,
        "audit/page.html",
        page="desk",
        here=PATH,
        status=422 if wrong else 200,
        form=form,
        errors=beside(wrong),
        deeds=tuple(deeds(shown, names)),
        people=everybody,
        nouns=NOUNS,
        older=form.query(vor=shown[-1].id) if len(lines) > ON_A_PAGE else None,
        query=form.query(),
    )


@requires(Permission.ADMIN)
async def export(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/protokoll.csv: the same as a table, newest first; sent as it is read, and written down."""
    world, form = context(request), await read(request, AuditForm)
    wanted, wrong = form.wanted(world.timezone)
    for error in wrong.values():
        raise error
    async with world.database.write() as connection:
        entry = audit.Entry(world.now(), signed_in(request).login, "audit log", 0, "export", ())
        await audit.write(connection, entry)
    response = web.StreamResponse()
    response.content_type = "text/csv"
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="protokoll.csv"'
    await response.prepare(request)
    say = request.app[RENDERER].languages[language_of(request)].words.gettext
    await response.write(b"\xef\xbb\xbf" + _row([say(head) for head in _HEAD]))  # a spreadsheet sees that it is UTF-8
    async for deed in _all(request, wanted):
        at = deed.at.astimezone(world.timezone).strftime("%Y-%m-%d %H:%M:%S")
        values = {"who": say(deed.who), "action": deed.action, "noun": deed.noun}
        fields = ", ".join(say(field) for field in deed.fields)
        await response.write(_row([at, say(deed.who), say(deed.sentence) % values, deed.record, fields]))
    await response.write_eof()
    return response


async def _all(request: web.Request, wanted: AuditFilter) -> AsyncIterator[Deed]:
    """Read all lines, page by page: each page a short read of its own."""
    before: int | None = None
    for _ in range(MOST // AT_ONCE):
        async with context(request).database.read() as connection:
            lines = await audit.find(connection, wanted, before=before, limit=AT_ONCE)
            names = await names_for(connection, lines)
        for deed in deeds(lines, names):
            yield deed
        if len(lines) < AT_ONCE:
            return
        before = lines[-1].id


def deeds(lines: Iterable[Line], names: Names) -> Iterable[Deed]:
    """Return the lines as people read them."""
    for line in lines:
        entry = line.entry
        record, path = _record(entry.noun, entry.noun_id, names)
        who = _SERVICE if entry.by == audit.SERVICE else names.people.get(entry.by, entry.by)
        fields = tuple(FIELDS.get(field, field) for field in entry.fields)
        sentence = sentence_of(entry.noun, entry.action)
        yield Deed(entry.at, entry.by, who, sentence, entry.noun, entry.action, record, path, fields)


def _record(noun: str, noun_id: int, names: Names) -> tuple[str, str]:
    """Return what a record is called beside its noun, and where it is shown ("" if nowhere)."""
    if place := _PLACES.get(noun):
        return str(noun_id), f"{place}/{noun_id}"
    if noun in {"customers", "audit log"}:  # all of them
        return "", ""
    if noun == "customer" and (number := names.customers.get(noun_id)):
        return number, f"/kunden/{number}"
    if noun == "user" and (login := names.users.get(noun_id)):
        return login, f"/verwaltung/benutzer/{noun_id}"
    if noun == "login" and (login := names.log_ins.get(noun_id)):
        return login, ""
    return str(noun_id), {"tariff": "/verwaltung/tarife", "script": "/verwaltung/texte"}.get(noun, "")


def _row(cells: Iterable[str]) -> bytes:
    """Return one line; what a spreadsheet would take for a formula is kept from it."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
