from __future__ import annotations

import pytest

from ionas_phone.ami.shapes import EVENTS, ITEMS
from ionas_phone.dialplan import files as dialplan
from tests.unit.ami.streams import ALL, messages

MESSAGES = [message for path in ALL for message in messages(path.read_bytes())]


@pytest.mark.parametrize("name", sorted(EVENTS | ITEMS))
def test_every_recorded_message_has_its_shape(name: str) -> None:
    shape = (EVENTS | ITEMS)[name]
    for message in MESSAGES:
        if getattr(message, "name", "") != name:
            continue
        names = list(message.keys)
        assert set(shape.needs) <= set(names)
        starts = []
        for block in shape.blocks:
            if block.channel in names:
                starts.append(names.index(block.channel))
                assert tuple(names[starts[-1] : starts[-1] + len(block.names)]) == block.names
        assert starts == sorted(starts)


def test_most_shapes_are_seen_in_recordings() -> None:
    seen = {getattr(message, "name", "") for message in MESSAGES}
    assert set(EVENTS | ITEMS) - seen <= {"Rename", "QueueMemberPenalty", "Shutdown"}


def test_our_dial_plan_lets_through_what_we_understand() -> None:
    """NewCallerid repeats what the next event of the channel tells; a foreign PBX may send it."""
    assert set(EVENTS) - set(dialplan.EVENTS) == {"NewCallerid"}
