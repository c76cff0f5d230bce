"""What a browser may say on the stream. Rule: what is not one of these, word for word, ends the stream."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

POPS_AT_ONCE: Final = 50
_LARGEST_ID: Final = 2**63 - 1


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class CardsPainted(_Message):
    """These ring cards (``data-pop``) are on the screen. ``hidden``: the tab is in the background, nothing is seen."""

    t: Literal["painted"]
    pops: Annotated[list[str], Field(max_length=POPS_AT_ONCE)]
    hidden: bool


class RecordShown(_Message):
    """The page shows the record of this support session now; None: of none."""

    t: Literal["shows"]
    session: Annotated[int, Field(ge=1, le=_LARGEST_ID)] | None


_SAID: Final[TypeAdapter[CardsPainted | RecordShown]] = TypeAdapter(
    Annotated[CardsPainted | RecordShown, Field(discriminator="t")]
)


def read(text: str) -> CardsPainted | RecordShown | None:
    """Return what a browser says; None if no browser of ours says such a thing."""
    try:
        return _SAID.validate_json(text)
    except ValidationError:
        return None
