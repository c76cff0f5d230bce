"""What the list says can be said in German."""

from __future__ import annotations

from ionas_phone.web.missed_lists import WORDS, everybody
from tests.desk_app import DeskApp, Visitor


async def test_it_is_read_as_it_is_now(desk: DeskApp, anna: Visitor) -> None:
    user = await desk.person("ben")
    values = await everybody(desk.world, user)
    assert (values["missed"], values["dialling"], values["words"]) == ((), None, WORDS)
    assert anna.cookie
