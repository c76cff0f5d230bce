"""Customers in and out as files: looked at before, written once, opened by a spreadsheet."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable
from re import search

import aiohttp
from sqlalchemy import update

from ionas_phone.store import customers
from ionas_phone.store.tables import customers as table
from ionas_phone.web.access import COOKIE
from ionas_phone.web.customer_exchange import MOST_ROWS
from tests.desk_app import DeskApp, Visitor
from tests.unit.web.test_sessions import NUMBER, customer

PATH = "/kunden/einlesen"
BAD = "Nummer;Name;Telefon\r\n1;Änne Süß;0171 3920017\r\n2;Böse;12345\r\n3;😀 שלום;06131 5550199\r\n1;Doppelt;\r\n"


async def send(
    desk: DeskApp, visitor: Visitor, content: bytes | None, checked: str = "", *, htmx: bool = False
) -> tuple[int, str]:
    form = aiohttp.FormData()
    form.add_field("datei", io.BytesIO(content or b""), filename="kunden.csv" if content is not None else "")
    if checked:
        form.add_field("checked", checked)
    headers = {"Origin": desk.url, "Cookie": f"{COOKIE}={visitor.cookie}"} | ({"HX-Request": "true"} if htmx else {})
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.url + PATH, data=form, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def digest(page: str) -> str:
    found = search(r'name="checked" value="(\w{64})"', page)
    assert found, page
    return found[1]


async def count(desk: DeskApp) -> int:
    async with desk.world.database.read() as connection:
        return len(await customers.page(connection, 0, 10_000))


async def test_a_file_is_looked_at_line_by_line_and_then_read_in(desk: DeskApp, ben: Visitor) -> None:
    status, text = await send(desk, ben, BAD.encode(), htmx=True)
    assert status == 200
    for said in ("“12345” is no complete phone number.", "😀 שלום", "The number stands in line 2 already.", "Änne Süß"):
        assert said in text, said
    assert await count(desk) == 0
    status, text = await send(desk, ben, BAD.encode(), digest(text))
    assert "Read in" in text
    assert await count(desk) == 2
    assert "There is nothing to write." in (await send(desk, ben, BAD.encode()))[1]


async def test_what_would_be_overwritten_is_shown_and_another_name_is_pointed_out(desk: DeskApp, ben: Visitor) -> None:
    oliver, known = [await customer(desk, name, NUMBER) for name in ("Oliver Stein", "Karl Braun")]
    rows = f"{oliver.number};Anders Stein;Mainz\n{known.number};Karl Braun;Worms\n"
    _, text = await send(desk, ben, f"number;name;city\n{rows}".encode())
    assert "<del>Oliver Stein</del> → <ins>Anders Stein</ins>" in text
    assert "<ins>Worms</ins>" in text
    assert text.count("another name: is it the same customer?") == 1


async def test_a_refused_line_names_its_customer_and_all_its_faults(desk: DeskApp, ben: Visitor) -> None:
    rows = b"4;Hans Beispiel;hans@@;XX;55116\n5;Ida;;;abcde\n"
    _, text = await send(desk, ben, b"number;name;email;country;postcode\n" + rows)
    for said in ("Hans Beispiel", "This is no mail address.", "“XX” is no country", "A German postcode has five"):
        assert said in text, said


async def test_signs_that_nobody_sees_are_refused_and_words_from_right_to_left_are_not(
    desk: DeskApp, ben: Visitor
) -> None:
    _, text = await send(desk, ben, "number;name;city\n4;\u202eHans;Mainz\u200b\n5;שלום;Mainz\n".encode())
    assert "It begins with a sign that nobody sees (U+202E)" in text
    assert "Behind “Mainz” there is a sign that nobody sees (U+200B)" in text
    assert "Read 1 line in" in text


async def test_a_postcode_is_looked_at_as_one_of_the_customer_s_country(desk: DeskApp, ben: Visitor) -> None:
    head, austria = b"number;name;postcode;country\n", b"7;Resi;1010;AT\n"
    await send(desk, ben, head + austria, digest((await send(desk, ben, head + austria))[1]))
    _, text = await send(desk, ben, b"number;name;postcode\n7;Resi;1020\n8;Ute;1067\n")
    assert "<del>1010</del> → <ins>1020</ins>" in text
    _, text = await send(desk, ben, b"number;name;postcode\n7;Resi;55116\n")
    assert "An Austrian or Swiss postcode has four digits" in text


async def test_what_stands_there_since_before_a_rule_stays_and_is_pointed_out(desk: DeskApp, ben: Visitor) -> None:
    known = await customer(desk, "Ida Alt", NUMBER)
    async with desk.world.database.write() as connection:
        await connection.execute(update(table).where(table.c.id == known.id).values(postcode="D-55116"))
    content = await (await ben.get("/kunden/ausgabe.csv")).read()
    _, text = await send(desk, ben, content)
    assert "There is nothing to write." in text
    assert "Postcode: A German postcode has five digits" in text
    assert "It stands in the record like this already, and stays." in text
    _, text = await send(desk, ben, content.replace(b"D-55116", b"D-55118"))
    assert "A German postcode has five digits" in text
    assert "and stays." not in text


async def test_an_open_quotation_mark_lets_nothing_in_but_the_lines_before_it_are_told(
    desk: DeskApp, ben: Visitor
) -> None:
    content = b'number;name;phones\n1;Anna;\n2;Bodo;12\n3;"Cem;\n4;Dora;\n'
    for checked in ("", hashlib.sha256(content).hexdigest()):
        status, text = await send(desk, ben, content, checked)
        assert status == 422
        for said in ("is opened in line 4 and never closed", "Nothing was written.", "Anna", "“12” is no complete"):
            assert said in text, said
        assert 'name="checked"' not in text
    assert await count(desk) == 0


async def test_windows_1252_is_read_as_well(desk: DeskApp, ben: Visitor) -> None:
    _, text = await send(desk, ben, "number;name\n1;Jürgen Weiß\n".encode("cp1252"))
    assert "Jürgen Weiß" in text
    assert "Windows-1252" in text


async def test_another_file_than_the_one_looked_at_is_not_written(desk: DeskApp, ben: Visitor) -> None:
    _, text = await send(desk, ben, b"number;name\n1;Anna\n")
    _, text = await send(desk, ben, b"number;name\n2;Bodo\n", digest(text))
    assert "This is another file" in text
    assert await count(desk) == 0


async def test_what_is_no_such_file_is_said(desk: DeskApp, ben: Visitor) -> None:
    for content, said in {
        None: "Choose a file first.",
        b"name\nAnna\n": "the column “number” is missing",
        b"\x00\x01\x02": "This is no CSV file in UTF-8",
        b"number;name\n" + b"".join(b"%d;x\n" % n for n in range(MOST_ROWS + 1)): "more than 2000 lines",
        b"x" * 3_000_000: "größer als 2 MB",  # not even read: nobody knows yet whose language it is
    }.items():
        status, text = await send(desk, ben, content)
        assert status == 422
        assert said in text
    assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 0


async def test_only_who_may_exchange_lists_sees_them(anna: Visitor, ben: Visitor, desk: DeskApp) -> None:
    for path in (PATH, "/kunden/ausgabe.csv"):
        assert (await anna.get(path)).status == 403
        assert (await ben.get(path)).status == 200
    assert (await send(desk, anna, b"number;name\n1;Anna\n"))[0] == 403
    assert "/kunden/einlesen" not in await (await anna.get("/kunden")).text()
    assert "/kunden/einlesen" in await (await ben.get("/kunden")).text()


async def test_what_is_saved_can_be_read_in_again_and_changes_nothing(desk: DeskApp, ben: Visitor) -> None:
    for number in range(3):
        await customer(desk, f"=Kunde {number}", NUMBER, "+4961315552*", "+4312345678")
    async with desk.world.database.write() as connection:
        await connection.execute(update(table).values(kind="business", framework_contract=True))
    answer = await ben.get("/kunden/ausgabe.csv")
    content = await answer.read()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ionas-')
    assert content.startswith(b"\xef\xbb\xbfnumber;name;")
    assert b"'=Kunde 0" in content
    _, text = await send(desk, ben, content)
    assert "There is nothing to write." in text
    _, text = await send(desk, ben, content.replace(b"business;yes", b"consumer;no"))
    assert "<del>business</del> → <ins>a consumer</ins>" in text
    assert "<del>yes</del> → <ins>no</ins>" in text


async def test_who_has_had_all_customers_is_written_down(desk: DeskApp, ben: Visitor, office: Visitor) -> None:
    assert (await ben.get("/kunden/ausgabe.csv")).status == 200
    assert "Ben Çelik hat alle Kunden als Datei ausgegeben." in await (await office.get("/verwaltung/protokoll")).text()


async def test_without_the_database_it_is_said(
    desk: DeskApp, ben: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await ben.get("/kunden")
    await take_database_away()
    assert (await ben.get("/kunden/ausgabe.csv")).status == 503
    assert (await send(desk, ben, b"number;name\n1;Anna\n"))[0] == 503
