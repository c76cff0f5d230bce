"""An Asterisk whose configuration somebody has spoilt. Rule: a change that changes nothing is a mistake of the test."""

from __future__ import annotations

import contextlib
import re
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.lab.asterisk import Asterisk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Change(NamedTuple):
    """In ``file`` every line that ``pattern`` matches from its beginning becomes ``text``."""

    file: str
    pattern: str
    text: str = ""


@contextlib.asynccontextmanager
async def altered(major: int | None, *changes: Change, **plan: Any) -> AsyncIterator[Asterisk]:
    """Run an Asterisk with these changes to what the product writes; ``plan``: see Asterisk."""
    pbx = Asterisk(major, **plan)
    try:
        for change in changes:
            path = pbx.folder / "etc" / change.file
            text, count = re.subn(f"^{change.pattern}.*", change.text, path.read_text("utf-8"), flags=re.MULTILINE)
            assert count, change
            path.write_text(text, "utf-8")
        await pbx.start()
        yield pbx
    finally:
        await pbx.stop()
        shutil.rmtree(pbx.folder)
