"""The practice line: a switchboard without telephones, to learn the desk on. Rule: nothing here is ever billable.

It listens where a real one would (``address``) and is joined by the same link as a real one, under the name
``PRACTICE_PBX``; that name is what marks its calls. Everybody with a phone has a virtual one here (``seat``).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from ionas_phone.practice.answers import Answers
from ionas_phone.practice.book import Book
from ionas_phone.practice.phone import Patience, Phone, PhoneState, PracticeRefused, Seat, scripts
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Cast, Event, Recording, recorded, stamp
from ionas_phone.practice.server import Address, Server
from ionas_phone.words import N_

LINE, QUEUE = "+496131327070", "support"
UNKNOWN_NUMBERS = "+49613155509"  # and two digits: example numbers that no example customer has
LONGEST_NAME = 80

_NO_PHONE = N_("You have no practice phone: your log-in has no phone of its own. The administrator can give you one.")
_NO_CUSTOMER = N_("There is no customer with a phone number yet; let an unknown caller ring in.")
_NO_KIND = N_("A practice caller is known, unknown or suppressed.")


class PracticeLine:
    """The line. All times are seconds or UTC."""

    def __init__(  # noqa: PLR0913 - what the composition root gives, by name
        self,
        *,
        known: Callable[[], Awaitable[tuple[str, str] | None]],
        changed: Callable[[str], None],
        now: Callable[[], datetime],
        line: str = LINE,
        queue: str = QUEUE,
        patience: Patience | None = None,
    ) -> None:
        """``known`` gives (number, name) of some customer; ``changed(login)`` tells that a phone's state is stale.

        ``line``: the number that is rung, E.164; ``queue``: the queue that takes it.
        """
        self._known, self._changed, self._now = known, changed, now
        self._patience = patience or Patience()
        self._line, self._queue = line, queue
        self._system = f"practice{secrets.token_hex(8)}"
        self._count = 0  # channels so far
        names = ("answered", "answered_assistant_hangs_up", "abandon_ringing", "anonymous_answered")
        recordings = {name: Recording(recorded(name)) for name in names}
        self._shown, self._suppressed = scripts(recordings)
        self._member = next(
            step.keys for steps in self._shown.call.parts.values() for step in steps if step.name == "QueueMemberStatus"
        )
        self._book = Book()
        self._phones: dict[str, Phone] = {}
        self._server = Server(Answers(self._book, self._system, queue, now()), now)

    # -- the line ------------------------------------------------------------------------------------------------------

    @property
    def address(self) -> Address:
        """Host, port, user and secret for the link; between ``start`` and ``stop``."""
        return self._server.address

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        await self._server.start()

    async def stop(self) -> None:
        """Cut everybody off; no timer is left."""
        for phone in self._phones.values():
            phone.stop()
        await self._server.stop()

    def seat(self, assistants: Iterable[tuple[str, str, str]]) -> None:
        """Give phones to exactly these (login, name, interface). May be called again; who left is hung up.

        Without an interface there is no phone; of two with the same one the first has it.
        """
        wanted: dict[str, Seat] = {}
        for login, name, interface in assistants:
            if interface:
                wanted.setdefault(interface, Seat(login, _fit(name), _fit(interface)))
        for login, phone in tuple(self._phones.items()):
            if wanted.get(phone.seat.interface) != phone.seat:
                phone.close()
                del self._phones[login]
                self._say_member("QueueMemberRemoved", phone.seat)
        seated = {phone.seat.interface for phone in self._phones.values()}
        for seat in wanted.values():
            if seat.interface not in seated:
                self._phones[seat.login] = self._phone(seat)
                self._say_member("QueueMemberAdded", seat)

    # -- the phones ----------------------------------------------------------------------------------------------------

    def state(self, login: str) -> PhoneState:
        """Return what the phone of ``login`` is doing; without a phone it is idle."""
        phone = self._phones.get(login)
        return phone.state if phone else PhoneState()

    async def ring_in(self, login: str, kind: str) -> None:
        """Let a "known", "unknown" or "suppressed" caller ring in. Raises PracticeRefused."""
        self._at(login).check_free()
        number, name = await self._caller(kind)
        phone = self._at(login)  # asked again: while the customer was looked up somebody else may have rung in
        script = self._suppressed if kind == "suppressed" else self._shown
        phone.ring(script, self._cast(script.call.cast, phone.seat, number, name), suppressed=kind == "suppressed")

    async def pick_up(self, login: str) -> None:
        """Answer what rings. Raises PracticeRefused."""
        self._at(login).pick_up()

    async def hang_up(self, login: str) -> None:
        """End the call from the assistant's side. Raises PracticeRefused."""
        self._at(login).hang_up()

    async def give_up(self, login: str) -> None:
        """Let the caller hang up, ringing or talking. Raises PracticeRefused."""
        self._at(login).give_up()

    def _at(self, login: str) -> Phone:
        if phone := self._phones.get(login):
            return phone
        raise PracticeRefused(_NO_PHONE)

    def _phone(self, seat: Seat) -> Phone:
        return Phone(seat, Playback(self._say, self._now), self._now, lambda: self._changed(seat.login), self._patience)

    # -- the cast ------------------------------------------------------------------------------------------------------

    async def _caller(self, kind: str) -> tuple[str, str]:
        """Return number and name of somebody who rings in; a suppressed number is there before it is blanked, too."""
        if kind in {"unknown", "suppressed"}:
            return f"{UNKNOWN_NUMBERS}{secrets.randbelow(100):02}", UNKNOWN
        if kind != "known":
            raise PracticeRefused(_NO_KIND)
        customer = await self._known()
        if customer is None:
            raise PracticeRefused(_NO_CUSTOMER)
        number, name = customer
        return "".join(letter for letter in number if letter in "+0123456789*#") or UNKNOWN, _fit(name) or UNKNOWN

    def _cast(self, was: Cast, seat: Seat, number: str, name: str) -> Cast:
        """Return a fresh cast in the recorded spelling: ids count on, as those of a real switchboard do."""
        trunk = was.caller_channel.rpartition("-")[0]
        born, first = int(self._now().timestamp()), self._count
        self._count += 2
        return Cast(
            system=self._system,
            queue=self._queue,
            line=self._line,
            number=number,
            name=name,
            presentation=was.presentation,
            caller_channel=f"{trunk}-{first:08x}",
            caller_id=f"{self._system}-{born}.{first}",
            leg_channel=f"{seat.interface}-{first + 1:08x}",
            leg_id=f"{self._system}-{born}.{first + 1}",
            bridge=str(uuid.uuid4()),
            extension=seat.interface.rpartition("/")[2],
            member=seat.name,
            interface=seat.interface,
        )

    # -- what goes out -------------------------------------------------------------------------------------------------

    def _say(self, event: Event, at: datetime) -> None:
        """One event: completed by the book, taken into it, told to everybody."""
        self._book.fill(event, at)
        self._book.note(event, at)
        self._server.tell(event)

    def _say_member(self, name: str, seat: Seat) -> None:
        """A member came or went, in the shape of the recorded QueueMemberStatus."""
        at = self._now()
        now = str(int(at.timestamp()))
        was = self._book.members.get(seat.interface) or self._member | {
            "CallsTaken": "0",
            "LastCall": "0",
            "LastPause": now,
            "LoginTime": now,
            "Status": "1",
        }
        keys = was | {
            "Timestamp": stamp(at),
            "SystemName": self._system,
            "Queue": self._queue,
            "MemberName": seat.name,
            "Interface": seat.interface,
            "StateInterface": seat.interface,
            "Membership": "dynamic",
        }
        self._say(Event(name, keys), at)


def _fit(text: str) -> str:
    """Return a text that can stand in a header: no line breaks or other control characters, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_NAME].strip()
