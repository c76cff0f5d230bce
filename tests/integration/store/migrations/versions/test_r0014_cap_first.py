"""The step of the words about the ceiling gives new ones to whoever has none of their own."""

from __future__ import annotations

from ionas_phone.store import scripts
from ionas_phone.store.database import Database
from ionas_phone.store.migrations.texts_0002 import SCRIPTS
from ionas_phone.store.migrations.versions.r0014_cap_first import TEXTS
from ionas_phone.store.tables_billing import scripts as table
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, ScriptKind, checked
from tests.people import AT
from tests.steps import taken_along

OWN = {"kind": "cap", "customer_kind": "consumer", "language": "de", "version": 2, "text": "Nie mehr als {cap}."}


async def test_words_of_ones_own_stay_the_newest_and_no_version_is_lost(empty_url: str) -> None:
    await taken_along(empty_url, "0013", table, [{**OWN, "created_at": AT, "created_by": "office"}])
    database = Database(empty_url)
    async with database.read() as opened:
        texts = [one for one in await scripts.versions(opened) if one.kind is ScriptKind.CAP]
        (said,) = await scripts.newest(opened, (ScriptKind.CAP,), CustomerKind.BUSINESS, "de")
    await database.close()
    places = [("business", "de"), ("business", "en"), ("consumer", "de"), ("consumer", "en")]
    assert [(one.customer_kind, one.language, one.version) for one in texts] == [
        (*place, version) for place in places for version in (2, 1)
    ]
    for one in texts:
        old, new = TEXTS["cap", one.customer_kind.value, one.language]
        own = one.language == "de" and one.customer_kind is CustomerKind.CONSUMER
        assert one.text == (old if one.version == 1 else OWN["text"] if own else new)
    assert said.text.startswith("Zuerst die Obergrenze: Was ich gleich vorschlage, kostet auf keinen Fall mehr als")


def test_the_new_words_can_be_filled_in_and_follow_the_old_ones() -> None:
    assert len(TEXTS) == 8
    for (kind, customer_kind, language), (old, new) in TEXTS.items():
        assert old == SCRIPTS[kind, customer_kind, language]
        assert new != old
        checked(NewScript(ScriptKind(kind), CustomerKind(customer_kind), language, new))


def test_a_price_below_the_sum_of_the_minutes_is_no_sum_of_theirs() -> None:
    new = TEXTS["acceptance", "consumer", "de"][1]
    assert "bis zu {minutes_to} Minuten insgesamt höchstens {price}." in new
    assert "for up to {minutes_to} minutes no more than {price} in all" in TEXTS["acceptance", "business", "en"][1]
