from __future__ import annotations

from dataclasses import replace

from ionas_phone.doctor.findings import Finding, Grade
from ionas_phone.doctor.people import queues, seats
from ionas_phone.live.nouns import Member, MemberStatus
from ionas_phone.support.users import Role, User

from .seen import ANNA, PBX


def user(
    login: str, interface: str, role: Role = Role.ASSISTANT, *, extension: str = "", disabled: bool = False
) -> User:
    return User(1, login, login.title(), role, extension, interface, "de", disabled)


def seated(*members: Member, users: tuple[User, ...] = (user("anna", "PJSIP/201"),)) -> list[Finding]:
    return list(seats([replace(PBX, members=members)], ("support",), users))


def test_one_pbx_of_several_has_the_queue() -> None:
    empty = replace(PBX, queues=frozenset(), members=())
    assert [each.grade for each in queues([empty, PBX], ("support",))] == [Grade.WELL]
    assert [each.grade for each in queues([empty, PBX], ("support", "sales"))] == [Grade.WELL, Grade.FAULT]


def test_phones_are_compared_without_regard_to_case_and_behind_local_channels() -> None:
    behind = Member(
        "support", "Local/201@agents/n", "Anna", MemberStatus.IDLE, paused=False, state_interface="pjsip/201"
    )
    assert [each.grade for each in seated(behind)] == [Grade.WELL]


def test_a_member_of_freepbx_is_known_by_the_extension() -> None:
    seat, hint = "Local/205@from-queue/n", "hint:205@ext-local"
    behind = Member("support", seat, "Anna", MemberStatus.IDLE, paused=False, state_interface=hint)
    assert [each.grade for each in seated(behind, users=(user("anna", "SIP/205", extension="205"),))] == [Grade.WELL]
    nobodys, *_ = seated(behind, users=(user("anna", "PJSIP/201", extension="201"),))
    assert nobodys.values["phone"] == "PJSIP/205"


def test_members_of_queues_that_are_not_ours_are_nobodys_business() -> None:
    private = replace(ANNA, queue="private", interface="PJSIP/999")
    assert [each.grade for each in seated(ANNA, private)] == [Grade.WELL]


def test_a_disabled_user_has_no_phone_any_more() -> None:
    (member,) = seated(ANNA, users=(user("anna", "PJSIP/201", disabled=True),))
    assert member.check == "members"


def test_supervisors_need_no_seat_and_assistants_need_a_phone() -> None:
    everybody = (user("anna", "PJSIP/201"), user("sophie", "PJSIP/210", Role.SUPERVISOR), user("dora", ""))
    (finding,) = seated(ANNA, users=everybody)
    assert (finding.check, finding.values) == ("users", {"login": "dora"})
