"""Customers in and out as files. Rule: nothing is read in that was not looked at before, line by line.

The file is not kept between the two: it is sent again, and must be the very one that was looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from typing import Any, Final

from aiohttp import hdrs, web

from ionas_phone.errors import FormWrong, PhoneError, StoreAway
from ionas_phone.runtime.customer_import import Import
from ionas_phone.store import audit, customers
from ionas_phone.store.customer_rows import Line, RowResult
from ionas_phone.support.customer_columns import head, heads, written
from ionas_phone.support.customer_file import read_customers
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms_customers import LABELS
from ionas_phone.web.pages import fragment, is_htmx, language_of, page
from ionas_phone.words import N_

MOST_ROWS: Final = 2_000  # in one request; nobody waits longer for a page
_LABELS: Final = {**LABELS, "number": N_("Customer number")}
_SHOWN = 300  # lines of each kind in a report
_AT_ONCE = 500  # customers of an export read together


@requires(Permission.EXCHANGE)
async def import_form(request: web.Request) -> web.StreamResponse:
    """GET /kunden/einlesen: choose a file."""
    return await _show(request, {})


@requires(Permission.EXCHANGE)
async def read_in(request: web.Request) -> web.StreamResponse:
    """POST /kunden/einlesen: tell what an import would do; with ``checked``, do it if it is that very file."""
    world, form = context(request), await request.post()
    try:
        content = _content(form.get("datei"))
        file = await asyncio.to_thread(read_customers, content)  # some seconds for a long one: calls must go on
        if len(file.rows) > MOST_ROWS:
            raise FormWrong(
                "The file has more than %(most)d lines: split it, or have `ionas-phone customers import` read it in.",
                most=MOST_ROWS,
            )
        digest = hashlib.sha256(content).hexdigest()
        checked = str(form.get("checked") or "")
        write = checked == digest and not file.broken
        lines = await Import(world.database, world.now, signed_in(request).login, write=write).run(file)
    except PhoneError as error:
        status = status_of(error)
        return await _show(request, {"wrong": error}, status if isinstance(error, StoreAway) else 422)
    return await _show(
        request,
        {
            **_report(lines),
            "wrong": file.broken,
            "written": write,
            "other_file": bool(checked) and checked != digest,
            "digest": digest,
            "encoding": file.encoding,
            "file_name": getattr(form.get("datei"), "filename", ""),
        },
        422 if file.broken else 200,
    )


@requires(Permission.EXCHANGE)
async def export(request: web.Request) -> web.StreamResponse:
    """GET /kunden/ausgabe.csv: all customers, as a German spreadsheet opens them and an import reads them again.

    Who has them all is written down before the first of them is sent.
    """
    world, language = context(request), language_of(request)
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="ionas-{world.now():%Y-%m-%d}.csv"'}
    async with world.database.write() as connection:  # before the first byte: one that is away is said on a page
        entry = audit.Entry(world.now(), signed_in(request).login, "customers", 0, "export", ())
        await audit.write(connection, entry)
        part = await customers.page(connection, 0, _AT_ONCE)
    answer = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/csv; charset=utf-8", **headers})
    await answer.prepare(request)
    await answer.write(head(language).encode())
    while part:
        await answer.write(written(part, language).encode())
        async with world.database.read() as connection:
            part = await customers.page(connection, part[-1].id, _AT_ONCE)
    await answer.write_eof()
    return answer


def _content(sent: object) -> bytes:
    """Return the file that was sent. Raises FormWrong."""
    if not isinstance(sent, web.FileField) or not sent.filename:
        raise FormWrong(N_("Choose a file first."))
    return sent.file.read()


def _report(lines: tuple[Line, ...]) -> dict[str, Any]:
    """Return what the report shows: how many of each, and the lines there is something to say of, refused first."""
    refused = [line for line in lines if line.outcome is RowResult.REFUSED]
    others = [line for line in lines if line.outcome in {RowResult.ADDED, RowResult.CHANGED} or line.hints]
    counted = Counter(line.outcome.value for line in lines)
    return {
        "counts": {outcome.value: counted[outcome.value] for outcome in RowResult},
        "lines": (*refused[:_SHOWN], *others[:_SHOWN]),
        "more": max(0, len(refused) - _SHOWN) + max(0, len(others) - _SHOWN),
    }


async def _show(request: web.Request, values: dict[str, Any], status: int = 200) -> web.Response:
    shown: dict[str, Any] = {"wrong": None, "counts": None, "labels": _LABELS, "most_rows": MOST_ROWS, **values}
    if is_htmx(request):
        return fragment(request, "customers/_report.html", status=status, **shown)
    shown["columns"] = heads(language_of(request))
    return await page(request, "customers/import.html", page="desk", here="/kunden", status=status, **shown)
