"""Writes the plan into a folder. Rule: nothing that a person made or changed is ever overwritten."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ionas_phone.dialplan.files import CONFIDENTIAL, SECRET_FILE, configuration, recordings
from ionas_phone.dialplan.plan import Paths, Secrets
from ionas_phone.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from ionas_phone.dialplan.plan import Plan

MARKER = ".ionas-dialplan.json"


@dataclass(frozen=True)
class Written:
    """What was written: ``files`` (relative to ``folder``), how the service finds the PBX, where its secret lies."""

    folder: Path
    files: tuple[str, ...]
    ami_url: str
    secret_file: Path
    secrets: Secrets


@dataclass(frozen=True)
class _Note:
    """What the marker file says: which files are ours, with their SHA-256, and the secrets to keep."""

    files: dict[str, str]
    secrets: Secrets | None


def write_dialplan(folder: Path, plan: Plan, *, today: date) -> Written:
    """Write configuration, sounds, music and manager secret into ``folder``; public holidays from ``today``'s year on.

    Written again into the same folder, it keeps the secrets, brings the configuration up to date and leaves sounds and
    music as they are. Raises PhoneError, having written nothing, if the folder holds something that is not ours.
    """
    try:
        former = _former(folder)
        secrets = plan.secrets or _kept_secrets(plan, former.secrets)
        paths = plan.paths or Paths.debian(str(folder.resolve()), plan.asterisk)
        files = configuration(plan, paths, secrets, today)
        _refuse_changed(folder, files, former)
        files |= {name: sound for name, sound in recordings().items() if name not in former.files}
        _write(folder, files)
        note = _Note(former.files | {name: _hash(content) for name, content in files.items()}, secrets)
        _put(folder / MARKER, json.dumps(asdict(note), indent=1).encode(), mode=0o600)
    except OSError as error:
        raise PhoneError("%(folder)s can't be written: %(why)s.", folder=folder, why=error.strerror) from error
    url = f"ami://{plan.ami_user}@127.0.0.1:{plan.ami_port}"
    return Written(folder, tuple(sorted(files)), url, folder / SECRET_FILE, secrets)


def _former(folder: Path) -> _Note:
    """Read our note of the last time; a folder with other things in it is refused."""
    if (folder / MARKER).exists():
        try:
            note = json.loads((folder / MARKER).read_text("utf-8"))
            return _Note(dict(note["files"]), Secrets(**note["secrets"]))
        except (ValueError, KeyError, TypeError) as error:
            raise PhoneError("%(path)s is damaged. Name a new folder.", path=folder / MARKER) from error
    if folder.exists() and any(folder.iterdir()):
        raise PhoneError("%(folder)s is not empty. Name a new folder, and compare the two yourself.", folder=folder)
    return _Note({}, None)


def _kept_secrets(plan: Plan, kept: Secrets | None) -> Secrets:
    """Return the folder's secrets, with new ones for phones that are new."""
    fresh = Secrets.fresh(phone.extension for phone in plan.phones)
    if kept is None:
        return fresh
    phones = {extension: kept.phones.get(extension, secret) for extension, secret in fresh.phones.items()}
    return Secrets(kept.system_name, kept.manager, phones)


def _refuse_changed(folder: Path, files: Mapping[str, bytes], former: _Note) -> None:
    """Raise PhoneError if one of ``files`` lies there and is not as we wrote it."""
    for name in files:
        path = folder / name
        if path.exists() and _hash(path.read_bytes()) != former.files.get(name):
            raise PhoneError(
                "%(path)s was changed by hand. Move it aside, write the plan again, and carry your change over.",
                path=path,
            )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, content, mode=0o600 if name in CONFIDENTIAL else 0o644)


def _put(path: Path, content: bytes, *, mode: int) -> None:
    """Write beside and rename: never half a file, and a secret is never readable for others, not even for a moment."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=mode, exist_ok=False)
    beside.write_bytes(content)
    beside.chmod(mode)
    beside.replace(path)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
