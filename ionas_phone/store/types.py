"""How values lie in a column. Rule: both databases take and give back exactly the same value."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from ionas_phone.live.nouns import Stretch, StretchKind

_NOBODYS = -1  # an id or a version that no row has
_INT64 = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An instant to the microsecond, in UTC. A naive datetime is refused: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a naive datetime has no place in the store")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from people and PBXes. What no database can hold (NUL, half surrogates of broken bytes) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - both alike
        """Replace what PostgreSQL or UTF-8 would refuse: a fact must not be lost because of one character."""
        if value is None:
            return None
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Folded(Words):
    """Text made for comparing: ordered byte by byte in PostgreSQL, too, whatever language its cluster speaks."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()


class Journey(TypeDecorator[tuple[Stretch, ...]]):
    """The stretches of a call as one text, instants in milliseconds since 1970: read and written as a whole."""

    impl = Words
    cache_ok = True

    def process_bind_param(self, value: tuple[Stretch, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - both alike
        """Write the stretches as lists."""
        if value is None:
            return None
        rows = [(kind, _ms(began), _ms(ended), *words) for kind, began, ended, *words in value]
        return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Stretch, ...] | None:  # noqa: ARG002
        """Read them again."""
        if value is None:
            return None
        return tuple(
            Stretch(StretchKind(kind), _instant(began), None if ended is None else _instant(ended), *words)
            for kind, began, ended, *words in json.loads(value)
        )


class Whole(TypeDecorator[int]):
    """A row's id or version. One that does not fit 64 bits (from an address somebody typed) is simply nobody's."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database; SQLite counts by itself only in an INTEGER."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - both alike
        """Keep drivers from failing on numbers they can't count to."""
        return value if value is None or -_INT64 <= value < _INT64 else _NOBODYS


def _ms(at: datetime | None) -> int | None:
    return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
