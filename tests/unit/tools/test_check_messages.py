from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.check_messages import problems

HEADER = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
GOOD = 'msgid "Desk"\nmsgstr "Arbeitsplatz"\n\nmsgid "%(n)d call"\nmsgid_plural "%(n)d calls"\n'
GOOD += 'msgstr[0] "%(n)d Anruf"\nmsgstr[1] "%(n)d Anrufe"\n'


@pytest.fixture
def german(write: Callable[[str, str], Path]) -> Callable[[str], None]:
    """A checkout with two sentences, an English catalogue, and the German one the test gives."""
    write("ionas_phone/a.py", 'N_("Desk")\nt.ngettext("%(n)d call", "%(n)d calls", n)\n')
    write("webui/locale/en/LC_MESSAGES/messages.po", HEADER)

    def _write(body: str) -> None:
        write("webui/locale/de/LC_MESSAGES/messages.po", HEADER + body)

    return _write


def test_a_complete_catalogue_is_fine(tmp_path: Path, german: Callable[[str], None]) -> None:
    german(GOOD)
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('msgstr "Arbeitsplatz"', 'msgstr ""', "de: ionas_phone/a.py:1 'Desk' has no translation"),
        ('msgid "Desk"', 'msgid "Board"', "de: 'Board' is no longer used"),
        ('msgid "Desk"', '#, fuzzy\nmsgid "Desk"', "de: 'Desk' is marked as unsure (fuzzy)"),
        ('"%(n)d Anrufe"', '""', "de: ionas_phone/a.py:2 '%(n)d call' has no translation"),
        ('"%(n)d Anrufe"', '"%(m)d Anrufe"', "de: '%(n)d call' has other places for values in its translation"),
        ('"%(n)d Anrufe"', '"%(n)d % Anrufe"', "de: '%(n)d call' has other places for values in its translation"),
        ('msgid "Desk"', '#~ msgid "Old"\n#~ msgstr "Alt"\n\nmsgid "Desk"', "de: 'Old' is no longer used"),
    ],
)
def test_what_is_not_complete(
    tmp_path: Path, german: Callable[[str], None], before: str, after: str, said: str
) -> None:
    german(GOOD.replace(before, after))
    assert said in problems(tmp_path)


@pytest.mark.usefixtures("german")
def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path) == ["the catalogue de is missing; `make messages` begins it"]


def test_english_says_what_the_sources_say(
    tmp_path: Path, german: Callable[[str], None], write: Callable[[str, str], Path]
) -> None:
    german(GOOD)
    write("webui/locale/en/LC_MESSAGES/messages.po", HEADER + 'msgid "Old"\nmsgstr "Older"\n')
    assert problems(tmp_path) == ["en: 'Old' is no longer used"]


def test_an_error_shows_one_paragraph(
    tmp_path: Path, german: Callable[[str], None], write: Callable[[str, str], Path]
) -> None:
    german(GOOD)
    write("ionas_phone/e.py", 'class Odd(PhoneError):\n    """Odd.\n\n    And more.\n    """\n')
    assert "ionas_phone/e.py:1 shows an error's docstring of several paragraphs" in problems(tmp_path)
