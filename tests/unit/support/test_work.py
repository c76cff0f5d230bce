from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.errors import Conflict, FormWrong
from ionas_phone.support.work import TRANSITIONS, Command, Deed, WorkState, after
from tests.people import AT

S, C = WorkState, Command


@pytest.mark.parametrize(("state", "command"), [*product(WorkState, Command)])
def test_every_command_is_answered_in_every_state(state: WorkState, command: Command) -> None:
    if (state, command) in TRANSITIONS:
        assert after(state, command) is TRANSITIONS[state, command]
    else:
        with pytest.raises(Conflict, match=r"[a-z]\.$"):
            after(state, command)


@given(st.lists(st.sampled_from(Command)))
def test_nothing_runs_before_a_yes_and_a_yes_is_never_undone(commands: list[Command]) -> None:
    state, asked = S.ESTIMATE, False
    for command in commands:
        try:
            state = after(state, command)
        except Conflict:
            continue
        asked = asked or command is C.ACCEPT
        assert asked is (state not in {S.ESTIMATE, S.DECLINED})


def test_a_way_through() -> None:
    state = S.ESTIMATE
    for command, following in (
        (C.PROPOSE, S.ESTIMATE),
        (C.DECLINE, S.DECLINED),
        (C.PROPOSE, S.ESTIMATE),
        (C.ACCEPT, S.ACCEPTED),
        (C.START, S.RUNNING),
        (C.LIMIT, S.PAUSED),
        (C.ACCEPT, S.PAUSED),
        (C.RESUME, S.RUNNING),
        (C.DECLINE, S.RUNNING),  # a no to more leaves what was agreed
        (C.PAUSE, S.PAUSED),
        (C.STOP, S.STOPPED),
        (C.RESUME, S.RUNNING),
        (C.STOP, S.STOPPED),
    ):
        state = after(state, command)
        assert state is following


@pytest.mark.parametrize(
    ("state", "command", "says"),
    [
        (S.ESTIMATE, C.START, "has not accepted"),
        (S.DECLINED, C.START, "has declined"),
        (S.DECLINED, C.ACCEPT, "has declined"),
        (S.ACCEPTED, C.PAUSE, "has not been started"),
        (S.RUNNING, C.START, "running already"),
        (S.RUNNING, C.RESUME, "running already"),
        (S.PAUSED, C.PAUSE, "paused"),
        (S.PAUSED, C.START, "resume"),
        (S.STOPPED, C.STOP, "stopped"),
        (S.STOPPED, C.START, "resume"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(state: WorkState, command: Command, says: str) -> None:
    with pytest.raises(Conflict, match=says):
        after(state, command)


def test_a_request_carries_a_key_that_tells_it_apart() -> None:
    assert Deed("k" * 100, AT, "anna").key == "k" * 100
    for key in ("", "k" * 101):
        with pytest.raises(FormWrong):
            Deed(key, AT, "anna")
