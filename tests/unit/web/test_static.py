"""Static files: an address is for ever, and leads nowhere but into the folder."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from ionas_phone.shipped import shipped
from ionas_phone.web.static import FOREVER, StaticFiles
from tests.desk_app import DeskApp


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "app.css").write_text("a { color: red }\n" * 100)
    (tmp_path / "vendor" / "lib.js").write_text("x")
    return StaticFiles(tmp_path)


def test_an_address_names_the_contents_hash(files: StaticFiles, tmp_path: Path) -> None:
    digest = hashlib.sha256((tmp_path / "app.css").read_bytes()).hexdigest()[:12]
    assert files.url("app.css") == f"/static/{digest}/app.css"
    with pytest.raises(KeyError):
        files.url("nothing.css")


def test_another_content_is_another_version(files: StaticFiles, tmp_path: Path) -> None:
    (tmp_path / "vendor" / "lib.js").write_text("y")
    changed = StaticFiles(tmp_path)
    assert changed.url("vendor/lib.js") != files.url("vendor/lib.js")
    assert changed.url("app.css") == files.url("app.css")
    assert changed.version != files.version


def test_a_style_sheet_loads_what_it_names_from_its_address(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@font-face { src: url("b.woff2") }')
    (tmp_path / "b.woff2").write_bytes(b"font")
    files = StaticFiles(tmp_path)
    assert files.files["a.css"].body.decode() == f'@font-face {{ src: url("{files.url("b.woff2")}") }}'
    (tmp_path / "b.woff2").write_bytes(b"another font")
    assert StaticFiles(tmp_path).url("a.css") != files.url("a.css")
    (tmp_path / "a.css").write_text('@font-face { src: url("c.woff2") }')
    with pytest.raises(KeyError):
        StaticFiles(tmp_path)


async def test_a_file_is_kept_for_ever_under_its_own_address_only(desk: DeskApp) -> None:
    source = (shipped("webui") / "static" / "live.js").read_bytes()
    address = StaticFiles(shipped("webui") / "static").url("live.js")
    async with desk.visitor() as visitor:
        answer = await visitor.get(address)
        assert await answer.read() == source
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == FOREVER
        old = await visitor.get("/static/0123456789ab/live.js")
        assert await old.read() == source
        assert old.headers["Cache-Control"] == "no-cache"


async def test_a_file_travels_packed(desk: DeskApp) -> None:
    path = shipped("webui") / "static" / "vendor" / "htmx.min.js"
    address = StaticFiles(shipped("webui") / "static").url("vendor/htmx.min.js")
    async with desk.visitor() as visitor:
        answer = await visitor.get(address, Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(gzip.compress(path.read_bytes(), 9, mtime=0))
        plain = await visitor.get(address, Accept_Encoding="identity")
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == path.read_bytes()


@pytest.mark.parametrize(
    "name", ["../base.html", "%2e%2e/templates/base.html", "..%2ftemplates%2fbase.html", "", "vendor"]
)
async def test_nothing_else_is_served(desk: DeskApp, name: str) -> None:
    async with desk.visitor() as visitor:
        assert (await visitor.get(f"/static/0123456789ab/{name}")).status == 404
