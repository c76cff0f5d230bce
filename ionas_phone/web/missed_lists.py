"""What the list of missed callers shows. Rule: read as it is now; what one has had called stands on top of it."""

from __future__ import annotations

from typing import Final

from ionas_phone.store import missed
from ionas_phone.support.users import User
from ionas_phone.web.context import Context
from ionas_phone.words import N_

WORDS: Final = (  # how a missed caller was settled; whoever shows one translates it
    N_("reached in another way"),
    N_("has settled itself"),
    N_("wrong number"),
    N_("can't be reached"),
)


async def everybody(world: Context, user: User) -> dict[str, object]:
    """Return what the region of the missed callers shows."""
    return {**await in_short(world, user), "dialling": world.steering.dialling(user.login), "words": WORDS}


async def in_short(world: Context, _user: User) -> dict[str, object]:
    """Return what the desk shows of them, the same to everybody; of practice only where there is a practice line."""
    async with world.database.read() as connection:
        return {"missed": await missed.everybody(connection, world.now(), practice=world.practice is not None)}
