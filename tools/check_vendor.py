"""Other people's files are what their lock says. Rule: name, version, licence and hash of each; nothing beside it.

``webui/static/vendor/vendor.lock.json`` is a list of ``{name, version, licence, file, licence_file, sha256, …}``, files
named from ``webui/``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tools.files import files

VENDOR = "static/vendor"
LOCK = f"{VENDOR}/vendor.lock.json"
FACTS = ("name", "version", "licence", "file", "licence_file", "sha256")


def problems(root: Path) -> list[str]:
    """Return files that are not in the lock, missing, changed, or without their facts."""
    webui = root / "webui"
    there = {path.relative_to(webui).as_posix() for path in files(root, f"webui/{VENDOR}/**/*")}
    if not there:
        return []
    if LOCK not in there:
        return [f"webui/{LOCK} is missing"]
    found: list[str] = []
    listed: set[str] = {LOCK}
    for facts in json.loads((webui / LOCK).read_text(encoding="utf-8")):
        name = facts.get("file", "?")
        found += [f"webui/{LOCK}: {name} has no {fact}" for fact in FACTS if not facts.get(fact)]
        listed |= {name, facts.get("licence_file", "")}
        found += _differs(webui, name, facts.get("sha256", ""))
        if not (webui / facts.get("licence_file", "?")).is_file():
            found.append(f"webui/{LOCK}: the licence of {name} is not there")
    return found + [f"webui/{name} is not in the lock" for name in sorted(there - listed)]


def vendored(root: Path) -> set[Path]:
    """Return the files of other people: their bytes are pinned, our rules for writing don't apply to them."""
    lock = root / "webui" / LOCK
    if not lock.is_file():
        return set()
    return {root / "webui" / facts["file"] for facts in json.loads(lock.read_text(encoding="utf-8"))}


def _differs(webui: Path, name: str, wanted: str) -> list[str]:
    path = webui / name
    if not path.is_file():
        return [f"webui/{name} is in the lock but not there"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        return [f"webui/{name} is not the file the lock describes (its hash differs)"]
    return []
