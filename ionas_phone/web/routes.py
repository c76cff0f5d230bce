"""Every address there is. Rule: one table, so that nothing is served that does not stand here."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.web import (
    board,
    choices,
    customers,
    desk,
    health,
    login,
    practice,
    scripts,
    sessions,
    static,
    stream,
    tariffs,
)

_SCRIPT = "/verwaltung/texte/{kind:[a-z_]+}/{customer_kind:[a-z]+}/{language:[a-z]+}"


def routes() -> list[web.RouteDef]:
    """Return all routes, in the order in which they are tried."""
    return [
        web.get("/", desk.desk_page),
        web.get("/anmelden", login.login_page),
        web.post("/anmelden", login.sign_in),
        web.post("/abmelden", login.sign_out),
        web.get("/strom", stream.stream),
        web.get("/leitung", board.board_page),
        web.get("/vorgaenge/{id:[0-9]{1,18}}", sessions.session_page),
        web.get("/vorgaenge/{id:[0-9]{1,18}}/akte", sessions.record_part),
        web.post("/vorgaenge/{id:[0-9]{1,18}}/problem", sessions.save_problem),
        web.post("/vorgaenge/{id:[0-9]{1,18}}/kunde", choices.choose),
        web.get("/vorgaenge/{id:[0-9]{1,18}}/kunde", choices.choose_form),
        web.post("/vorgaenge/{id:[0-9]{1,18}}/abschliessen", sessions.close),
        web.post("/vorgaenge/{id:[0-9]{1,18}}/oeffnen", sessions.reopen),
        web.get("/kunden", customers.search_page),
        web.post("/kunden", customers.create),
        web.get("/kunden/suche", customers.search_part),
        web.get("/kunden/neu", customers.create_form),
        web.get("/kunden/{number}", customers.customer_page),
        web.post("/kunden/{number}/loesen", choices.detach),
        web.get("/verwaltung/tarife", tariffs.tariffs_page),
        web.post("/verwaltung/tarife", tariffs.add),
        web.get("/verwaltung/texte", scripts.scripts_page),
        web.get(_SCRIPT, scripts.script_page),
        web.post(_SCRIPT, scripts.add),
        web.post(f"{_SCRIPT}/vorschau", scripts.script_preview),
        web.get("/uebung", practice.practice_page),
        web.post("/uebung/klingeln", practice.ring_in),
        web.post("/uebung/annehmen", practice.pick_up),
        web.post("/uebung/auflegen", practice.hang_up),
        web.post("/uebung/aufgeben", practice.give_up),
        web.get("/healthz", health.healthz),
        web.get("/metrics", health.metrics),
        web.get("/static/{digest:[0-9a-f]{12}}/{name:.+}", static.send),
    ]
