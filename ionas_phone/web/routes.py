"""Every address there is. Rule: one table, so that nothing is served that does not stand here."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.web import (
    acceptances,
    account,
    audit,
    board,
    calls,
    choices,
    confirmations,
    corrections,
    customer_edits,
    customer_exchange,
    customer_kinds,
    customer_merges,
    customer_pages,
    customers,
    desk,
    endings,
    estimates,
    health,
    login,
    missed,
    opening,
    outages,
    practice,
    queue_targets,
    remote,
    scripts,
    sessions,
    static,
    status,
    stream,
    tariffs,
    texts,
    timers,
    tours,
    users,
    wallboard_links,
    wallboards,
)

_SESSION = "/vorgaenge/{id:[0-9]{1,18}}"
_USER = "/verwaltung/benutzer/{id:[0-9]{1,18}}"
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
        web.get("/leitung/zeiten", outages.list_page),
        web.get("/wandtafel/{queue}", wallboards.wallboard_page),
        web.get("/wandtafel/geraet/{token}", wallboards.let_in),
        *_of_calls(),
        web.get("/uhr", timers.clock),
        web.post("/status", status.change),
        *_of_sessions(),
        *_of_customers(),
        *_work(),
        *_administration(),
        web.get("/konto", account.account_page),
        web.post("/konto/einstellungen", account.save_taste),
        web.post("/konto/passwort", account.change_password),
        web.post("/konto/abmelden", account.end_log_in),
        *_practice(),
        web.get("/healthz", health.healthz),
        web.get("/metrics", health.metrics),
        web.get("/static/{digest:[0-9a-f]{12}}/{name:.+}", static.send),
    ]


def _of_customers() -> list[web.RouteDef]:
    """Return what there is to a customer, what is agreed with them aside."""
    return [
        web.get("/kunden", customers.search_page),
        web.post("/kunden", customers.create),
        web.get("/kunden/suche", customers.search_part),
        web.get("/kunden/neu", customers.create_form),
        web.post("/kunden/anhaengen", customers.attach),
        web.get("/kunden/einlesen", customer_exchange.import_form),
        web.post("/kunden/einlesen", customer_exchange.read_in),
        web.get("/kunden/ausgabe.csv", customer_exchange.export),
        web.get("/kunden/{number}", customer_pages.customer_page),
        web.get("/kunden/{number}/bearbeiten", customer_edits.edit_form),
        web.post("/kunden/{number}/bearbeiten", customer_edits.edit),
        web.get("/kunden/{number}/zusammenfuehren", customer_merges.merge_form),
        web.post("/kunden/{number}/zusammenfuehren", customer_merges.merge),
        web.post("/kunden/{number}/loesen", choices.detach),
        web.post("/kunden/{number}/erlauben", choices.allow),
    ]


def _of_calls() -> list[web.RouteDef]:
    """Return the line's calls, and who is to be called back."""
    return [
        web.get("/anrufe", calls.list_page),
        web.post("/anrufe/verpasst/nehmen", missed.take),
        web.post("/anrufe/verpasst/zurueckgeben", missed.give_back),
        web.post("/anrufe/verpasst/erledigt", missed.settle),
        web.post("/anrufe/rueckruf", missed.call),
        web.get("/anrufe/{id:[0-9]{1,18}}", calls.call_page),
    ]


def _work() -> list[web.RouteDef]:
    """Return what is agreed with a customer."""
    return [
        web.get(f"{_SESSION}/schaetzung", estimates.estimate_form),
        web.post(f"{_SESSION}/schaetzung", estimates.propose),
        web.post(f"{_SESSION}/schaetzung/preis", estimates.price),
        web.get(f"{_SESSION}/zustimmung", acceptances.ask_form),
        web.post(f"{_SESSION}/zustimmung", acceptances.answer),
        web.get(f"{_SESSION}/bestaetigung", confirmations.confirmation_form),
        web.post(f"{_SESSION}/bestaetigung", confirmations.confirm),
        web.get(f"{_SESSION}/bestaetigung/druck", confirmations.print_view),
        web.get(f"{_SESSION}/bestaetigung.txt", confirmations.download),
        web.get("/kunden/{number}/art", customer_kinds.kind_form),
        web.post("/kunden/{number}/art", customer_kinds.change),
    ]


