"""Templates keep the content security policy and use gettext. Rule: nothing inline, nothing unescaped, no bare words.

Jinja's own parts are blanked out first (line breaks stay, so that lines can be named), the rest is read as HTML.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from tools.check_vendor import vendored
from tools.files import files, place

_BLANKED = (
    re.compile(r"\{#.*?#\}", re.DOTALL),
    re.compile(r"\{%-?\s*trans\b.*?\bendtrans\s*-?%\}", re.DOTALL),
    re.compile(r"\{%.*?%\}", re.DOTALL),
    re.compile(r"\{\{.*?\}\}", re.DOTALL),
)
_UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\s*\(")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# What a reader sees or hears although it stands in an attribute.
_SPOKEN = {"title", "placeholder", "alt", "aria-label", "aria-description", "aria-roledescription", "label", "content"}
_SILENT_META = {"viewport", "color-scheme", "referrer", "robots", "htmx-config"}
# Names, and what is printed on keys, are the same in every language.
_NAMES = re.compile(r"\bionas\b|\bEsc\b")


def problems(root: Path) -> list[str]:
    """Return every place in ``webui/templates`` that breaks a rule."""
    found: list[str] = []
    theirs = vendored(root)
    for path in files(root, "webui/templates/**/*.html"):
        if path in theirs:
            continue
        source = path.read_text(encoding="utf-8")
        reader = _Reader()
        reader.feed(blanked(source))
        reader.close()
        found += [f"{place(root, path, line)} {what}" for line, what in reader.found]
        for number, line in enumerate(source.splitlines(), 1):
            if _UNESCAPED.search(line):
                found.append(f"{place(root, path, number)} turns escaping off")
    return found


def blanked(source: str) -> str:
    """Return ``source`` with everything of Jinja's taken out, line for line."""
    for pattern in _BLANKED:
        source = pattern.sub(lambda found: "\n" * found[0].count("\n"), source)
    return source


class _Reader(HTMLParser):
    """Reads a template as HTML and keeps what is wrong as (line, what)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag and its attributes."""
        have = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in have:
            self._say("has an inline script")
        if tag == "style" or "style" in have:
            self._say("has inline style")
        if tag == "button" and "type" not in have:
            self._say("has a button without type")
        for name, value in have.items():
            self._look_at(tag, name, value, have)

    def _look_at(self, tag: str, name: str, value: str, have: dict[str, str]) -> None:
        if name.startswith(("on", "hx-on")):
            self._say(f"has an inline handler ({name})")
        if re.match(r"\s*(js|javascript)\s*:", value, re.IGNORECASE):
            self._say(f"has code in {name}")
        if name == "hx-trigger" and "[" in value:
            self._say("has a trigger filter, which is eval")
        silent = tag == "meta" and (have.get("name") in _SILENT_META or "http-equiv" in have)
        if name in _SPOKEN and not silent and _has_words(value):
            self._say(f"says {value.strip()!r} in {name} without gettext")
        if tag == "input" and name == "value" and have.get("type") in {"submit", "button"} and _has_words(value):
            self._say(f"says {value.strip()!r} on a button without gettext")

    def handle_data(self, data: str) -> None:
        """Look at the text between tags."""
        if self.cdata_elem is None and _has_words(data):
            self._say(f"says {' '.join(data.split())!r} without gettext", data)

    def _say(self, what: str, data: str = "") -> None:
        blank_lines = data[: len(data) - len(data.lstrip())].count("\n")
        self.found.append((self.getpos()[0] + blank_lines, what))


def _has_words(text: str) -> bool:
    return _LETTERS.search(_NAMES.sub("", text)) is not None
