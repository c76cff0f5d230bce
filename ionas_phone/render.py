"""The only jinja2: pages, regions and text files. Rule: StrictUndefined always, autoescape wherever a browser reads it."""

from __future__ import annotations

import jinja2


def fill(source: str, **values: object) -> str:
    """Fill a plain text ``source`` (no HTML escaping: dial plans, mails). A missing value raises UndefinedError."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - plain text, never HTML
    return environment.from_string(source).render(values)
