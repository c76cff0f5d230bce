"""Gives a switchboard FreePBX's shape. Rule: theirs is told in words of our own, ours comes from the docs.

Desk phones dial and transfer in ``from-internal``, customers come in by ``from-trunk``, queue members are
``Local/…@from-queue/n`` whose state is a hint's. The texts are in tests/lab/freepbx/. It is no FreePBX.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from ionas_phone.render import fill

if TYPE_CHECKING:
    from ionas_phone.dialplan import Plan, Written

LINE = "+4961315550724"
QUEUE = "600"
PREFIX = "SUP:"  # what the queue puts before callers' names
DESK = "from-internal"  # where phones dial, and clicks
_TEXTS = Path(__file__).with_name("freepbx")
_README = Path(__file__).parents[2] / "dialplan/README.md"
_INSTALL = Path(__file__).parents[2] / "docs/install.md"


def member(extension: str) -> str:
    """Return the interface of the member at this extension."""
    return f"Local/{extension}@from-queue/n"


def shape(written: Written, plan: Plan) -> Written:
    """Put FreePBX's contexts and its queue behind what was written; let desk phones dial there and sit in it alone.

    Return what is written now: the system name is short, for the sake of FreePBX's call records.
    """
    values = {"plan": plan, "line": LINE, "queue": QUEUE, "prefix": PREFIX, "wait": plan.wait_seconds, "front": front()}
    for text in sorted(_TEXTS.glob("*.conf")):
        with (written.folder / text.name).open("a", encoding="utf-8") as file:
            file.write(fill(text.read_text("utf-8"), **values))
    queues = written.folder / "queues.conf"
    queues.write_text(re.sub(r"(?m)^member => PJSIP/.*\n", "", queues.read_text("utf-8")), "utf-8")
    _manager(written.folder)
    phones = written.folder / "pjsip.conf"
    phones.write_text(phones.read_text("utf-8").replace("context = ionas-desk", f"context = {DESK}"), "utf-8")
    settings = written.folder / "asterisk.conf"
    known, short = written.secrets.system_name, token_hex(6)
    settings.write_text(settings.read_text("utf-8").replace(known, short), "utf-8")
    return replace(written, secrets=replace(written.secrets, system_name=short))


def _manager(folder: Path) -> None:
    """Spread manager.conf over files as FreePBX has them: ours is what docs/install.md has people append to theirs."""
    written = (folder / "manager.conf").read_text("utf-8")
    port = next(line for line in written.splitlines() if line.startswith("port = "))
    commands = _told(_INSTALL, r"cd /etc/asterisk\n((?:.*\n)+?)\s*chown")
    subprocess.run(["/bin/bash", "-euc", commands], cwd=folder, env={"plan": str(folder)}, check=True)
    (folder / "manager_additional.conf").write_text("", "utf-8")
    theirs = f"[general]\nenabled = yes\n{port}\nbindaddr = 127.0.0.1\ndisplayconnects=no\n"
    includes = "#include manager_additional.conf\n#include manager_custom.conf\n"
    (folder / "manager.conf").write_text(theirs + includes, "utf-8")


def front() -> str:
    """Return the steps of the context that dialplan/README.md has people put into extensions_custom.conf."""
    return "\n".join(
        line.removeprefix("  ") for line in _told(_README, r"\[ionas-front\]\n((?:.*\n)+?)\s*```").splitlines()
    )


def _told(document: Path, pattern: str) -> str:
    found = re.search(pattern, document.read_text("utf-8"))
    assert found, f"{document.name} does not tell what a FreePBX gets any more"
    return found[1]
