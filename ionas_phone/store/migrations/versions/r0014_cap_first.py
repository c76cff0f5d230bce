"""The words about the most it may cost are read before the proposal they speak of: they say so now.

And the proposal no longer says that the minutes make the price: below a ceiling they would make more.
Whoever has written words of their own keeps them; a version that was read to somebody is never changed.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from ionas_phone.store.migrations.texts_0002 import SCRIPTS as FIRST

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MADE = {"version": 2, "created_at": datetime(2026, 11, 23, tzinfo=UTC), "created_by": "-"}
_PRICE = {
    "de": ("also höchstens {price}", "insgesamt höchstens {price}"),
    "en": (
        "so for up to {minutes_to} minutes no more than {price}",
        "and for up to {minutes_to} minutes no more than {price} in all",
    ),
}
_CEILING = {
    ("consumer", "de"): (
        "Mehr als {cap} kostet es auf keinen Fall.",
        "Zuerst die Obergrenze: Was ich gleich vorschlage, kostet auf keinen Fall mehr als {cap}.",
    ),
    ("business", "de"): (
        "Mehr als {cap} zuzüglich Umsatzsteuer kostet es auf keinen Fall.",
        (
            "Zuerst die Obergrenze: Was ich gleich vorschlage, kostet auf keinen Fall mehr als {cap} zuzüglich "
            "Umsatzsteuer."
        ),
    ),
    ("consumer", "en"): (
        "In no case will it cost more than {cap}.",
        "First the ceiling: what I am about to propose will in no case cost more than {cap}.",
    ),
    ("business", "en"): (
        "In no case will it cost more than {cap} plus VAT.",
        "First the ceiling: what I am about to propose will in no case cost more than {cap} plus VAT.",
    ),
}
# (kind, whom it is for, language) -> the words of version 1, and those of version 2.
TEXTS = {("cap", *place): texts for place, texts in _CEILING.items()} | {
    place: (text, text.replace(*_PRICE[place[2]])) for place, text in FIRST.items() if place[0] == "acceptance"
}

SCRIPTS = sa.table(
    "scripts",
    *(sa.column(name, sa.Text()) for name in ("kind", "customer_kind", "language", "text", "created_by")),
    sa.column("version", sa.BigInteger()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Add the second version where the first is still the newest, and nobody's own."""
    for (kind, customer_kind, language), (old, new) in TEXTS.items():
        place = {"kind": kind, "customer_kind": customer_kind, "language": language}
        here = [SCRIPTS.c[name] == value for name, value in place.items()]
        texts = op.get_bind().execute(sa.select(SCRIPTS.c.text).where(*here)).scalars().all()
        if texts == [old]:
            op.bulk_insert(SCRIPTS, [{**place, "text": new, **MADE}])
