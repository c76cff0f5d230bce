"""The PBX's own manager.conf, where it lies on this machine. Rule: what can't be read counts as not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.manager_conf import ManagerConf, from_text


def manager_conf(folder: Path, address: PbxAddress) -> ManagerConf | None:
    """Return what ``folder``'s manager.conf says about our account, if that is the account of ``address``."""

    def included(name: str) -> Iterator[str]:
        place = folder / name  # an absolute name stays what it is
        for path in sorted(place.parent.glob(place.name)):
            yield _text(path)

    return from_text(_text(folder / "manager.conf"), included, address.user, address.secret)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
