"""Static files, read once. Rule: an address names the content's hash, so that a browser may keep it for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from aiohttp import hdrs, web

from ionas_phone.errors import NotThere

FOREVER: Final = "public, max-age=31536000, immutable"
_NAMED: Final = re.compile(rb'url\("([\w./-]+)"\)')  # what a style sheet loads, by its name below the folder
_TYPES: Final = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}  # not this machine's list


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    body: bytes
    packed: bytes | None  # gzip, where it is worth it
    content_type: str
    digest: str


class StaticFiles:
    """All files below a folder, by their name ("app.css", "vendor/htmx.min.js")."""

    def __init__(self, folder: Path) -> None:
        """Read them."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        bodies = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        sheets = {name: bodies.pop(name) for name in list(bodies) if name.endswith(".css")}
        self.files = {name: _file(name, body) for name, body in bodies.items()}
        self.files |= {name: _file(name, self._addressed(body)) for name, body in sheets.items()}
        digests = "".join(file.digest for file in self.files.values())
        self.version = hashlib.sha256(digests.encode()).hexdigest()[:12]  # a tab of another version is told so

    def url(self, name: str) -> str:
        """Return the address of ``name``; a template that asks for what is not there is a KeyError."""
        return f"/static/{self.files[name].digest}/{name}"

    def _addressed(self, sheet: bytes) -> bytes:
        """Return a style sheet with the addresses of what it loads (fonts), which it can't know, in place of names."""
        return _NAMED.sub(lambda found: f'url("{self.url(found[1].decode())}")'.encode(), sheet)


STATIC = web.AppKey("static", StaticFiles)


async def send(request: web.Request) -> web.Response:
    """GET /static/{digest}/{name}: with another digest (an old page after an update) the file as it is now, unkept."""
    file = request.app[STATIC].files.get(request.match_info["name"])
    if file is None:
        raise NotThere
    packed = file.packed if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "") else None
    response = web.Response(body=packed or file.body, content_type=file.content_type)
    if file.content_type.startswith("text/"):
        response.charset = "utf-8"
    if packed:
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
    response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    response.headers[hdrs.CACHE_CONTROL] = FOREVER if file.digest == request.match_info["digest"] else "no-cache"
    return response


def _file(name: str, body: bytes) -> StaticFile:
    packed = gzip.compress(body, 9, mtime=0)
    content_type = _TYPES.get(PurePosixPath(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(body, packed if len(packed) < len(body) * 0.9 else None, content_type, digest)
