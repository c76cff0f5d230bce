"""Playbooks: ``<<`` is what the PBX says, ``>>`` what we say, ``**`` what came of it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count
from typing import Any

import pytest
from asterisk.ami.action import Action
from hypothesis import given, settings

from ionas_phone.ami.dialogue import Answered, Dialogue, Happened, Heard, Listed, Phase
from ionas_phone.ami.frames import ActionUnfit
from tests.unit.ami import hostile
from tests.unit.ami.streams import RECORDINGS, SCENARIOS


def dialogue() -> Dialogue:
    numbers = count(1)
    return Dialogue("ionas", "s3cret", lambda: f"id{next(numbers)}")


def wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def brief(outcome: Heard) -> str:
    if isinstance(outcome, Happened):
        return f"Happened {' '.join(message.name for message in outcome.events)}"
    if isinstance(outcome, Listed):
        return f"Listed {' '.join(item.name for item in outcome.items)} at {outcome.timestamp}".replace("  ", " ")
    if isinstance(outcome, Answered):
        return f"Answered {outcome.action_id} {outcome.response.status}"
    return repr(outcome)


def play(talk: Dialogue, *script: str) -> None:
    """Follow the script line by line; whatever is said or comes of it beyond the script fails."""
    said: list[str] = []
    came: list[str] = []
    for line in script:
        mark, _, text = line.partition(" ")
        if mark == "<<":
            assert (said, came) == ([], []), f"before {text!r}"
            came += [brief(outcome) for outcome in talk.receive(wire(text))]
            said += [part for part in talk.take().decode().replace("\r\n", "\n").split("\n\n") if part]
        elif mark == ">>":
            assert said
            assert said.pop(0) == text
        else:
            assert came
            assert came.pop(0) == text
    assert (said, came) == ([], [])


GREETING = "<< Asterisk Call Manager/11.0.0\n"
LOG_IN = ">> Action: Login\nUsername: ionas\nSecret: s3cret\nActionID: id1"
BOOTED = "<< Event: FullyBooted\nPrivilege: system,all\nUptime: 19\nStatus: Fully Booted\n\n"
HELLO = (
    GREETING,
    LOG_IN,
    "<< Response: Success\nActionID: id1\nMessage: Authentication accepted\n\n",
    BOOTED,
    ">> Action: CoreSettings\nActionID: id2",
)
ASKED = (
    "<< Response: Success\nActionID: id2\nAMIversion: 11.0.0\nSystemName: mainz\n\n",
    ">> Action: CoreShowChannels\nActionID: id3",
    ">> Action: QueueStatus\nActionID: id4",
    ">> Action: BridgeList\nActionID: id5",
    ">> Action: Ping\nActionID: id6",
    "** Named()",
)
NO_CHANNELS = (
    "<< Response: Success\nActionID: id3\nEventList: start\nMessage: Channels will follow\n\n",
    "<< Event: CoreShowChannelsComplete\nActionID: id3\nEventList: Complete\nListItems: 0\n\n",
)
ONE_MEMBER = (
    "<< Response: Success\nActionID: id4\nEventList: start\nMessage: Queue status will follow\n\n",
    "<< Event: QueueMember\nQueue: support\nName: Anna\nLocation: PJSIP/201\nActionID: id4\n\n",
    "<< Event: QueueStatusComplete\nActionID: id4\nEventList: Complete\nListItems: 1\n\n",
)
BRIDGES = (
    "<< Response: Success\nActionID: id5\nEventList: start\nMessage: Bridge listing will follow\n\n",
    "<< Event: BridgeListComplete\nActionID: id5\nEventList: Complete\nListItems: 0\n\n",
)
PONG = "<< Response: Success\nActionID: id6\nPing: Pong\nTimestamp: 1795350543.052706\n\n"
SNAPSHOT = (*NO_CHANNELS, *ONE_MEMBER, *BRIDGES, PONG, "** Listed QueueMember at 1795350543.052706")
HEAD = "Privilege: system,all\nTimestamp: 1795340552.446407\nSystemName: mainz\n"
RELOAD = f"Event: Reload\n{HEAD}Module: app_queue.so\n\n"
SHUTDOWN = f"Event: Shutdown\n{HEAD}Shutdown: Cleanly\n\n"


def test_from_the_greeting_to_the_stream() -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED, *SNAPSHOT, f"<< {RELOAD}", "** Happened Reload")
    assert (talk.phase, talk.refused) == (Phase.STREAM, {})


def test_the_greeting_may_come_in_pieces_and_with_more_behind_it() -> None:
    talk = dialogue()
    play(
        talk,
        "<< Asterisk Call Man",
        "<< ager/11.0.0\nResp",
        LOG_IN,
        "<< onse: Success\nActionID: id1\n\n",
    )


def test_the_secret_is_kept_from_whoever_is_not_asterisk() -> None:
    talk = dialogue()
    play(talk, "<< HTTP/1.1 400 Bad Request\nConnection: close\n\n", "** Stranger()")
    assert talk.phase is Phase.OVER
    assert "s3cret" not in repr(talk)


@pytest.mark.parametrize("message", ["Authentication failed", "Permission denied", "Asterisk is shutting down"])
def test_a_log_in_that_is_refused(message: str) -> None:
    talk = dialogue()
    refusal = f"<< Response: Error\nActionID: id1\nMessage: {message}\n\n"
    play(talk, GREETING, LOG_IN, refusal, f"** Rejected(action='Login', message='{message}')")
    play(talk, "<< Response: Success\nActionID: id1\n\n")


def test_a_pbx_that_is_still_starting_is_waited_for() -> None:
    talk = dialogue()
    play(talk, *HELLO[:3], f"<< {RELOAD}")
    assert talk.phase is Phase.BOOT
    talk.ping()
    assert talk.take() == b"Action: Ping\r\nActionID: id2\r\n\r\n"
    play(talk, "<< Response: Error\nActionID: id2\nMessage: not yet\n\n")
    play(talk, BOOTED, ">> Action: CoreSettings\nActionID: id3")


def test_what_is_no_answer_to_the_log_in_is_passed_over() -> None:
    talk = dialogue()
    stray = "<< Action: Login\nActionID: id1\n\nEvent: FullyBooted\n\nx\n\nResponse: Success\nActionID: guess\n\n"
    play(talk, GREETING, LOG_IN, stray)
    assert (talk.phase, talk.refused) == (Phase.LOG_IN, {"unasked": 1})
    play(talk, *HELLO[2:3], "<< Action: FullyBooted\n\n")


def test_without_a_system_name_it_ends() -> None:
    talk = dialogue()
    play(talk, *HELLO, "<< Response: Success\nActionID: id2\nSystemName: \n\n", "** Named()", f"<< {RELOAD}")
    assert talk.phase is Phase.OVER


def test_the_system_name_is_in_no_repr() -> None:
    talk = dialogue()
    play(talk, *HELLO)
    (named,) = talk.receive(wire("Response: Success\nActionID: id2\nSystemName: unguessable\n\n"))
    assert "unguessable" not in repr(named) + repr(talk)


def test_an_account_without_the_right_to_ask_is_told_so() -> None:
    denied = "Response: Error\nActionID: {}\nMessage: Permission denied\n\n"
    play(
        dialogue(),
        *HELLO,
        f"<< {denied.format('id2')}",
        "** Rejected(action='CoreSettings', message='Permission denied')",
    )
    for action_id, action in (("id3", "CoreShowChannels"), ("id4", "QueueStatus")):
        talk = dialogue()
        rejected = f"** Rejected(action='{action}', message='Permission denied')"
        play(talk, *HELLO, *ASKED, f"<< {denied.format(action_id)}", rejected)


def test_events_that_come_between_the_lists_are_given_after_them() -> None:
    talk = dialogue()
    listed = "** Listed QueueMember at 1795350543.052706"
    play(talk, *HELLO, *ASKED, f"<< {RELOAD}", *NO_CHANNELS, f"<< {RELOAD}{RELOAD}", *ONE_MEMBER, *BRIDGES)
    play(talk, PONG + SHUTDOWN, listed, "** Happened Reload Reload Reload Shutdown")


def test_a_list_that_lacks_items_is_no_snapshot() -> None:
    talk = dialogue()
    short = "<< Event: QueueStatusComplete\nActionID: id4\nEventList: Complete\nListItems: 1\n\n"
    play(talk, *HELLO, *ASKED, *NO_CHANNELS, ONE_MEMBER[0], short, "** Stranger()")
    assert (talk.phase, talk.refused) == (Phase.OVER, {"short_list": 1})


@pytest.mark.parametrize(
    "answer",
    [
        "<< Response: Error\nActionID: id5\nMessage: Invalid/unknown command: BridgeList. See ListCommands.\n\n",
        "<< Response: Error\nActionID: id5\nMessage: Permission denied\n\n",
        "<< Response: Success\nActionID: id5\n\n",
    ],
)
def test_a_snapshot_is_whole_without_the_list_of_bridges(answer: str) -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED, *NO_CHANNELS, *ONE_MEMBER, answer, PONG, SNAPSHOT[-1])
    play(talk, f"<< {RELOAD}", "** Happened Reload")
    assert talk.refused == {}


def test_a_list_of_bridges_that_lacks_some_is_better_than_none() -> None:
    talk = dialogue()
    short = BRIDGES[1].replace("ListItems: 0", "ListItems: 1")
    play(talk, *HELLO, *ASKED, *NO_CHANNELS, *ONE_MEMBER, BRIDGES[0], short, PONG, SNAPSHOT[-1])
    assert talk.refused == {"short_list": 1}


def test_list_items_nobody_asked_for_are_refused() -> None:
    talk = dialogue()
    forged = ONE_MEMBER[1].replace("id4", "id7")
    play(talk, *HELLO, *ASKED, *NO_CHANNELS, ONE_MEMBER[0], forged, *ONE_MEMBER[1:], *BRIDGES, PONG, SNAPSHOT[-1])
    assert talk.refused == {"unasked": 1}


def test_a_snapshot_is_taken_again_on_request_but_never_two_at_a_time() -> None:
    talk = dialogue()
    talk.request_snapshot()
    assert talk.take() == b""
    play(talk, *HELLO, *ASKED)
    assert talk.listing
    talk.request_snapshot()
    assert talk.take() == b""
    play(talk, *SNAPSHOT)
    assert not talk.listing
    talk.request_snapshot()
    assert talk.take().count(b"ActionID: ") == 4
    again = [re.sub(r"(?<=ActionID: id)\d", lambda number: str(int(number[0]) + 4), line) for line in SNAPSHOT]
    play(talk, f"<< {RELOAD}", *again, "** Happened Reload")


def test_items_that_still_come_when_the_lists_were_given_up_tell_no_time() -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED)
    talk.receive(wire("Response: Error\nActionID: id3\nMessage: Asterisk is shutting down\n\n"))
    late = wire("Event: QueueMember\nQueue: q\nName: A\nLocation: PJSIP/201\nActionID: id4\n\n")
    for _ in range(2):  # the second time read by its form
        (happened,) = talk.receive(late)
        assert isinstance(happened, Happened)
        assert happened.timestamp == ""
    (happened,) = talk.receive(late + wire(RELOAD))
    assert isinstance(happened, Happened)
    assert happened.timestamp == "1795340552.446407"


def test_an_action_of_ours_is_answered_by_its_id() -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED, *SNAPSHOT)
    asked = Action("QueuePause", {"Queue": "support"}, {"x": "1"})
    assert talk.ask(asked) == "id7"
    assert talk.take() == b"Action: QueuePause\r\nQueue: support\r\nActionID: id7\r\nVariable: x=1\r\n\r\n"
    assert asked.keys == {"Queue": "support"}
    play(talk, "<< Response: Error\nActionID: id7\nMessage: no\n\n", "** Answered id7 Error")
    play(talk, "<< Response: Success\nActionID: id7\n\n")
    assert talk.refused == {"unasked": 1}


def test_an_answer_that_is_no_longer_awaited_is_refused() -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED, *SNAPSHOT)
    talk.forget(talk.ask(Action("Ping")))
    talk.take()
    play(talk, "<< Response: Success\nActionID: id7\n\n")
    assert talk.refused == {"unasked": 1}


def test_nothing_of_an_unfit_action_is_said() -> None:
    talk = dialogue()
    with pytest.raises(ActionUnfit):
        talk.ask(Action("Ping", {"X": "a\r\nAction: Logoff"}))
    assert talk.take() == b""


def test_the_good_bye() -> None:
    talk = dialogue()
    play(talk, *HELLO, *ASKED, *SNAPSHOT)
    talk.log_off()
    assert talk.take() == b"Action: Logoff\r\n\r\n"
    play(talk, f"<< {RELOAD}")


# ---- recorded log-ins -----------------------------------------------------------------------------------------------

IDS = {"id1": "login-1", "id2": "settings-1", "id3": "channels-1", "id4": "queues-1", "id5": "bridges-1"}
LOG_INS = [path for path in RECORDINGS if path.name.startswith("snapshot_")]


def listed(name: str, pieces: int, *, number: str = "+4961315550101") -> list[Any]:
    """Play a recorded log-in to the end of its lists, ``pieces`` bytes at a time."""
    stream = (SCENARIOS / "lab22" / name).read_bytes()
    for header in (b"CallerIDNum: ", b"ConnectedLineNum: "):
        stream = stream.replace(header + b"+4961315550101\r\n", header + number.encode() + b"\r\n")
    for ours, recorded in IDS.items():
        stream = stream.replace(f"ActionID: {recorded}\r\n".encode(), f"ActionID: {ours}\r\n".encode())
    stream += wire(PONG[3:])
    talk = dialogue()
    heard = [out for at in range(0, len(stream), pieces) for out in talk.receive(stream[at : at + pieces])]
    (found,) = [outcome for outcome in heard if isinstance(outcome, Listed)]
    return [(item.name, item.keys) for item in found.items]


@pytest.mark.parametrize("path", LOG_INS, ids=lambda path: path.stem)
@pytest.mark.parametrize("pieces", [1, 3, 1448, 1_000_000])
def test_a_recorded_log_in_gives_its_snapshot_however_it_is_cut(path: Any, pieces: int) -> None:
    assert listed(path.name, pieces) == listed(path.name, 500)
    assert Counter(name for name, _ in listed(path.name, pieces))["QueueMember"] == 3


@pytest.mark.parametrize("name", ["snapshot_waiting.ami", "snapshot_ringing.ami", "snapshot_talking.ami"])
@settings(max_examples=25, deadline=None)
@given(number=hostile.texts)
def test_a_snapshot_is_whole_whatever_the_callers_number_is(name: str, number: str) -> None:
    told = ("Uniqueid", "Linkedid", "Channel", "BridgeId", "Queue", "Wait", "Position", "Status", "Name", "Completed")
    plain = [[(item, keys.get(key)) for key in told] for item, keys in listed(name, 10_000)]
    assert [[(item, keys.get(key)) for key in told] for item, keys in listed(name, 10_000, number=number)] == plain
