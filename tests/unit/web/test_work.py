"""What the forms of the work share: a page without a script, a part with one, and everybody who looks is told."""

from __future__ import annotations

from ionas_phone.live.board import session_topic, sessions_topic
from tests.desk_app import DeskApp
from tests.talks import HX, erika, hidden, talking


async def test_a_form_is_a_page_without_a_script_and_a_part_with_one(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk)) as talk:
        page, part = await talk.get("/schaetzung"), await talk.get("/schaetzung", **HX)
    assert "<html" in page
    assert "hx-post" not in page.split('<form class="panel', 1)[1].split(">", 1)[0]
    assert f'<a class="button plain" href="{talk.path}">Abbrechen</a>' in page
    assert part.lstrip().startswith("<form")
    assert f'hx-get="{talk.path}/akte"' in part


async def test_every_form_has_a_key_of_its_own(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk)) as talk:
        keys = {hidden(await talk.get("/schaetzung"))["key"] for _ in range(2)}
    assert len(keys) == 2


async def test_who_looks_at_the_record_or_the_desk_is_told(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk)) as talk:
        topics = (session_topic(talk.session_id), sessions_topic("anna"))
        before = desk.world.hub.version(topics)
        await talk.propose()
        after = desk.world.hub.version(topics)
    assert all(now > then for now, then in zip(after, before, strict=True))
