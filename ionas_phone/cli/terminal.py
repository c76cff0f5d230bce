"""Where a command speaks. Rule: results on standard output, complaints on standard error, one language for both."""

from __future__ import annotations

import getpass
import sys
from typing import TextIO

from ionas_phone.errors import PhoneError, WrongUse
from ionas_phone.render import read_language
from ionas_phone.shipped import shipped
from ionas_phone.words import N_


class Terminal:
    """Three streams and the words of one language ("de" or "en")."""

    def __init__(
        self, language: str, source: TextIO | None = None, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        """Speak ``language``, on the process's own streams unless others are given."""
        self._words = read_language(shipped("webui") / "locale", language).words
        self._source = sys.stdin if source is None else source
        self._out = sys.stdout if out is None else out
        self._err = sys.stderr if err is None else err

    def gettext(self, sentence: str) -> str:
        """Return ``sentence`` in this terminal's language."""
        return self._words.gettext(sentence)

    def say(self, sentence: str, **values: object) -> None:
        """Write a marked ``sentence`` with its ``values`` as a line of the result."""
        self.line(self._filled(sentence, values))

    def line(self, text: str) -> None:
        """Write ``text`` as it is."""
        self._out.write(f"{text}\n")
        self._out.flush()  # whoever waits for the line may be reading a pipe

    def complain(self, error: PhoneError, before: str = "") -> None:
        """Write what ``error`` says to standard error, on one line; ``before`` says where."""
        detail = f" ({error.detail})" if error.detail else ""
        self._err.write(f"ionas-phone: {before}{self._filled(error.message, error.values)}{detail}\n")

    def password(self) -> str:
        """Ask for a new password, twice and without echo; not from a terminal: take the first line. Raises WrongUse."""
        if not self._source.isatty():
            return self._source.readline().rstrip("\r\n")
        first = getpass.getpass(self.gettext(N_("Password: ")))
        if getpass.getpass(self.gettext(N_("The same again: "))) != first:
            raise WrongUse("The two passwords differ.")
        return first

    def _filled(self, sentence: str, values: dict[str, object]) -> str:
        text = self.gettext(sentence)
        return text % values if values else text