def _practice() -> list[web.RouteDef]:
    """Return what the practice line is played with."""
    return [
        web.get("/uebung", practice.practice_page),
        web.post("/uebung/klingeln", practice.ring_in),
        web.post("/uebung/kollege", practice.turn_to),
        web.post("/uebung/schlange", practice.fill_queue),
        web.post("/uebung/schlange/aufgeben", practice.leave_queue),
        web.post(f"/uebung/{{button:{'|'.join(practice.BUTTONS)}}}", practice.press),
        web.post("/uebung/tour", tours.begin),
        web.post("/uebung/tour/ende", tours.leave),
    ]


def _administration() -> list[web.RouteDef]:
    """Return what only administrators keep."""
    return [
        web.get("/verwaltung", users.administration),
        web.get("/verwaltung/benutzer", users.list_page),
        web.post("/verwaltung/benutzer", users.create),
        web.get("/verwaltung/benutzer/neu", users.new_page),
        web.get(_USER, users.user_page),
        web.post(_USER, users.change),
        web.post(f"{_USER}/passwort", users.set_password),
        web.post(f"{_USER}/sperre", users.switch),
        web.post(f"{_USER}/abmelden", users.end_log_ins),
        web.get("/verwaltung/protokoll", audit.audit_page),
        web.get("/verwaltung/protokoll.csv", audit.export),
        web.get("/verwaltung/tarife", tariffs.tariffs_page),
        web.post("/verwaltung/tarife", tariffs.add),
        web.post("/verwaltung/tarife/{id:[0-9]{1,18}}/zuruecknehmen", tariffs.withdraw),
        web.get("/verwaltung/warteschlangen", queue_targets.list_page),
        web.get("/verwaltung/warteschlangen/{queue}", queue_targets.targets_page),
        web.post("/verwaltung/warteschlangen/{queue}", queue_targets.save),
        web.get("/verwaltung/oeffnung", opening.opening_page),
        web.post("/verwaltung/oeffnung", opening.turn),
        web.get("/verwaltung/wandtafeln", wallboard_links.list_page),
        web.post("/verwaltung/wandtafeln", wallboard_links.add),
        web.post("/verwaltung/wandtafeln/{id:[0-9]{1,18}}/abmelden", wallboard_links.revoke),
        web.get("/verwaltung/texte", scripts.scripts_page),
        web.get(_SCRIPT, scripts.script_page),
        web.post(_SCRIPT, scripts.add),
        web.post(f"{_SCRIPT}/vorschau", scripts.script_preview),
    ]


def _of_sessions() -> list[web.RouteDef]:
    """Return what a support session's record consists of."""
    return [
        web.get(_SESSION, sessions.session_page),
        web.get(f"{_SESSION}/akte", sessions.record_part),
        web.post(_SESSION + "/{text:problem|zusammenfassung|vorbeugung}", texts.save),
        web.get(f"{_SESSION}/kunde", choices.choose_form),
        web.post(f"{_SESSION}/kunde", choices.choose),
        web.post(_SESSION + "/zeit/{command:start|pause|fortsetzen|beenden}", timers.press),
        web.post(f"{_SESSION}/fernwartung", remote.start),
        web.post(f"{_SESSION}/fernwartung/ende", remote.end),
        web.get(f"{_SESSION}/korrektur", corrections.form),
        web.post(f"{_SESSION}/korrektur", corrections.correct),
        web.get(_SESSION + "/pruefung/{mark:[0-9]{1,18}}", outages.form),
        web.post(_SESSION + "/pruefung/{mark:[0-9]{1,18}}", outages.review),
        web.post(f"{_SESSION}/ende", endings.end),
        web.post(f"{_SESSION}/oeffnen", endings.reopen),
    ]
