from __future__ import annotations

from pathlib import Path

import pytest

from ionas_phone.runtime.recording import Recording

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SECRET = "k3Hq77Zpw2mXc1"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
LOG_IN = (
    b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 9\r\n\r\n"
    b"Event: Reload\r\nPrivilege: system,all\r\nTimestamp: 1.0\r\nSystemName: NAME\r\nModule: early\r\n\r\n"
    b"Response: Success\r\nActionID: 2\r\nSystemName: NAME\r\nCoreMaxCalls: 0\r\n\r\n"
)
STREAM = (
    b"Response: Success\r\nActionID: 3\r\nEventList: start\r\n\r\n"
    b"Event: CoreShowChannel\r\nActionID: 3\r\nUniqueid: NAME-1795354264.0\r\n\r\n"
    b"Event: Reload\r\nPrivilege: system,all\r\nTimestamp: 1.0\r\nSystemName: NAME\r\nModule: x\r\n\r\n"
    b"\r\nEvent: Hangup\r\nPrivilege: call,all\r\nTimestamp: 1.0\r\nSystemName: NAME\r\n"
    b"Uniqueid: NAME-1795354264.0\r\n\r\n"
)


def named(stream: bytes, name: str = SECRET) -> bytes:
    return stream.replace(b"NAME", name.encode())


class Heard:
    """A recording, and how a link feeds it: the name is known from the message that tells it."""

    def __init__(self) -> None:
        self.written = b""
        self.recording = Recording(self._write, lambda message: message.replace(b"Module: x", b"Module: y"))

    def _write(self, data: bytes) -> None:
        self.written += data

    def connection(self, name: str, *, piece: int = 1_000_000, stream: bytes = STREAM) -> None:
        whole = named(GREETING + LOG_IN + stream, name)
        told = len(named(GREETING + LOG_IN, name))
        for at in range(0, len(whole), piece):
            self.recording.take(whole[at : at + piece], name if at + piece >= told else "")


@pytest.mark.parametrize("piece", [1, 2, 3, 50, 333, 1_000_000])
@pytest.mark.parametrize("name", [SECRET, "lab"])
def test_all_behind_the_log_in_is_written_as_it_came_but_the_name(piece: int, name: str) -> None:
    heard = Heard()
    heard.connection(name, piece=piece)
    assert heard.written == named(STREAM, "pbx").replace(b"Module: x", b"Module: y")
    assert heard.recording.events == 2


def test_a_long_name_is_nowhere() -> None:
    heard = Heard()
    heard.connection(SECRET, stream=b"Event: VarSet\r\nValue: x%sy\r\n\r\n" % SECRET.encode())
    assert heard.written == b"Event: VarSet\r\nValue: xpbxy\r\n\r\n"


def test_a_short_name_is_no_other_word() -> None:
    heard = Heard()
    words = b"Event: A\r\nQueue: lab-first\r\nX: label, collab-1795354264.0, lab-12.3\r\nSystemName: lab"
    heard.connection("lab", stream=words + b"\r\n\r\n")
    assert heard.written == words.removesuffix(b"lab") + b"pbx\r\n\r\n"


def test_a_recorded_log_in_leaves_no_name_behind() -> None:
    stream = (SCENARIOS / "lab22/snapshot_talking.ami").read_bytes().replace(b"lab-", SECRET.encode() + b"-")
    stream = stream.replace(b"SystemName: lab\r\n", b"SystemName: %s\r\n" % SECRET.encode())
    heard = Heard()
    heard.recording.take(stream, SECRET)
    assert heard.written.startswith(b"Response: Success\r\nActionID: status-1\r\n")
    assert heard.written.endswith(b"\r\n\r\n")
    assert SECRET.encode() not in heard.written


def test_a_new_connection_begins_behind_its_own_log_in() -> None:
    heard = Heard()
    heard.connection(SECRET, stream=STREAM + b"Event: Cut\r\nPrivi")
    once = heard.written
    heard.connection("another-system-name", piece=7)
    assert heard.written == once * 2


def test_a_message_without_end_eats_no_memory() -> None:
    heard = Heard()
    heard.connection(SECRET, stream=b"x" * 100)
    for _ in range(100):
        heard.recording.take(b"x" * 10_000, SECRET)
        assert len(heard.recording._rest) < 80_000
    assert heard.written == b""
