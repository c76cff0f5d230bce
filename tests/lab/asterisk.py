"""A real Asterisk on loopback. Rule: its configuration is what write_dialplan writes, and behind it ``addition``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ionas_phone.dialplan import Paths, Plan, Trunk, write_dialplan
from ionas_phone.runtime.clock import now
from tests.lab import addition, freepbx, ports, records
from tests.lab.tree import Tree, newest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Collection

    from tests.lab.records import CelRow, QueueLogRow

CARRIER = "127.0.0.2"  # customers call from this address: the trunk is known by it, phones live on 127.0.0.1
BOOT_SECONDS = 20
STOP_SECONDS = 10


class Asterisk:
    """One Asterisk in a temporary folder: ``async with Asterisk.running() as pbx``. Several may run at once."""

    def __init__(
        self,
        major: int | None = None,
        *,
        more: Collection[str] | None = None,
        like_freepbx: bool = False,
        **plan: Any,
    ) -> None:
        """Choose free ports and write the dial plan; ``plan`` are fields of Plan that the test wants otherwise.

        ``major``: of Asterisk's version; the newest that is installed, if none is named.
        ``more``: with the laboratory's addition and these of its queues; ``lab_secret`` is its account's secret then,
        ``lab_port`` the port for applications. ``like_freepbx``: see freepbx.py.
        """
        self.tree = Tree(major or newest())
        self.folder = Path(tempfile.mkdtemp(prefix="ionas-lab-"))
        data = self.tree.data if more is None else addition.with_prompts(self.tree.data, self.folder / "data")
        self.plan = replace(self._plan(data), **plan)
        for name in ("var", "spool", "run", "log"):
            (self.folder / name).mkdir()
        (self.folder / "log/cel-custom").mkdir()  # cel_custom.so writes there and does not make it
        self.written = write_dialplan(self.folder / "etc", self.plan, today=now().date())
        self.lab_secret, self.lab_port = addition.add(self.written, self.plan, more) if more is not None else ("", 0)
        if like_freepbx:
            self.written = freepbx.shape(self.written, self.plan)
        self.process: asyncio.subprocess.Process | None = None
        self._anew: tuple[asyncio.subprocess.Process, socket.socket] | None = None  # it is starting by itself

    def _plan(self, data: Path) -> Plan:
        inside = {name: str(self.folder / name) for name in ("etc", "var", "spool", "run", "log")}
        return Plan(
            asterisk=self.tree.major,
            paths=Paths(modules=str(self.tree.modules), data=str(data), **inside),
            ami_port=ports.free_tcp(),
            sip_address="127.0.0.1",
            sip_port=ports.free_udp(),
            media_address="127.0.0.1",
            rtp_ports=ports.RTP,
            trunk=Trunk(host=CARRIER, port=ports.free_udp(CARRIER)),
        )

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, major: int | None = None, *, more: Collection[str] | None = None, **options: Any
    ) -> AsyncIterator[Asterisk]:
        """Run one; ``options``: see __init__."""
        pbx = cls(major, more=more, **options)
        try:
            await pbx.start()
            yield pbx
        finally:
            await pbx.stop()
            shutil.rmtree(pbx.folder)

    @property
    def ami_url(self) -> str:
        return self.written.ami_url

    @property
    def secret_file(self) -> Path:
        return self.written.secret_file

    @property
    def secret(self) -> str:
        return self.written.secrets.manager

    @property
    def sip(self) -> tuple[str, int]:
        return self.plan.sip_address, self.plan.sip_port

    @property
    def log(self) -> str:
        """Everything in messages.log so far."""
        return (self.folder / "log/messages.log").read_text("utf-8", "replace")

    def queue_log(self) -> list[QueueLogRow]:
        return records.queue_log(self.folder / "log/queue_log")

    def cel(self) -> list[CelRow]:
        return records.cel(self.folder / "log/cel-custom/cel.csv")

    async def start(self) -> None:
        """Return when Asterisk says that it is fully booted (it tells the init system's socket, so we are one)."""
        if self._anew is not None:
            (self.process, ready), self._anew = self._anew, None
            with ready:
                await self._booted(ready)
            return
        program = self.folder / "asterisk"
        program.unlink(missing_ok=True)
        program.symlink_to(self.tree.program)
        with self._ready() as ready, (self.folder / "console").open("ab") as console:
            self.process = await asyncio.create_subprocess_exec(
                *self.tree.command("-C", f"{self.folder}/etc/asterisk.conf", "-f", "-n", program=program),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=_environment() | {"NOTIFY_SOCKET": str(self._place)},
                start_new_session=True,  # Ctrl-C is for us; we then stop it in order
            )
            await self._booted(ready)

    async def starts_anew(self, told: Awaitable[object]) -> None:
        """Have it start itself anew because of ``told``; ``start`` returns when it is there again.

        It then becomes the program it was started as, by itself and not by the loader that its libraries need: a
        script that names both must lie there by then.
        """
        assert self.process is not None
        script = self.folder / "anew"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(self.tree.command())} "$@"\n', "utf-8")
        script.chmod(0o700)
        script.rename(self.folder / "asterisk")
        ready = self._ready()
        await told
        self._anew, self.process = (self.process, ready), None

    @property
    def _place(self) -> Path:
        return self.folder / "run/ready"

    def _ready(self) -> socket.socket:
        """Return the socket on which it will say that it is there."""
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._place.unlink(missing_ok=True)
        ready.bind(str(self._place))
        ready.setblocking(False)
        return ready

    async def _booted(self, ready: socket.socket) -> None:
        async with asyncio.timeout(BOOT_SECONDS):
            while b"READY=1" not in await self._word_from(ready):
                pass

    async def _word_from(self, ready: socket.socket) -> bytes:
        """Return what Asterisk tells its init system next; AssertionError with its console's text if it has died."""
        async with asyncio.TaskGroup() as tasks:
            word = tasks.create_task(asyncio.get_running_loop().sock_recv(ready, 4096))
            assert self.process is not None
            death = tasks.create_task(self.process.wait())
            await asyncio.wait((word, death), return_when=asyncio.FIRST_COMPLETED)
            assert word.done(), (self.folder / "console").read_text("utf-8", "replace")
            death.cancel()
            return word.result()

    async def stop(self) -> None:
        """End it in order: channels are hung up, logs are written. Nothing is left running."""
        await self._end(signal.SIGTERM)

    async def stopped(self) -> None:
        """Return when it has ended because somebody told it to."""
        assert self.process is not None
        async with asyncio.timeout(STOP_SECONDS):
            await self.process.wait()
        self.process = None

    async def kill(self) -> None:
        """End it as a crash would."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop, if it runs, and start with the same configuration, database and ports."""
        await self.stop()
        await self.start()

    async def _end(self, how: signal.Signals) -> None:
        if self._anew is not None:  # nobody has waited for it
            await self.start()
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise

    async def cli(self, command: str) -> str:
        """Run one command of Asterisk's own console and return what it prints."""
        process = await asyncio.create_subprocess_exec(
            *self.tree.command("-C", f"{self.folder}/etc/asterisk.conf", "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=_environment(),
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode("utf-8", "replace")
        return output.decode("utf-8", "replace")

    async def version(self) -> str:
        """Return what `asterisk -V` prints."""
        process = await asyncio.create_subprocess_exec(*self.tree.command("-V"), stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        return output.decode().strip()


def _environment() -> dict[str, str]:
    """Return a plain environment: the machine's language must not change what is printed."""
    return {"PATH": os.defpath, "HOME": "/", "LANG": "C.UTF-8"}
