"""Who may do what. Rule: only somebody known, from a page of ours, with the permission named, gets through.

The browser holds a random token in a cookie that no script can read; the store knows only the token's hash. SameSite
alone does not protect (a page on another port is the same site), so every unsafe request must say where it comes from.
"""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from aiohttp import hdrs, web

from ionas_phone.addresses import is_loopback
from ionas_phone.errors import Foreign, NotAllowed, SignedOut, StoreAway
from ionas_phone.store import logins
from ionas_phone.store.database import Database
from ionas_phone.store.logins import Login
from ionas_phone.support.users import Permission, User
from ionas_phone.web.context import Context, context

COOKIE: Final = "__Host-ionas"
PERSON: Final = "Ionas-Person"  # header: whose page a script of ours runs on (log-in name, percent-encoded)
PERSON_FIELD: Final = "person"  # and of a form that is sent without a script of ours: the field that says so
REMEMBERED: Final = 1000  # log-ins known while the database is away
_SAFE: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class LogIn:
    """A person's signed-in browser. ``token_hash``: all that the store knows of its token (SHA-256)."""

    token_hash: bytes
    login: Login
    user: User

    @property
    def owner(self) -> str:
        """What the streams of this log-in are watched under."""
        return owner_of(self.login.id)


def owner_of(login_id: int) -> str:
    """Return what the streams of this log-in are watched under."""
    return f"log-in/{login_id}"


LOG_IN: Final = web.RequestKey("log_in", LogIn)


def hash_of(token: str) -> bytes:
    """Return what the store knows of ``token``."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()  # a cookie may hold any bytes


async def find_log_in(world: Context, token_hash: bytes) -> LogIn | None:
    """Return the log-in as it stands now; None if it ran out, was revoked, or its user was disabled."""
    async with world.database.glance() as connection:
        found = await logins.find(connection, token_hash, world.now())
    return LogIn(token_hash, *found) if found else None


def signed_in(request: web.Request) -> User:
    """Return who is signed in. Raises SignedOut."""
    log_in: LogIn | None = request.get(LOG_IN)
    if log_in is None:
        raise SignedOut
    return log_in.user


def requires(permission: Permission) -> Callable[[Handler], Handler]:
    """Let only those in whose role includes ``permission``. Raises SignedOut, NotAllowed."""

    def decorate(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not signed_in(request).may(permission):
                raise NotAllowed
            return await handler(request)

        guarded.permission = permission  # type: ignore[attr-defined] # a test asks every route for it
        return guarded

    return decorate


class Known:
    """The log-ins found lately. They hold while the database is away: the ring must be seen, nobody can be revoked.

    Their use lets the idle time begin anew. That is a write, so it is noted here and written down when there is time.
    """

    def __init__(self) -> None:
        """Begin with nobody known."""
        self._found: OrderedDict[bytes, LogIn] = OrderedDict()
        self._used: dict[int, datetime] = {}  # log-in -> its latest use that is not written down

    async def find(self, world: Context, token_hash: bytes) -> LogIn | None:
        """Return the log-in as the database knows it, or as it was known last. Raises StoreAway for strangers."""
        try:
            log_in = await find_log_in(world, token_hash)
        except StoreAway:
            known = self._found.get(token_hash)
            if known is None or not known.login.holds(world.now()):
                raise
            return known
        self.forget(token_hash)
        if log_in:
            self._found[token_hash] = log_in
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
            if log_in.login.wants_touch(world.now()):
                self._used[log_in.login.id] = world.now()
        return log_in

    def forget(self, token_hash: bytes) -> None:
        """Know this log-in no more."""
        self._found.pop(token_hash, None)

    def forget_all(self, login_ids: Container[int]) -> None:
        """Know these log-ins no more."""
        for token_hash in [known for known, log_in in self._found.items() if log_in.login.id in login_ids]:
            del self._found[token_hash]

    async def write_uses(self, database: Database) -> None:
        """Write down who was here lately. Raises StoreAway; what could not be written is kept for the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            async with database.write() as connection:
                for login_id, at in sorted(used.items()):
                    await logins.touch(connection, login_id, at)
        except StoreAway:
            self._used = used | self._used
            raise


KNOWN: Final = web.AppKey("known", Known)


@web.middleware
async def know_who(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find the log-in the cookie stands for; static files and the readiness check need none.

    What Anna typed is not saved as Ben's because he signed in over her page: to her page everybody is signed out.
    """
    token = request.cookies.get(COOKIE)
    if token and not request.path.startswith(("/static/", "/healthz")):
        log_in = await request.app[KNOWN].find(context(request), hash_of(token))
        if log_in and await _whose_pages(request) <= {log_in.user.login}:
            request[LOG_IN] = log_in
    return await handler(request)


async def _whose_pages(request: web.Request) -> set[str]:
    """Return the log-in names of those on whose pages this was asked, as far as the pages say so."""
    said = [unquote(name) for name in request.headers.getall(PERSON, ())]
    if request.method == hdrs.METH_POST:  # the form has been read before
        said += map(str, (await request.post()).getall(PERSON_FIELD, ()))
    return set(said)


@web.middleware
async def only_from_our_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whatever could change something, or opens a stream, unless a page of ours asks for it. Raises Foreign."""
    opens_stream = request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
    if (request.method not in _SAFE or opens_stream) and not _is_ours(request):
        log.warning("foreign_origin", origin=request.headers.get(hdrs.ORIGIN), public_url=context(request).public_url)
        raise Foreign  # the log helps whoever forgot IONAS_PUBLIC_URL behind a proxy
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:  # browsers leave it out of some same-origin requests; no browser lets a page forge the other
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    public = context(request).public_url
    if public:
        return origin.lower() == public
    return _is_this_machine(origin, request)


def _is_this_machine(origin: str, request: web.Request) -> bool:
    """Tell whether ``origin`` is our own port on loopback, by any name: without a proxy there is nothing else."""
    transport = request.transport
    own = transport.get_extra_info("sockname") if transport else None
    try:
        url = urlsplit(origin)
        return (
            url.scheme == "http" and is_loopback(url.hostname or "") and own is not None and (url.port or 80) == own[1]
        )
    except ValueError:
        return False
