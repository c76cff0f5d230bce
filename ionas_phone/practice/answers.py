"""What the switchboard answers to each action, after recorded answers of a real one. Rule: the book fills the lists.

Asterisk writes a list's items without Privilege, Timestamp and SystemName, and nothing ever stands between two of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.ami.frames import Frames, encode_event, encode_response
from ionas_phone.practice.book import Book, Headers, whole_seconds
from ionas_phone.practice.recording import Event, recorded, stamp

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it goes out."""

    status: str
    keys: Headers


def response(status: str, action_id: str | None, **keys: str) -> bytes:
    """Return a response that repeats the action's ActionID, as Asterisk does: as its first header, if there was one."""
    first = {} if action_id is None else {"ActionID": action_id}
    return encode_response(Response(status, first | keys))


@dataclass(frozen=True, slots=True)
class Does:
    """What a client may have done.

    ``pause`` takes a phone out of the queue for a reason, or ("") puts it back, and tells whether there is such one;
    ``originate`` has a phone ring that then calls a number (headers of the action), and tells what is against it.
    """

    pause: Callable[[str, str], bool] = lambda _phone, _reason: False
    originate: Callable[[Headers], str] = lambda _keys: "Permission denied"


class Answers:
    """All answers a logged-in client may ask for. ``system``: the system name; ``started``: UTC."""

    def __init__(
        self,
        book: Book,
        system: str,
        queue: str,
        started: datetime,
        does: Does | None = None,
    ) -> None:
        """Take the shapes of the answers from the recorded ones."""
        self._does = does or Does()
        self._book, self._system, self._queue, self._started = book, system, queue, started
        self._shapes: dict[str, Headers] = {}
        for name in ("snapshot_ringing", "snapshot_talking"):
            for message in Frames().feed(recorded(name)):
                shape = message.keys.get("ActionID", "") if getattr(message, "status", None) else message.name
                self._shapes.setdefault(shape, message.keys)
        self._known: dict[str, Callable[[Headers, datetime], bytes]] = {
            "ping": self._ping,
            "coresettings": self._settings,
            "corestatus": self._status,
            "coreshowchannels": self._channels,
            "queuestatus": self._queues,
            "bridgelist": self._bridges,
            "queuepause": self._queue_pause,
            "originate": self._originate,
        }

    def booted(self, at: datetime) -> bytes:
        """Return the event that follows each log-in."""
        up = str(whole_seconds(self._started, at))
        return encode_event(Event("FullyBooted", self._shapes["FullyBooted"] | {"Uptime": up, "LastReload": up}))

    def to(self, action: str, keys: Headers, at: datetime) -> bytes:
        """Return the whole answer to an action, refusals included."""
        answer = self._known.get(action.lower())
        if answer is None:
            return response("Error", keys.get("ActionID"), Message="Permission denied")
        return answer(keys, at)

    def _ping(self, keys: Headers, at: datetime) -> bytes:
        return response("Success", keys.get("ActionID"), Ping="Pong", Timestamp=stamp(at))

    def _settings(self, keys: Headers, _at: datetime) -> bytes:
        return self._answer("settings-1", keys, SystemName=self._system)

    def _status(self, keys: Headers, _at: datetime) -> bytes:
        since = {"Date": f"{self._started:%Y-%m-%d}", "Time": f"{self._started:%H:%M:%S}"}
        dates = {f"Core{what}{kind}": text for what in ("Startup", "Reload") for kind, text in since.items()}
        counts = {
            "CoreCurrentCalls": str(len(self._book.channels)),
            "CoreProcessedCalls": str(self._book.calls),
        }
        return self._answer("status-1", keys, **dates, **counts)

    def _channels(self, keys: Headers, at: datetime) -> bytes:
        items = []
        for listed in self._book.channels.values():
            minutes, seconds = divmod(whole_seconds(listed.since, at), 60)
            beside = {
                "Application": listed.application[0],
                "ApplicationData": listed.application[1],
                "Duration": f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}",
                "BridgeId": listed.bridge,
            }
            items.append(("CoreShowChannel", listed.block | beside))
        return self._list("channels-1", "CoreShowChannelsComplete", items, keys)

    def _queues(self, keys: Headers, at: datetime) -> bytes:
        book = self._book
        counts = {"Calls": len(book.waiting), "Completed": book.completed, "Abandoned": book.abandoned, "Holdtime": 0}
        items = [("QueueParams", {header: str(count) for header, count in counts.items()})]
        for seat in book.members.values():
            known = {header: text for header, text in seat.items() if header in self._shapes["QueueMember"]}
            names = {"Name": seat["MemberName"], "Location": seat["Interface"]}
            items.append(("QueueMember", known | names | {"InCall": str(int(seat["Status"] == "2"))}))
        for place, unique_id in enumerate(book.waiting, start=1):
            listed = book.channels[unique_id]
            known = {header: text for header, text in listed.block.items() if header in self._shapes["QueueEntry"]}
            wait = {"Position": str(place), "Wait": str(whole_seconds(listed.joined, at)), "Priority": "0"}
            items.append(("QueueEntry", known | wait))
        if (keys.get("Queue") or self._queue) != self._queue:
            items = []
        return self._list("queues-1", "QueueStatusComplete", [(n, k | {"Queue": self._queue}) for n, k in items], keys)

    def _bridges(self, keys: Headers, _at: datetime) -> bytes:
        items = []
        for bridge, last in self._book.bridges.items():
            known = {header: text for header, text in last.items() if header in self._shapes["BridgeListItem"]}
            count = str(len(self._book.together(bridge)))
            items.append(("BridgeListItem", known | {"BridgeNumChannels": count}))
        return self._list("bridges-1", "BridgeListComplete", items, keys)

    def _queue_pause(self, keys: Headers, _at: datetime) -> bytes:
        paused = keys.get("Paused", "") in {"true", "1", "yes"}
        if not self._does.pause(keys.get("Interface", ""), (keys.get("Reason") or "-") if paused else ""):
            return response("Error", keys.get("ActionID"), Message="Interface not found")
        done = "Interface paused successfully" if paused else "Interface unpaused successfully"
        return response("Success", keys.get("ActionID"), Message=done)

    def _originate(self, keys: Headers, _at: datetime) -> bytes:
        if against := self._does.originate(keys):
            return response("Error", keys.get("ActionID"), Message=against)
        return response("Success", keys.get("ActionID"), Message="Originate successfully queued")

    def _answer(self, shape: str, keys: Headers, **values: str) -> bytes:
        return encode_response(Response("Success", _shaped(self._shapes[shape], values, keys.get("ActionID"))))

    def _list(self, shape: str, end: str, items: list[tuple[str, Headers]], keys: Headers) -> bytes:
        """Return a whole list: its beginning, each item in the recorded order of headers, its end."""
        action_id = keys.get("ActionID")
        events = [Event(name, _shaped(self._shapes[name], values, action_id)) for name, values in items]
        count = {"ListItems": str(len(items))}
        events.append(Event(end, _shaped(self._shapes[end], count, action_id)))
        return self._answer(shape, keys) + b"".join(encode_event(event) for event in events)


def _shaped(shape: Headers, values: Headers, action_id: str | None) -> Headers:
    """Return ``shape`` with new values; the ActionID where Asterisk puts it, nowhere if the action had none."""
    keys = shape | values
    if action_id is None:
        keys.pop("ActionID", None)
    else:
        keys["ActionID"] = action_id
    return keys
