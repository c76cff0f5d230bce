from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tools.messages import catalogue_path, collect, read, update


def sentences(root: Path) -> list[tuple[str, ...]]:
    return sorted(sentence.forms for sentence in collect(root).sentences)


def test_python_speaks_by_marks(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/a.py", 'N_("One " "sentence.")\nt._("Two")\nt.ngettext("a call", "%(n)d calls", n)\nf("no")\n')
    assert sentences(tmp_path) == [("One sentence.",), ("Two",), ("a call", "%(n)d calls")]


def test_errors_speak_by_docstring_and_by_what_they_are_given(
    tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    write("ionas_phone/errors.py", 'class PhoneError(Exception):\n    """Oh."""\n')
    write(
        "ionas_phone/b.py",
        'import errors\nclass Lost(errors.PhoneError):\n    """Lost it."""\nclass Quite(Lost):\n    """Quite so."""\n'
        'def f(x):\n    raise Quite("Gone." if x else "Going.", x=x)\n',
    )
    assert sentences(tmp_path) == [("Going.",), ("Gone.",), ("Lost it.",), ("Oh.",), ("Quite so.",)]


def test_a_sentence_put_together_is_complained_about(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/a.py", 'N_(f"{x} rings")\nN_("a" + x)\nt.gettext(variable)\n')
    assert collect(tmp_path).unreadable == [
        "ionas_phone/a.py:1 puts a sentence together, nobody can translate it",
        "ionas_phone/a.py:2 puts a sentence together, nobody can translate it",
    ]


def test_templates_speak_by_gettext(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/templates/a.html", '{{ _("Desk") }}\n{{ ngettext("%(num)s call", "%(num)s calls", 2) }}')
    write("webui/templates/b/c.html", "{% trans %}Waiting{% endtrans %}")
    assert sentences(tmp_path) == [("%(num)s call", "%(num)s calls"), ("Desk",), ("Waiting",)]


def test_an_update_keeps_translations_and_forgets_what_is_unused(
    tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    write("ionas_phone/a.py", 'N_("Desk")\nN_("Old")\n')
    assert update(tmp_path) == 2
    path = catalogue_path(tmp_path, "de")
    path.write_text(path.read_text().replace('msgid "Desk"\nmsgstr ""', 'msgid "Desk"\nmsgstr "Arbeitsplatz"'))
    write("ionas_phone/a.py", '\n\nN_("Desk")\nN_("Desks")\n')
    assert update(tmp_path) == 1
    catalogue = read(tmp_path, "de")
    assert {message.id: message.string for message in catalogue if message.id} == {"Desk": "Arbeitsplatz", "Desks": ""}
    assert not catalogue.obsolete


def test_an_update_without_news_changes_no_byte(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/a.py", 'N_("Desk")\nt.ngettext("a call", "calls", n)\n')
    update(tmp_path)
    before = catalogue_path(tmp_path, "de").read_bytes()
    update(tmp_path)
    assert catalogue_path(tmp_path, "de").read_bytes() == before
    assert b"Date" not in before


def test_english_needs_no_catalogue_entries(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/a.py", 'N_("Desk")\n')
    update(tmp_path)
    assert [message.id for message in read(tmp_path, "en") if message.id] == []
