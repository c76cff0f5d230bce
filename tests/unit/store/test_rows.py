from __future__ import annotations

from sqlalchemy import create_engine, literal, select

from ionas_phone.store import rows
from ionas_phone.store.tables import users
from ionas_phone.support.users import Role, User
from tests.people import AT


def test_a_row_becomes_what_it_says() -> None:
    values = {"id": 7, "login": "anna", "name": "Anna", "role": "admin", "extension": "201", "interface": "PJSIP/201"}
    values |= {"language": "de", "disabled": True}
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        users.create(connection)
        connection.execute(users.insert().values(values | {"login_key": "", "password_hash": "", "created_at": AT}))
        row = connection.execute(select(*rows.USER, literal("not asked for"))).one()
    engine.dispose()

    assert rows.user(row) == User(7, "anna", "Anna", Role.ADMIN, "201", "PJSIP/201", "de", disabled=True)
