"""The audit log as administrators read it."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime

import pytest

from ionas_phone.store import audit
from ionas_phone.store.audit import Entry
from ionas_phone.web.audit import ON_A_PAGE, PATH
from tests.desk_app import DeskApp, Visitor

AT = datetime(2026, 11, 22, 10, 44, 5, tzinfo=UTC)


async def write(desk: DeskApp, *entries: Entry) -> None:
    async with desk.world.database.write() as connection:
        for entry in entries:
            await audit.write(connection, entry)


async def read(visitor: Visitor, query: str = "") -> str:
    return re.sub(r"\s+", " ", await (await visitor.get(f"{PATH}?{query}")).text())


async def test_deeds_are_sentences_with_their_record(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    await write(
        desk,
        Entry(AT, "anna", "session", 7, "update", ("problem",)),
        Entry(AT, audit.SERVICE, "session", 7, "limit", ("ended_at",)),
        Entry(AT, "anna", "call", 9, "settle", ("missed",)),
        Entry(AT, "<b>gone</b>", "kettle", 3, "boil", ("water",)),
    )
    text = await read(office)
    assert "Anna Berger hat den Vorgang geändert." in text
    assert "Der Dienst hat die Zeit pausiert: Die vereinbarten Minuten waren verbraucht." in text
    assert "&lt;b&gt;gone&lt;/b&gt;: boil (kettle)." in text
    assert '<a href="/vorgaenge/7">Vorgang 7</a>' in text
    assert "Anna Berger hat den verpassten Anrufer von der Liste genommen." in text
    assert '<a href="/anrufe/9">Anruf 9</a>' in text
    assert "22.11.2026 11:44:05" in text  # as the clock on the wall
    assert "Benutzer anna" in text
    assert "water" in text


async def test_filters_narrow_it_down(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    await write(
        desk,
        Entry(AT, "anna", "session", 7, "start", ()),
        Entry(AT, "anna", "session", 8, "stop", ()),
        Entry(AT, "office", "session", 7, "pause", ()),
    )
    only_sevens = await read(office, "was=session&nummer=7")
    assert "Zeit gestartet" in only_sevens
    assert "Zeit pausiert" in only_sevens
    assert "Zeit gestoppt" not in only_sevens
    only_annas = await read(office, "wer=anna&was=session&von=2026-11-22&bis=2026-11-22")
    assert "Zeit gestoppt" in only_annas
    assert "Zeit pausiert" not in only_annas
    assert "nichts festgehalten" in await read(office, "von=2026-11-23&bis=2026-11-23&was=session")


async def test_pages_follow_each_other_without_a_gap(desk: DeskApp, office: Visitor) -> None:
    await write(desk, *(Entry(AT, "office", "session", number, "start", ()) for number in range(1, ON_A_PAGE + 11)))
    first = await read(office, "was=session")
    older = re.search(r'href="(/verwaltung/protokoll\?was=session&amp;vor=\d+)"', first)
    assert older
    second = await (await office.get(older[1].replace("&amp;", "&"))).text()
    seen = [int(number) for number in re.findall(r"/vorgaenge/(\d+)", first + second)]
    assert seen == list(range(ON_A_PAGE + 10, 0, -1))


async def test_what_cannot_be_read_is_said_and_kept(office: Visitor) -> None:
    answer = await office.get(f"{PATH}?von=gestern&nummer=viele")
    text = await answer.text()
    assert answer.status == 422
    assert 'id="von-error"' in text
    assert 'value="viele"' in text


async def test_an_export_is_a_table_no_spreadsheet_takes_for_formulas(desk: DeskApp, office: Visitor) -> None:
    entries = [Entry(AT, "office", "session", number, "start", ("started_at",)) for number in range(1, 6)]
    await write(desk, *entries, Entry(AT, "=cmd", "session", 6, "stop", ()))
    answer = await office.get(f"{PATH}.csv?was=session")
    assert answer.content_type == "text/csv"
    text = (await answer.read()).decode("utf-8-sig")
    head, newest, *rest = csv.reader(text.splitlines(), delimiter=";")
    assert head == ["Wann", "Wer", "Was", "Eintrag", "Felder"]
    assert newest == ["2026-11-22 11:44:05", "'=cmd", "'=cmd hat die Zeit gestoppt.", "6", ""]
    assert [row[3] for row in rest] == ["5", "4", "3", "2", "1"]
    assert rest[0][4] == "Beginn der Zeit"
    assert (await office.get(f"{PATH}.csv?von=gestern")).status == 422


async def test_who_has_had_the_log_is_written_down(office: Visitor) -> None:
    assert (await office.get(f"{PATH}.csv?was=session")).status == 200
    assert "Das Büro hat das Protokoll als Datei ausgegeben." in await read(office, "wer=office")


async def test_a_long_export_is_read_in_pieces(desk: DeskApp, office: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ionas_phone.web.audit.AT_ONCE", 3)
    await write(desk, *(Entry(AT, "office", "session", number, "start", ()) for number in range(1, 8)))
    text = await (await office.get(f"{PATH}.csv?was=session")).text()
    assert [line.split(";")[3] for line in text.splitlines()[1:]] == ["7", "6", "5", "4", "3", "2", "1"]


async def test_it_is_the_administrators(ben: Visitor) -> None:
    assert (await ben.get(PATH)).status == 403
    assert (await ben.get(f"{PATH}.csv")).status == 403
