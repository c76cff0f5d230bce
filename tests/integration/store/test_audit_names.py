from __future__ import annotations

from hashlib import sha256

from ionas_phone.store import audit, logins
from ionas_phone.store.audit_names import Names, names_for
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.users import User
from tests.people import AT


async def test_lines_name_what_they_are_about(database: Database, anna: User, mueller: Customer) -> None:
    async with database.write() as connection:
        log_in = await logins.open(connection, anna.id, sha256(b"token").digest(), AT)
        await audit.write(connection, audit.Entry(AT, "anna", "customer", 999, "update", ()))
        lines = await audit.find(connection, audit.AuditFilter())
        names = await names_for(connection, lines)
        assert (await names_for(connection, ())) == Names({"anna": anna.name}, {}, {}, {})
    assert names == Names({"anna": anna.name}, {anna.id: "anna"}, {log_in.id: "anna"}, {mueller.id: mueller.number})
