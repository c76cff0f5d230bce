"""A PostgreSQL of our own for one test run: in a folder of its own, on a socket of its own, gone at the end.

It is started from Debian's package, as the user postgres when we are root (it refuses root), and dies with us even if
we are killed. A migrated template is copied for each test.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from ionas_phone.store.migrate import migrate

_BINARIES = Path("/usr/lib/postgresql")
_START_SECONDS = 30
_NO_SYNC = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
_MISSING = "PostgreSQL's server is missing, and nothing is skipped here: tests/lab/install.sh installs it."


class PostgreSQL:
    """A running server. Its log-in is by the socket, without a password: only we can reach the folder."""

    def __init__(self) -> None:
        self.binaries = _newest()
        self.folder = Path(tempfile.mkdtemp(prefix="ionas-pg-"))
        self._names = (f"test_{number}" for number in itertools.count(1))
        self._process: subprocess.Popen[str] | None = None
        self._said: list[str] = []

    def start(self) -> None:
        """Make the cluster on the first call, and run it until ``stop``."""
        data = self.folder / "data"
        if not data.exists():
            if os.geteuid() == 0:
                shutil.chown(self.folder, "postgres", "postgres")
            # German sorting, as in production: what only holds in the order of bytes shall be found out.
            locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de-DE")
            command: list[str | Path] = [
                self.binaries / "initdb",
                "-D",
                data,
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                *locale,
            ]
            _run(self._as_postgres(*command), self.folder)
        settings = (*_NO_SYNC, "listen_addresses=", f"unix_socket_directories={self.folder}", "log_min_messages=log")
        options = [part for setting in settings for part in ("-c", setting)]
        self._process = subprocess.Popen(
            self._as_postgres(self.binaries / "postgres", "-D", data, *options),
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(self._process, ready), daemon=True)
        self._listener.start()
        if not ready.wait(_START_SECONDS) or self._process.poll() is not None:
            pytest.fail("PostgreSQL does not start: " + "".join(self._said[-5:]))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server; SIGINT: in order, SIGQUIT: as in a power cut."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START_SECONDS)
            self._listener.join(_START_SECONDS)  # it reads to the end, and only then may the pipe be closed
            if self._process.stderr:
                self._process.stderr.close()
            self._process = None

    def remove(self) -> None:
        """Stop the server and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, name: str) -> str:
        """Return the URL of one database, as IONAS_DATABASE_URL takes it."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def create(self, name: str) -> None:
        """Make an empty database, where no loop runs."""
        command: list[str | Path] = [
            self.binaries / "createdb",
            "-h",
            self.folder,
            "-U",
            "postgres",
            "--template=template0",
            name,
        ]
        _run(command, self.folder)

    async def new(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = next(self._names)
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def execute(self, statement: str) -> None:
        """Execute a statement that concerns no single database of ours."""
        connection = await asyncpg.connect(user="postgres", database="postgres", host=str(self.folder))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def dump(self, name: str) -> str:
        """Return all definitions of a database, as SQL."""
        command: list[str | Path] = [
            self.binaries / "pg_dump",
            "--schema-only",
            "--no-owner",
            "-h",
            self.folder,
            "-U",
            "postgres",
            name,
        ]
        return _run(command, self.folder)

    def _as_postgres(self, *command: str | Path) -> list[str | Path]:
        who = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *who, "--pdeathsig=INT", *command]

    def _listen(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        """Drain what the server says until it ends; note when it is ready (or never will be)."""
        for line in process.stderr or ():
            self._said = [*self._said[-20:], line]
            if "ready to accept connections" in line:
                ready.set()
        ready.set()


def _run(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        pytest.fail(f"{Path(command[0]).name} fails: {done.stderr}")
    return done.stdout


def _newest() -> Path:
    found = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail(_MISSING)
    return found[-1].parent


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The server of this run; its database ``migrated`` is the template of the tests' databases."""
    server = PostgreSQL()
    try:
        server.start()
        server.create("migrated")
        migrate(server.url("migrated"))
        yield server
    finally:
        server.remove()
