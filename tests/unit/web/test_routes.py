"""Every address asks for a permission, except the few that say who is there."""

from __future__ import annotations

from ionas_phone.support.users import Permission
from ionas_phone.web.routes import routes

PUBLIC = {"/anmelden", "/abmelden", "/strom", "/healthz", "/metrics", "/static/{digest:[0-9a-f]{12}}/{name:.+}"}

SCREENS = {"/wandtafel/{queue}", "/wandtafel/geraet/{token}"}  # these ask by themselves: a person, or a screen's token


def test_nothing_is_served_without_a_permission() -> None:
    asked = {route.path: getattr(route.handler, "permission", None) for route in routes()}
    assert {path for path, permission in asked.items() if permission is None} == PUBLIC | SCREENS
    assert asked["/leitung"] is Permission.BOARD


def test_no_address_stands_there_twice() -> None:
    kinds = [(route.method, route.path) for route in routes()]
    assert len(kinds) == len(set(kinds))
