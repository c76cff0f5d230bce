"""What the failures share: one busy line for all that spoil only the wire. Rule: it rings meanwhile only."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, complaints, profile
from tests.failures.scene import Scene, switchboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["chromium", "complaints", "profile"]


@pytest.fixture(scope="package")
async def scene(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The newest Asterisk, customers who call all the time, and the service on SQLite behind a relay."""
    folder = tmp_path_factory.mktemp("failures")
    file = shutil.copy(migrated_file, folder / "ionas.db")
    async with switchboard() as pbx, Scene.set(pbx, f"sqlite+aiosqlite:///{file}", folder) as set_:
        yield set_
