"""``record FILE.ami``. Rule: only its owner may read the file, and no file that is there is written over."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import signal
from contextlib import suppress
from io import FileIO
from pathlib import Path
from random import SystemRandom

from ionas_phone import logs
from ionas_phone.ami.connection import Link, PbxAddress, Timings
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import PhoneError, SettingWrong, WrongUse
from ionas_phone.live.events import LinkChanged, PbxEvent
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime import clock
from ionas_phone.runtime.masking import Masking
from ionas_phone.runtime.recording import Recording
from ionas_phone.settings import Settings
from ionas_phone.words import N_


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    below = parser.command("record", N_("Write down what a PBX says, for `replay`."), _record)
    below.argument("file", N_("a new file"), "FILE.ami")
    below.option("--mask", N_("replace phone numbers by invented ones; names stay"), action="store_true")
    below.option("--seconds", N_("how long; until Ctrl-C by default"), type=float, metavar="60")
    below.option("--pbx", N_("the PBX's name, if IONAS_PBX_URLS names several"), metavar="NAME")


def _record(arguments: argparse.Namespace, terminal: Terminal) -> int:
    seconds: float | None = arguments.seconds
    if seconds is not None and not 0 < seconds < math.inf:
        raise WrongUse("--seconds must be more than 0.")
    settings = Settings.from_env()
    logs.configure("error", settings.log_format)  # what is to be known is said in sentences
    for secret in settings.secrets:
        logs.register_secret(secret)
    address = _address(settings, arguments.pbx)
    change = Masking(SystemRandom(), settings.lines) if arguments.mask else bytes
    with _created(arguments.file) as file:
        recording = Recording(lambda data: _write(file, data), change)
        listener = _Listener(address, recording, terminal, arguments.file)
        asyncio.run(listener.listen(seconds))
    if not listener.was_up:
        Path(arguments.file).unlink()
        raise PhoneError("Nothing was written down: %(pbx)s never answered as it should.", pbx=address.name)
    terminal.say(N_("%(count)d events are written into %(file)s."), count=listener.events, file=arguments.file)
    return 0


def _address(settings: Settings, name: str | None) -> PbxAddress:
    """Return the PBX that is meant. Raises SettingWrong, WrongUse."""
    known = [PbxAddress.parse(url, secret) for url, secret in zip(settings.pbx_urls, settings.pbx_secrets, strict=True)]
    if not known:
        raise SettingWrong("IONAS_PBX_URLS names no PBX to listen to.")
    found = [address for address in known if name in {None, address.name}]
    if len(found) != 1:
        raise WrongUse("Say which PBX with --pbx: %(names)s.", names=", ".join(address.name for address in known))
    return found[0]


def _created(path: str) -> FileIO:
    """Make a new file that only its owner may read. Raises PhoneError."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
    except FileExistsError:
        raise PhoneError("%(path)s is there already; name another file.", path=path) from None
    except OSError as error:
        raise PhoneError("%(path)s can't be written (%(why)s).", path=path, why=error.strerror) from error


def _write(file: FileIO, data: bytes) -> None:
    """Write all of it, at once: what is written stays, however this ends."""
    while data:
        data = data[file.write(data) :]


class _Listener:
    """One link and where its bytes go."""

    def __init__(self, address: PbxAddress, recording: Recording, terminal: Terminal, path: str) -> None:
        self.was_up = False
        self._recording = recording
        self._terminal = terminal
        self._path = path
        self._trouble: OSError | None = None
        self._stop = asyncio.Event()
        # No look at the lists now and then: they are not what happened.
        self._link = Link(address, self._hear, clock.now, tap=self._take, timings=Timings(check=math.inf))

    @property
    def events(self) -> int:
        return self._recording.events

    async def listen(self, seconds: float | None) -> None:
        """Listen until somebody ends it or ``seconds`` are over. Raises PhoneError if the file can't be written."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._link.run())
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stop.wait()
            await self._link.stop()
        if self._trouble:
            raise PhoneError("%(path)s can't be written (%(why)s).", path=self._path, why=self._trouble.strerror)

    def _take(self, data: bytes, system_name: str) -> None:
        try:
            self._recording.take(data, system_name)
        except OSError as error:
            self._trouble = error
            self._stop.set()

    def _hear(self, event: PbxEvent, _received: float) -> None:
        if not isinstance(event, LinkChanged):
            return
        if event.state is LinkState.UP:
            self.was_up = True
            self._terminal.say(N_("What %(pbx)s says is written down; Ctrl-C ends it."), pbx=event.pbx)
        elif event.reason:
            self._terminal.complain(PhoneError(event.reason))
