"""What the laboratory adds to the product's dial plan. Rule: it only adds; not a line of the product's own is changed.

Further lines, each leading to one thing that a switchboard may do to a call; feature codes; parking; a manager account
that may act; a place for an application. The texts are in tests/lab/addition/.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from ionas_phone.dialplan.sounds import wav
from ionas_phone.render import fill
from tests.lab import ports

if TYPE_CHECKING:
    from collections.abc import Collection

    from ionas_phone.dialplan import Plan, Written

USER = "lab"  # at the manager interface, and for applications
LINES = {
    "ringall": "+4961315550711",
    "codes": "+4961315550712",
    "local": "+4961315550713",
    "localopt": "+4961315550714",
    "autopause": "+4961315550715",
    "wrapup": "+4961315550716",
    "empty": "+4961315550717",
    "full": "+4961315550718",
    "chain": "+4961315550719",
    "key": "+4961315550720",
    "shared": "+4961315550721",
    "other": "+4961315550722",
    "direct": "+4961315550723",
}
QUEUES = (
    *("ringall", "local", "localopt", "autopause", "wrapup", "first", "second"),
    *("empty", "full", "key", "shared", "other"),
)
CHAIN_SECONDS = 2  # how long a caller waits in the first of two queues
_PROMPTS = ("pbx-transfer", "pbx-invalid", "pbx-invalidparked", "beep", "beeperr")
_SHORT = ((880.0, 0.1),)  # (Hz, seconds)
_TEXTS = Path(__file__).with_name("addition")


def add(written: Written, plan: Plan, queues: Collection[str]) -> tuple[str, int]:
    """Put the addition with these ``queues`` behind what was written.

    Return the secret of the account that may act, and the port at which applications (ARI) steer with the same one.

    Every queue with a seat for a phone tells whatever that phone does: who wants short recordings takes few.
    """
    secret = secrets.token_urlsafe(24)
    port = ports.free_tcp()
    values = {"plan": plan, "lines": LINES, "chain_seconds": CHAIN_SECONDS, "queues": queues}
    values |= {"application": USER, "secret": secret, "port": port}
    for text in sorted(_TEXTS.glob("*.conf")):
        with (written.folder / text.name).open("a", encoding="utf-8") as file:
            file.write(fill(text.read_text("utf-8"), sounds=f"{written.folder}/sounds", **values))
    return secret, port


def with_prompts(shipped: Path, folder: Path) -> Path:
    """Return a data folder like ``shipped`` whose prompts are tones: feature codes do nothing without their prompts."""
    (folder / "sounds").mkdir(parents=True)
    for entry in shipped.iterdir():
        if entry.name != "sounds":
            (folder / entry.name).symlink_to(entry)
    for prompt in _PROMPTS:
        (folder / "sounds" / f"{prompt}.wav").write_bytes(wav(_SHORT))
    return folder
