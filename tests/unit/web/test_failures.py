"""Errors: a page for a person, a fragment for a script, a document for a program; never a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ionas_phone.shipped import shipped
from tests.desk_app import DeskApp, Visitor, desk_app


async def test_an_unknown_address_is_a_page_in_the_readers_language(anna: Visitor, ben: Visitor) -> None:
    german, english = await anna.get("/nix"), await ben.get("/nix")
    assert (german.status, english.status) == (404, 404)
    assert "Unter dieser Adresse gibt es nichts (mehr)." in await german.text()
    assert "There is nothing at this address (any more)." in await english.text()
    assert "Anna Berger" in await german.text()  # the navigation is there, to go on


async def test_who_is_signed_out_gets_an_error_page_too(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        answer = await visitor.get("/nix")
        assert answer.status == 404
        assert '<html lang="de">' in await answer.text()


async def test_a_script_gets_the_sentence_beside_the_form_and_not_in_its_place(anna: Visitor) -> None:
    answer = await anna.get("/nix", HX_Request="true")
    assert answer.status == 404
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#notice", "innerHTML")
    assert "<html" not in await answer.text()
    assert "Unter dieser Adresse gibt es nichts (mehr)." in await answer.text()


async def test_a_script_whose_log_in_is_over_leaves_the_page_as_it_is(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        answer = await visitor.post("/kunden", {"name": "Müller"}, HX_Request="true")
        assert answer.status == 401
        assert (answer.headers["HX-Trigger"], answer.headers["HX-Reswap"]) == ("signed-out", "none")


async def test_a_form_of_somebody_signed_out_is_not_sent_to_the_log_in(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        answer = await visitor.post("/kunden", {"name": "Müller"})
        assert answer.status == 401
        assert "Sie sind abgemeldet." in await answer.text()


async def test_a_program_gets_a_problem_document(anna: Visitor) -> None:
    answer = await anna.get("/nix", Accept="application/json")
    assert answer.content_type == "application/problem+json"
    problem = await answer.json(content_type=None)
    assert problem == {"title": "Unter dieser Adresse gibt es nichts (mehr).", "status": 404}


async def test_a_wrong_method_and_an_endless_form_are_sentences(anna: Visitor) -> None:
    wrong = await anna.post("/leitung")
    assert wrong.status == 405
    assert "Diese Adresse nimmt eine solche Anfrage nicht an." in await wrong.text()
    endless = await anna.post("/anmelden", {"name": "x" * 300_000})
    assert endless.status == 413
    assert "Das ist zu viel Text für ein Formular." in await endless.text()


async def test_a_bug_is_counted_and_tells_a_stranger_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(shipped("webui"), tmp_path / "webui")
    (tmp_path / "webui" / "templates" / "login" / "page.html").write_text("{{ no.such.thing }}")
    async with desk_app(tmp_path, webui=tmp_path / "webui") as desk, desk.visitor() as visitor:
        answer = await visitor.get("/anmelden")
        assert answer.status == 500
        text = await answer.text()
        assert "Hier ist etwas schiefgegangen, und es lag nicht an Ihnen." in text
        assert "Undefined" not in text
        assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 1
        assert (await visitor.get("/healthz")).status in {200, 503}  # it lives on
    assert "request_failed" in capsys.readouterr().out
