"""The practice line: a switchboard without telephones, to learn the desk on. Rule: nothing here is ever billable.

It listens where a real one would (``address``) and is joined by the same link as a real one, under the name
``PRACTICE_PBX``; that name is what marks its calls. Everybody with a phone has a virtual one here (``seat``).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from ionas_phone.practice.answers import Answers, Does
from ionas_phone.practice.book import Book, Headers
from ionas_phone.practice.call import Call, Patience, PracticeRefused, Seat, Stage, Verb
from ionas_phone.practice.cast import Casting
from ionas_phone.practice.phone import PhoneState, phone_state
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Cast, Event, stamp
from ionas_phone.practice.server import Address, Server
from ionas_phone.practice.tapes import Tapes, tapes
from ionas_phone.words import N_

LINE, QUEUE = "+496131327070", "support"
UNKNOWN_NUMBERS = "+49613155509"  # and two digits: example numbers that no example customer has
LONGEST_NAME = 80
_A_MOMENT = 0.05  # seconds in which the end of a call is played

_NO_PHONE = N_("You have no practice phone: your log-in has no phone of its own. The administrator can give you one.")
_NO_CUSTOMER = N_("There is no customer with a phone number yet; let an unknown caller ring in.")
_NO_KIND = N_("A practice caller is known, unknown or suppressed.")
_IN_CALL = N_("Your practice phone is in a call already.")
_PAUSED = N_("Your practice phone is paused: press “Ready now” or “Ready again” at the top of the page first.")
_ENDING = N_("The last practice call is just ending; try again in a moment.")
_NOT_RINGING = N_("Your practice phone is not ringing.")
_NO_CALL = N_("There is no practice call to hang up.")
_WAITING = N_("Callers are waiting already; pick them up, or let them hang up.")
_NOBODY_WAITS = N_("Nobody is waiting.")
_NO_COLLEAGUE = N_("This colleague's practice phone is not free.")
KINDS = ("known", "unknown", "suppressed")


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
        self._casting = Casting(self._system, queue, line, now)
        self._shown, self._suppressed = tapes("answered"), tapes("anonymous_answered")
        self._member = next(
            step.keys for steps in self._shown.call.parts.values() for step in steps if step.name == "QueueMemberStatus"
        )
        self._book = Book()
        self._seats: dict[str, Seat] = {}  # by log-in name
        self._calls: list[Call] = []
        self._next: dict[str, asyncio.TimerHandle] = {}  # whose phone rings next for somebody who waits
        does = Does(self._pause, self._originate)
        self._server = Server(Answers(self._book, self._system, queue, now(), does), now)

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
        for call in self._calls:
            call.stop()
        for timer in self._next.values():
            timer.cancel()
        await self._server.stop()

    def seat(self, assistants: Iterable[tuple[str, str, str]]) -> None:
        """Give phones to exactly these (login, name, interface). May be called again; who left is hung up.

        Without an interface there is no phone; of two with the same one the first has it.
        """
        wanted: dict[str, Seat] = {}
        for login, name, interface in assistants:
            if interface:
                wanted.setdefault(interface, Seat(login, _fit(name), _fit(interface)))
        for login, seat in tuple(self._seats.items()):
            if wanted.get(seat.interface) != seat:
                for call in [call for call in self._calls if call.concerns(login)]:
                    call.finish()
                del self._seats[login]
                self._say_member("QueueMemberRemoved", seat)
        seated = {seat.interface for seat in self._seats.values()}
        for seat in wanted.values():
            if seat.interface not in seated:
                self._seats[seat.login] = seat
                self._say_member("QueueMemberAdded", seat)

    # -- the phones ----------------------------------------------------------------------------------------------------

    def state(self, login: str) -> PhoneState:
        """Return what the phone of ``login`` is doing; without a phone it is idle."""
        return phone_state(self._calls, login)

    def colleagues(self, login: str) -> tuple[tuple[str, str], ...]:
        """Return (login, name) of whoever else's phone is free, by name."""
        free = [seat for seat in self._seats.values() if seat.login != login and self._is_free(seat.login)]
        return tuple((seat.login, seat.name) for seat in sorted(free, key=lambda seat: (seat.name, seat.login)))

    async def ring_in(self, login: str, kind: str) -> None:
        """Let a "known", "unknown" or "suppressed" caller ring in. Raises PracticeRefused."""
        self._check_free(login)
        caller = await self._caller(kind)
        self._check_free(login)  # asked again: while the customer was looked up somebody else may have rung in
        self._come_in(login, kind, caller).does(Verb.RING)

    async def fill_queue(self, login: str) -> None:
        """Let one caller of each kind come into the queue; the first rings as soon as the phone is free."""
        self._at(login)
        if any(call.stage is Stage.WAITING and call.seat.login == login for call in self._calls):
            raise PracticeRefused(_WAITING)
        callers = [(kind, await self._caller(kind)) for kind in KINDS]
        self._at(login)
        for kind, caller in callers:
            self._come_in(login, kind, caller)
        self._serve(login)

    async def leave_queue(self, login: str) -> None:
        """Let the caller who waits longest hang up. Raises PracticeRefused."""
        waiting = [call for call in self._calls if call.stage is Stage.WAITING and call.seat.login == login]
        if not waiting:
            raise PracticeRefused(_NOBODY_WAITS)
        waiting[0].does(Verb.GIVE_UP, login)

    async def do(self, login: str, verb: str) -> None:
        """Press a button: a ``Verb`` but for those that need somebody else's name. Raises PracticeRefused."""
        self._at(login)
        call = next((call for call in self._calls if call.busies(login)), None)
        if call is None:
            raise PracticeRefused(_NOT_RINGING if verb == Verb.PICK_UP else _NO_CALL)
        call.does(Verb(verb), login)

    async def turn_to(self, login: str, verb: str, other: str) -> None:
        """Ask a colleague ("ask"), or send the caller there ("send"). Raises PracticeRefused."""
        self._at(login)
        call = next((call for call in self._calls if call.busies(login) and call.seat.login == login), None)
        if call is None:
            raise PracticeRefused(_NO_CALL)
        seat = self._seats.get(other)
        if seat is None or other == login or not self._is_free(other):
            raise PracticeRefused(_NO_COLLEAGUE)
        cast = self._casting.colleague(call.cast, seat, asked=verb == Verb.ASK)
        call.turns_to(Verb(verb), seat, cast, login)

    # -- the calls -----------------------------------------------------------------------------------------------------

    def _at(self, login: str) -> Seat:
        if seat := self._seats.get(login):
            return seat
        raise PracticeRefused(_NO_PHONE)

    def _is_free(self, login: str) -> bool:
        ending = any(call.busies(login) or self._still_ends(call, login) for call in self._calls)
        return not ending and not self._is_paused(login)

    def _is_paused(self, login: str) -> bool:
        """Tell whether the phone was taken out of the queue; whoever waits rings it when it is put back."""
        seat = self._seats.get(login)
        return seat is not None and self._book.members[seat.interface].get("Paused") == "1"

    @staticmethod
    def _still_ends(call: Call, login: str) -> bool:
        """Tell whether the end of a call is still being played at the phone of ``login``."""
        return call.stage is Stage.OVER and not call.ended and call.concerns(login)

    def _check_free(self, login: str) -> None:
        """Raise PracticeRefused unless the phone could ring."""
        self._at(login)
        self._calls = [call for call in self._calls if not call.ended]
        if any(call.busies(login) for call in self._calls):
            raise PracticeRefused(_IN_CALL)
        if self._is_paused(login):
            raise PracticeRefused(_PAUSED)
        if not self._is_free(login):
            raise PracticeRefused(_ENDING)

    def _come_in(self, login: str, kind: str, caller: tuple[str, str]) -> Call:
        """Let a caller come into the queue, for this phone."""
        seat, hidden = self._at(login), kind == "suppressed"
        tape = self._suppressed if hidden else self._shown
        return self._begin(
            Stage.WAITING, seat, tape, self._casting.caller(tape.call.cast, seat, *caller), hidden=hidden
        )

    def _call_out(self, seat: Seat, cast: Cast) -> None:
        """Let the phone ring that is then to call a customer, unless it has been taken away or rung meanwhile."""
        if seat in self._seats.values() and not any(call.busies(seat.login) for call in self._calls):
            self._begin(Stage.CALLING, seat, self._shown, cast)

    def _begin(self, begins: Stage, seat: Seat, tape: Tapes, cast: Cast, *, hidden: bool = False) -> Call:
        call = Call(
            seat,
            tapes=tape,
            cast=cast,
            suppressed=hidden,
            playback=Playback(self._say, self._now),
            now=self._now,
            changed=self._moved,
            patience=self._patience,
            begins=begins,
        )
        self._calls.append(call)
        return call

    def _moved(self, call: Call) -> None:
        """Tell everybody concerned, and let whoever waits longest ring a phone that is free again."""
        for login in {call.seat.login, call.other.login if call.other else call.seat.login}:
            self._changed(login)
            self._serve(login)
        self._changed_colleagues(call)

    def _changed_colleagues(self, call: Call) -> None:
        """Whom one can turn to has changed for those who are in a call."""
        for other in self._calls:
            if other is not call and other.stage in {Stage.TALKING, Stage.HELD}:
                self._changed(other.seat.login)

    def _serve(self, login: str) -> None:
        if timer := self._next.pop(login, None):
            timer.cancel()
        if any(call.stage is Stage.WAITING and call.seat.login == login for call in self._calls):
            loop = asyncio.get_running_loop()
            self._next[login] = loop.call_later(max(self._patience.next, _A_MOMENT), self._ring_next, login)

    def _ring_next(self, login: str) -> None:
        self._next.pop(login, None)
        self._calls = [call for call in self._calls if not call.ended]
        waiting = [call for call in self._calls if call.stage is Stage.WAITING and call.seat.login == login]
        if waiting and self._is_free(login):
            waiting[0].does(Verb.RING)
        elif not (self._is_paused(login) or any(call.busies(login) for call in self._calls)):  # the last one just ends
            self._serve(login)

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
        return _digits(number) or UNKNOWN, _fit(name) or UNKNOWN

    # -- what goes out -------------------------------------------------------------------------------------------------

    def _say(self, event: Event, at: datetime) -> None:
        """One event: completed by the book, taken into it, told to everybody."""
        self._book.fill(event, at)
        self._book.note(event, at)
        self._server.tell(event)

    def _pause(self, interface: str, reason: str) -> bool:
        """Take a phone out of the queue, or (``reason`` "") back in; tell whether there is one."""
        seat = next((one for one in self._seats.values() if one.interface == interface), None)
        if seat:
            paused = {"Paused": "1" if reason else "0", "PausedReason": reason}
            self._say_member("QueueMemberPause", seat, paused)
            self._serve(seat.login)
        return seat is not None

    def _originate(self, keys: Headers) -> str:
        """Have a phone ring that then calls a number; return what is against it. As Asterisk says it, and later."""
        seat = next((one for one in self._seats.values() if one.interface == keys.get("Channel")), None)
        number = _digits(keys.get("Exten", ""))
        if seat is None or not number:
            return "Extension does not exist."
        self._calls = [call for call in self._calls if not call.ended]
        if any(call.busies(seat.login) or self._still_ends(call, seat.login) for call in self._calls):
            return "Device busy"
        cast = self._casting.outward(seat, number, keys.get("ChannelId", ""), keys.get("ActionID", ""))
        asyncio.get_running_loop().call_soon(self._call_out, seat, cast)  # behind the answer
        return ""

    def _say_member(self, name: str, seat: Seat, more: Headers | None = None) -> None:
        """A member came, went or was paused, in the shape of the recorded QueueMemberStatus."""
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
            **(more or {}),
        }
        self._say(Event(name, keys), at)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter in "+0123456789*#")


def _fit(text: str) -> str:
    """Return a text that can stand in a header: no line breaks or other control characters, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_NAME].strip()
