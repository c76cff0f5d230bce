"""One's own state in the queues, as the switchboard has it."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.live.events import MemberSeen
from ionas_phone.live.nouns import PRACTICE_PBX, Member, MemberStatus
from ionas_phone.live.wrap_up import REASON, WrapUp
from tests.desk_app import DeskApp, Visitor
from tests.steered import steered
from tests.stories import ANNA

HX = {"HX_Request": "true"}


async def test_a_pause_is_asked_of_the_switchboard_and_shown_when_it_says_so(desk: DeskApp, anna: Visitor) -> None:
    async with steered(desk) as pbx:
        answer = await anna.post("/status", {"pause": "Meal"}, **HX)
        assert answer.status == 200
        assert 'id="region-status"' in await answer.text()
        assert pbx.actions[-1].keys["Reason"] == "Meal"
    assert "bereit" in await answer.text()  # nothing is shown that the switchboard has not said
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Meal")
    page = await (await anna.get("/")).text()
    assert "Wieder bereit" in page
    assert "Essen" in page


async def test_without_a_script_the_form_leads_back_to_the_desk(desk: DeskApp, anna: Visitor) -> None:
    async with steered(desk) as pbx:
        answer = await anna.post("/status", {"pause": ""})
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert pbx.actions[-1].keys["Paused"] == "false"


async def test_what_went_wrong_is_a_sentence(desk: DeskApp, anna: Visitor) -> None:
    answer = await anna.post("/status", {"pause": "Meal"}, **HX)
    assert answer.status == 502
    assert "keine Verbindung zur Telefonanlage" in await answer.text()
    assert (await anna.post("/status", {"pause": "Urlaub"}, **HX)).status == 422


async def test_who_sits_in_no_queue_is_told_so_and_has_no_button(desk: DeskApp, anna: Visitor) -> None:
    desk.story.live.picture.queues.remove("mainz", "support", "PJSIP/201")
    page = await (await anna.get("/")).text()
    assert "in keiner Warteschlange" in page
    assert "pause-menu" not in page


async def test_a_wrap_up_is_said_with_its_clock_and_ended_by_the_button(desk: DeskApp, anna: Visitor) -> None:
    half = WrapUp(30, desk.world.now() + timedelta(seconds=20))
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=half.written)
    page = await (await anna.get("/")).text()
    for words in ("Nachbearbeitung", "/ 00:30", "Jetzt bereit"):
        assert words in page
    assert half.written not in page
    async with steered(desk) as pbx:
        await anna.post("/status", {"pause": ""}, **HX)
        [ready] = [action.keys for action in pbx.actions if action.name == "QueuePause"]
        assert (ready["Interface"], ready["Paused"]) == ("PJSIP/201", "false")


async def test_who_also_practised_is_ready_again_at_the_real_phone_too(desk: DeskApp, anna: Visitor) -> None:
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Meal")
    seat = Member("support", ANNA.interface, ANNA.name, MemberStatus.IDLE, paused=True, reason=REASON)
    desk.story.tell(MemberSeen(at=desk.story.now, pbx=PRACTICE_PBX, member=seat))
    async with steered(desk) as pbx:
        desk.links[PRACTICE_PBX] = desk.links["mainz"]
        await anna.post("/status", {"pause": ""}, **HX)
        practised, ready = [action.keys for action in pbx.actions if action.name == "QueuePause"]
        assert (practised["Queue"], practised["Paused"]) == ("support", "false")
        assert (ready.get("Queue"), ready["Paused"]) == (None, "false")  # in whatever queue


async def test_who_has_a_real_phone_pauses_that_alone(desk: DeskApp, anna: Visitor) -> None:
    seat = Member("support", ANNA.interface, ANNA.name, MemberStatus.IDLE, paused=False, reason="")
    desk.story.tell(MemberSeen(at=desk.story.now, pbx=PRACTICE_PBX, member=seat))
    async with steered(desk) as pbx:
        desk.links[PRACTICE_PBX] = desk.links["mainz"]
        assert (await anna.post("/status", {"pause": "Meal"}, **HX)).status == 200
        [paused] = [action.keys for action in pbx.actions if action.name == "QueuePause"]
        assert (paused.get("Queue"), paused["Paused"]) == (None, "true")
