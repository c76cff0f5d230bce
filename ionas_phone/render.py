"""The only jinja2: pages, regions and text files. Rule: StrictUndefined always, autoescape wherever a browser reads it.

One environment serves all languages: the language and the instant are values of each render, so that nothing is shared
between two people. Durations are whole numbers computed here, on the server's clock; the browser only lets them tick.
What is compiled of a template or a catalogue is kept by its text: whoever reads the same again need not compile it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from types import CodeType

import jinja2
from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from jinja2.bccache import Bucket
from jinja2.runtime import Context

from ionas_phone.errors import Cents, PhoneError
from ionas_phone.support import customer_words, phone_numbers

LOCALES = {"de": "de_DE", "en": "en_GB"}  # which formats a language gets: English with day before month


@dataclass(frozen=True, slots=True)
class Language:
    """A language pages are written in: its words and its formats."""

    code: str
    locale: Locale
    words: GNUTranslations


class _Compiled(jinja2.BytecodeCache):
    """The code of templates, by name and text; it knows no language, no time zone and nobody's values."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Renderer:
    """Templates of one ``webui`` folder, filled for one person at one instant."""

    def __init__(self, webui: Path, timezone: tzinfo, static: Callable[[str], str]) -> None:
        """Read the catalogues below ``webui``; ``static`` gives the address of a static file by its name."""
        self.languages = {code: read_language(webui / "locale", code) for code in LOCALES}
        self._timezone = timezone
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(webui / "templates"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_COMPILED,
        )
        self._environment.globals["static"] = static
        self._environment.filters.update(self._filters())
        self._environment.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension
            jinja2.pass_context(lambda context, text: self._of(context).words.gettext(text)),
            jinja2.pass_context(lambda context, one, many, count: self._of(context).words.ngettext(one, many, count)),
            newstyle=True,
        )

    def html(self, template: str, language: str, now: datetime, values: Mapping[str, object]) -> str:
        """Fill ``template`` for ``language`` at the instant ``now``. A missing value raises UndefinedError."""
        return self._environment.get_template(template).render(values, language=language, now=now)

    def sentence(self, error: PhoneError, language: str) -> str:
        """Return what ``error`` says, in ``language``; plain text, not yet escaped."""
        reader = self.languages[language]
        text = reader.words.gettext(error.message)
        said = {name: money(v, reader.locale) if isinstance(v, Cents) else v for name, v in error.values.items()}
        return text % said if said else text

    def _of(self, context: Context) -> Language:
        return self.languages[context["language"]]

    def _filters(self) -> dict[str, Callable[..., object]]:
        """Return the filters; those that depend on the reader's language or on ``now`` are given the context."""
        zone = self._timezone

        def local(form: Callable[..., str], pattern: str) -> Callable[[Context, datetime], str]:
            def show(context: Context, at: datetime) -> str:
                return form(at.astimezone(zone), pattern, locale=self._of(context).locale)

            return jinja2.pass_context(show)

        return {
            "day": local(format_date, "medium"),
            "date": jinja2.pass_context(
                lambda context, day: format_date(day, "medium", locale=self._of(context).locale)
            ),
            "clock": local(format_time, "HH:mm"),
            "clock_seconds": local(format_time, "HH:mm:ss"),
            "money": jinja2.pass_context(lambda context, cents: money(cents, self._of(context).locale)),
            "territory": jinja2.pass_context(lambda context, code: territory(code, self._of(context).locale)),
            "elapsed_ms": jinja2.pass_context(lambda context, at: elapsed_ms(at, context["now"])),
            "since": jinja2.pass_context(lambda context, at: duration(elapsed_ms(at, context["now"]) // 1000)),
            "translated": jinja2.pass_context(lambda context, text: self._of(context).words.gettext(text)),
            "sentence": jinja2.pass_context(lambda context, error: self.sentence(error, context["language"])),
            "minutes": minutes,
            "duration": duration,
            "stopwatch": stopwatch,
            "phone": phone_numbers.display,
            "marked": customer_words.marked,
        }


def read_language(folder: Path, code: str) -> Language:
    """Read ``folder``/<code>/LC_MESSAGES/messages.po into memory; there are no compiled catalogues to forget."""
    return _language(code, (folder / code / "LC_MESSAGES" / "messages.po").read_bytes())


@lru_cache(maxsize=8)
def _language(code: str, catalogue: bytes) -> Language:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(catalogue), locale=code, abort_invalid=True))
    compiled.seek(0)
    return Language(code, Locale.parse(LOCALES[code]), GNUTranslations(compiled))


def money(cents: int, locale: Locale) -> str:
    """Return whole ``cents`` as euros: 123456 -> "1.234,56 €"."""
    return format_currency(Decimal(cents).scaleb(-2), "EUR", locale=locale)


def territory(code: str, locale: Locale) -> str:
    """Return what a country is called: "AT" -> "Österreich"; the code itself if nobody knows."""
    return str(locale.territories.get(code, code))


def minutes(seconds: int) -> int:
    """Return the full minutes in ``seconds``: only those are ever counted."""
    return seconds // 60


def elapsed_ms(at: datetime, now: datetime) -> int:
    """Return the milliseconds from ``at`` until ``now``, never less than none: a PBX's clock may run ahead of ours."""
    return max(0, round((now - at).total_seconds() * 1000))


def duration(seconds: int) -> str:
    """Return "01:37", from an hour on "01:02:03"; live.js lets the same form tick."""
    hours, rest = divmod(seconds, 3600)
    short = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours:02}:{short}" if hours else short


def stopwatch(seconds: int) -> str:
    """Return "00:17:42"; timer.js lets the same form tick."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def fill(source: str, **values: object) -> str:
    """Fill a plain text ``source`` (no HTML escaping: dial plans, mails). A missing value raises UndefinedError."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - plain text, never HTML
    return environment.from_string(source).render(values)
