"""The service as its administrator runs it: a process that can be killed. Rule: all it is told is its environment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHECKOUT = Path(__file__).parents[2]
START_SECONDS, STOP_SECONDS = 20, 10


class Serving:
    """``python -m ionas_phone serve``. ``url``: its desk; ``folder``: where its log ("said") is.

    ``environ``: tests.service.environment(…), for a busy line with ``**scene.ours(pbx)``. ``within``: a command that
    prepares something and then becomes the one that follows it.
    """

    def __init__(self, folder: Path, environ: dict[str, str], within: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.within = within
        self.url = ""
        self.process: asyncio.subprocess.Process | None = None
        ours = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)}
        self._environ = (
            ours | {"IONAS_DATA": str(folder), "IONAS_HTTP": "127.0.0.1:0", "IONAS_LANGUAGE": "en"} | environ
        )

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, folder: Path, environ: dict[str, str], within: tuple[str, ...] = ()
    ) -> AsyncIterator[Serving]:
        """Have it serve pages inside the block."""
        serving = cls(folder, environ, within)
        await serving.start()
        try:
            yield serving
        finally:
            await serving.kill()

    @property
    def said(self) -> str:
        """Everything on its standard error so far, over all starts."""
        return (self.folder / "said").read_text("utf-8", "replace")

    async def start(self) -> None:
        """Return when its pages are served; AssertionError with what it said if it ends instead."""
        with (self.folder / "said").open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                *(*self.within, sys.executable, "-m", "ionas_phone", "serve"),
                cwd=self.folder,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            line = (await self.process.stdout.readline()).decode()
        assert "http" in line, self.said
        self.url = line[line.index("http") :].strip()

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it in order."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(STOP_SECONDS):
            await process.communicate()
