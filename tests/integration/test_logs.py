"""What a whole service writes about a real call and a real log-in: every line JSON, no number, no name, no secret."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text

from ionas_phone.store.database import Database
from tests.desk_app import PASSWORD, Visitor
from tests.failures.process import Serving
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import Phones
from tests.lab.phones import Customers
from tests.lab.waiting import until
from tests.service import environment, people_and_a_customer

DIGITS = "5550101"  # of Erika's number, in whatever spelling
NAME = "Erika Anruferin"
TOKEN = "fünfzehn graue Gänse"


async def spoil(database_url: str) -> None:
    """Take a table away under the service: failures are what writes the longest lines."""
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE calls RENAME TO lost"))
    await database.close()


async def test_no_line_of_a_real_run_tells_a_number_or_a_secret(
    pbx: Asterisk, phones: Phones, customers: Customers, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    await people_and_a_customer(database_url)
    told = {"IONAS_LOG_FORMAT": "json", "IONAS_LOG_LEVEL": "debug", "IONAS_METRICS_TOKEN_FILE": str(tmp_path / "token")}
    async with (
        Serving.running(tmp_path, environment(tmp_path, database_url, pbx, **told)) as serving,
        Visitor(serving.url) as visitor,
    ):
        await until(lambda: '"state": "up"' in serving.said, "the link to come up")
        await visitor.post("/anmelden", {"name": "anna", "passwort": f"{PASSWORD} {DIGITS}"})
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 303
        caller = customers.call(f"+496131{DIGITS}", NAME)
        leg = await phones.answer(caller)
        assert (await visitor.get(f"/kunden/06131{DIGITS}")).status == 404
        await visitor.post("/abmelden", {}, Origin=f"https://06131{DIGITS}.example.org")  # is written down, masked
        await visitor.get("/metrics", Authorization=f"Bearer {TOKEN}")
        await caller.hang_up()
        await leg.until(leg.ended)
        await spoil(database_url)
        caller = customers.call(f"06131{DIGITS}", NAME)
        leg = await phones.answer(caller)
        await visitor.get("/")
        await until(lambda: "a write was set aside" in serving.said, "a failure to be written down")
        await caller.hang_up()
        await leg.until(leg.ended)
        await serving.stop()
    lines = [json.loads(line) for line in serving.said.splitlines()]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert any("Traceback" in line.get("exception", "") for line in lines)
    assert {"serving", "link_changed", "foreign_origin"} <= {line["event"] for line in lines}
    assert "https://0613…01.example.org" in serving.said
    hidden = {
        *(DIGITS, "Erika", PASSWORD, TOKEN, visitor.cookie, pbx.secret, pbx.written.secrets.system_name),
        "\\u00fcnfzehn",  # neither in another spelling
    }
    assert [word for word in hidden if word in serving.said] == []
