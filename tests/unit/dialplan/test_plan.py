from __future__ import annotations

import re

import pytest

from ionas_phone.dialplan.plan import Paths, Phone, Plan, Secrets, Trunk
from ionas_phone.errors import SettingWrong


def test_the_defaults_are_the_companys() -> None:
    plan = Plan()
    assert (plan.line, plan.queue, plan.ami_user) == ("+496131327070", "support", "ionas")
    assert [(phone.extension, phone.name) for phone in plan.phones] == [("201", "Anna"), ("202", "Ben"), ("203", "Cem")]


@pytest.mark.parametrize(
    "change",
    [
        {"queue": "support\n[other]"},
        {"queue": "Support"},
        {"also": ("_X.",)},
        {"also": ("327070,1,System",)},
        {"timezone": "Europe/Berlin?open"},
        {"outbound": ("0[1-9]", "X.")},
        {"ami_user": "general]"},
        {"sip_address": "0.0.0.0\nx"},
        {"phones": ()},
        {"phones": (Phone("201", "Anna"), Phone("201", "Ben"))},
    ],
)
def test_what_would_leave_its_line_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(SettingWrong):
        Plan(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("extension", "name", "contact"),
    [
        ("110,1", "Anna", ""),
        ("0201", "Anna", ""),
        ("112", "Anna\nsecret=x", ""),
        ("201", "", ""),
        ("201", "Anna", "tel:1;x"),
    ],
)
def test_an_impossible_phone_is_refused(extension: str, name: str, contact: str) -> None:
    with pytest.raises(SettingWrong):
        Phone(extension, name, contact)


def test_names_may_have_umlauts() -> None:
    assert Phone("204", "Jörg-Peter Ağaoğlu").name == "Jörg-Peter Ağaoğlu"


def test_a_carrier_with_an_odd_address_is_refused() -> None:
    with pytest.raises(SettingWrong, match="host"):
        Trunk("sip.example.org;transport=tcp")


def test_passwords_are_not_shown() -> None:
    secrets = Secrets.fresh(["201"])
    shown = repr((Plan(secrets=secrets), secrets, Trunk("sip.example.org", user="ionas", password="geheim")))
    for secret in (secrets.system_name, secrets.manager, secrets.phones["201"], "geheim"):
        assert secret not in shown


def test_fresh_secrets_are_long_and_never_the_same() -> None:
    one, other = Secrets.fresh(["201", "202"]), Secrets.fresh(["201", "202"])
    drawn = [
        one.system_name,
        other.system_name,
        one.manager,
        other.manager,
        *one.phones.values(),
        *other.phones.values(),
    ]
    assert len(set(drawn)) == len(drawn)
    assert all(re.fullmatch(r"[\w-]{32,}", secret) for secret in drawn)


def test_debians_place_for_modules_depends_on_the_version() -> None:
    assert Paths.debian("/etc/x", 16).modules == "/usr/lib/asterisk/modules"
    assert Paths.debian("/etc/x").modules == "/usr/lib/x86_64-linux-gnu/asterisk/modules"
    assert Paths.debian("/etc/x").etc == "/etc/x"


def test_a_folder_that_would_leave_its_line_is_refused() -> None:
    with pytest.raises(SettingWrong, match="log"):
        Paths(log="/var/log\n[x]")
