from __future__ import annotations

import re

import pytest

from .conftest import Run

PASSWORD = "Möhren & Gurken\n"


@pytest.fixture
def with_anna(migrated: Run) -> Run:
    said = migrated(
        "user", "add", "anna", "--role", "assistant", "--extension", "201", "--name", "Anna Berger", typed=PASSWORD
    )
    assert (said.code, said.out, said.err) == (0, "anna (assistant) may sign in.\n", "")
    return migrated


def rows(run: Run) -> list[list[str]]:
    return [re.split(r"\s{2,}", line) for line in run("user", "list").out.splitlines()]


def test_somebody_let_in_is_listed_with_the_phone_of_the_extension(with_anna: Run) -> None:
    assert rows(with_anna) == [
        ["log-in", "name", "role", "extension", "phone", "state"],
        ["anna", "Anna Berger", "assistant", "201", "PJSIP/201"],
    ]


def test_a_phone_may_be_named_otherwise_or_there_is_none(migrated: Run) -> None:
    migrated("user", "add", "ben", "--role", "assistant", "--extension", "202", "--interface", "SIP/b", typed=PASSWORD)
    migrated("user", "add", "sophie", "--role", "supervisor", typed=PASSWORD)
    assert rows(migrated)[1:] == [["ben", "ben", "assistant", "202", "SIP/b"], ["sophie", "sophie", "supervisor"]]


def test_role_and_phone_of_somebody_can_be_changed(with_anna: Run) -> None:
    said = with_anna("user", "change", "Anna", "--role", "supervisor", "--extension", "209")
    assert (said.code, said.out) == (0, "anna is supervisor now, phone: PJSIP/209.\n")
    assert rows(with_anna)[1] == ["anna", "Anna Berger", "supervisor", "209", "PJSIP/209"]
    with_anna("user", "change", "anna", "--interface", "SIP/a", "--name", "Anna B.")
    assert rows(with_anna)[1] == ["anna", "Anna B.", "supervisor", "209", "SIP/a"]
    assert with_anna("user", "change", "anna", "--extension", "").out == "anna is supervisor now, phone: –.\n"


def test_a_change_that_cannot_be_is_said(with_anna: Run) -> None:
    with_anna("user", "add", "chef", "--role", "admin", "--extension", "202", typed=PASSWORD)
    for words, said in (
        (["nobody", "--role", "admin"], "There is no user nobody."),
        (["anna", "--extension", "202"], "The phone PJSIP/202 belongs to somebody else."),
        (["chef", "--role", "assistant"], "chef is the last administrator: make somebody else one first."),
    ):
        result = with_anna("user", "change", *words)
        assert (result.code, result.err) == (1, f"ionas-phone: {said}\n")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (["anna", "--role", "admin"], PASSWORD, "The log-in name anna is taken."),
        (["ANNA", "--role", "admin"], PASSWORD, "The log-in name ANNA is taken."),
        (["ben", "--role", "assistant", "--extension", "201"], PASSWORD, "The phone PJSIP/201 belongs to somebody"),
        (["ben", "--role", "assistant"], "kurz\n", "A password needs at least 10 characters."),
        (["ben", "--role", "assistant"], "", "A password needs at least 10 characters."),
        (["ben", "--role", "assistant"], "ben und sonst\n", "The password must not contain the log-in name."),
        (["b n", "--role", "assistant"], PASSWORD, "A log-in name is"),
        (["ben", "--role", "assistant", "--interface", "x"], PASSWORD, "An interface is named"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_is_let_in(with_anna: Run, words: list[str], typed: str, said: str) -> None:
    result = with_anna("user", "add", *words, typed=typed)
    assert result.code == 1
    assert result.err.startswith(f"ionas-phone: {said}")
    assert len(rows(with_anna)) == 2


def test_a_new_password_needs_somebody_known(with_anna: Run) -> None:
    assert with_anna("user", "password", "Anna", typed="ganz neu gewählt\n").out == (
        "anna has a new password and is signed out everywhere.\n"
    )
    assert with_anna("user", "password", "anna", typed="kurz\n").code == 1
    said = with_anna("user", "password", "nobody", typed=PASSWORD)
    assert (said.code, said.err) == (1, "ionas-phone: There is no user nobody.\n")


def test_somebody_kept_out_may_come_back(with_anna: Run) -> None:
    assert with_anna("user", "disable", "anna").out == "anna can no longer sign in.\n"
    assert rows(with_anna)[1][-1] == "disabled"
    assert with_anna("user", "enable", "anna").out == "anna may sign in again.\n"
    assert rows(with_anna)[1][-1] == "PJSIP/201"
    assert with_anna("user", "disable", "nobody").code == 1
