"""The cast of the store's tests: the same people, numbers and instants everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.users import NewUser, Role

AT = datetime(2026, 11, 22, 10, 44, 0, 123456, UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$a$b"

ANNA = NewUser("anna", "Anna Beispiel", Role.ASSISTANT, "201", "PJSIP/201")
BEN = NewUser("ben", "Ben Muster", Role.SUPERVISOR, "202", "PJSIP/202")
OFFICE = NewUser("office", "Das Büro", Role.ADMIN)

MUELLER = NewCustomer("Jörg Müller", "", ("+4961315550123",), "joerg.mueller@example.org", city="Mainz")
BAKERY = NewCustomer("Désirée Özgür", "Bäckerei Süß", ("+4961315550140", "+491713920014"), city="Wiesbaden")

NUMBER = "+4961315550123"
KEY = CallKey("mainz", "pbx-1700000000.1")


def call(
    unique_id: str = KEY.unique_id,
    number: str | None = NUMBER,
    suppressed: bool = False,
    offered_at: datetime | None = AT,
    answered_at: datetime | None = None,
    answered_by: str | None = None,
    answered_interface: str | None = None,
    ended_at: datetime | None = None,
    outcome: Outcome = Outcome.OPEN,
    ended_by: str | None = None,
    pbx: str = KEY.pbx,
    caller_name: str = "Mueller",
    queue: str = "support",
) -> CallRecord:
    """A call as the live picture tells it."""
    return CallRecord(
        CallKey(pbx, unique_id),
        "+496131327070",
        queue,
        number,
        caller_name,
        suppressed,
        offered_at,
        answered_at,
        answered_by,
        answered_interface,
        ended_at,
        outcome,
        ended_by,
        began_at=offered_at or answered_at or ended_at,
    )


ANSWERED = call(answered_at=AT, answered_by="anna", answered_interface="PJSIP/201")
UNKNOWN = replace(ANSWERED, number="+4961315550199", call=CallKey("mainz", "unknown"))
HIDDEN = replace(ANSWERED, suppressed=True, call=CallKey("mainz", "hidden"))
