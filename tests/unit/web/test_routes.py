"""Every address asks for a permission, except the few that say who is there."""

from __future__ import annotations

from ionas_phone.support.users import Permission
from ionas_phone.web.routes import routes
from ionas_phone.web.wallboard_links import PATH

PUBLIC = {"/anmelden", "/abmelden", "/strom", "/healthz", "/metrics", "/static/{digest:[0-9a-f]{12}}/{name:.+}"}

SCREENS = {"/wandtafel/{queue}", "/wandtafel/geraet/{token}"}  # these ask by themselves: a person, or a screen's token


def asked() -> dict[tuple[str, str], Permission | None]:
    """Return what each address asks for, by method and path: GET and POST of one path are two doors."""
    return {(route.method, route.path): getattr(route.handler, "permission", None) for route in routes()}


def test_nothing_is_served_without_a_permission() -> None:
    assert {path for (_, path), permission in asked().items() if permission is None} == PUBLIC | SCREENS
    assert asked()["GET", "/leitung"] is Permission.BOARD


def test_administration_is_the_administrators_whatever_the_method() -> None:
    kept = {kind: permission for kind, permission in asked().items() if kind[1].startswith("/verwaltung")}
    assert kept.keys() >= {("GET", "/verwaltung/benutzer"), ("POST", "/verwaltung/benutzer")}
    others = {kind: permission for kind, permission in kept.items() if permission is not Permission.ADMIN}
    assert set(others.values()) == {Permission.SCREENS}  # which are the supervisors', too
    assert {path for _, path in others} == {PATH, f"{PATH}/{{id:[0-9]{{1,18}}}}/abmelden"}


def test_whole_lists_are_for_those_who_may_exchange_them() -> None:
    lists = {kind for kind, permission in asked().items() if permission is Permission.EXCHANGE}
    assert lists == {("GET", "/kunden/einlesen"), ("POST", "/kunden/einlesen"), ("GET", "/kunden/ausgabe.csv")}


def test_no_address_stands_there_twice() -> None:
    kinds = [(route.method, route.path) for route in routes()]
    assert len(kinds) == len(set(kinds))
