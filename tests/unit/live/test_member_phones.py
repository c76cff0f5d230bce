from __future__ import annotations

import pytest

from ionas_phone.live.member_phones import phone_of
from ionas_phone.live.nouns import Member, MemberStatus

PHONES = {"201": "PJSIP/201", "205": "SIP/205"}


def phone(interface: str, state_interface: str = "") -> str:
    seat = Member("600", interface, "Anna", MemberStatus.IDLE, paused=False, state_interface=state_interface)
    return phone_of(seat, PHONES)


@pytest.mark.parametrize(
    ("interface", "state_interface", "device"),
    [
        ("PJSIP/201", "", "PJSIP/201"),
        ("Local/201@agents/n", "pjsip/201", "pjsip/201"),
        ("Local/201@from-queue/n", "hint:201@ext-local", "PJSIP/201"),
        ("Local/201@from-queue/n", "Local/201@from-queue/n", "PJSIP/201"),  # FreePBX, told to pass over the state
        ("Local/205@from-queue/n", "hint:205@ext-local", "SIP/205"),  # as somebody's phone is written down
        ("Local/299@from-queue/n", "hint:299@ext-local", "PJSIP/299"),  # nobody's
    ],
)
def test_a_member_is_known_by_the_device_or_by_the_extension(interface: str, state_interface: str, device: str) -> None:
    assert phone(interface, state_interface) == device


@pytest.mark.parametrize("interface", ["Local/017139200102@from-queue/n", "Local/anna@agents", "Agent/201", "hint:@x"])
def test_what_is_no_extension_is_no_phone(interface: str) -> None:
    assert phone(interface) == interface
