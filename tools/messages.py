"""The sentences people see and their catalogues. Rule: what is extracted from the sources is what the catalogues hold.

``python -m tools.messages`` brings ``webui/locale`` up to date: new sentences come in untranslated, unused ones go.
From Python come the arguments of ``_``, ``N_``, ``gettext`` and ``ngettext``, the sentence given to any PhoneError, and
the docstrings of those errors; from the templates what jinja2's own extractor finds.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tools.files import files, place

LANGUAGES = ("de", "en")
COMPLETE = "de"  # the sources speak English
_MARKS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
_ROOT_ERROR = "PhoneError"
# Written by hand: Babel's header holds dates and versions, which would make every update a change.
_HEADER = r"""# The words of ionas_phone in LANGUAGE; `make messages` keeps them in step with the sources.
msgid ""
msgstr ""
"Language: LANGUAGE\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


class Found(NamedTuple):
    """A sentence: one form, or two for singular and plural; ``where``: file and line."""

    forms: tuple[str, ...]
    where: str


class Collected(NamedTuple):
    """All sentences of a checkout, and the places where one can't be read off the source."""

    sentences: list[Found]
    unreadable: list[str]


def collect(root: Path) -> Collected:
    """Read the sentences of the checkout ``root``."""
    sentences: list[Found] = []
    unreadable: list[str] = []
    trees = {path: ast.parse(path.read_bytes(), path.name) for path in files(root, "ionas_phone/**/*.py")}
    errors = _error_names(list(trees.values()))
    for path, tree in trees.items():
        for node in ast.walk(tree):
            where = place(root, path, getattr(node, "lineno", None))
            if isinstance(node, ast.ClassDef) and node.name in errors:
                sentences.append(Found((inspect.cleandoc(ast.get_docstring(node) or ""),), where))
            elif isinstance(node, ast.Call):
                for forms in _marked(node, errors):
                    if all(forms):
                        sentences.append(Found(forms, where))
                    else:
                        unreadable.append(f"{where} puts a sentence together, nobody can translate it")
    return Collected(sentences + _of_templates(root), unreadable)


def _error_names(trees: list[ast.Module]) -> set[str]:
    """Return PhoneError and all that inherit from it, by name."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    names = {_ROOT_ERROR}
    while grown := {name for name, above in bases.items() if above & names} - names:
        names |= grown
    return names & (bases.keys() | {_ROOT_ERROR})


def _marked(call: ast.Call, errors: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield the sentences in one call; an empty form stands for one that is put together at run time."""
    name = ast.unparse(call.func).rpartition(".")[2]
    count = _MARKS.get(name, 1 if name in errors else 0)
    if count and len(call.args) >= count:
        for choice in _choices(call.args[0]):
            forms = (choice, *call.args[1:count])
            if all(isinstance(form, ast.Constant) for form in forms):
                yield tuple(str(form.value) for form in forms if isinstance(form, ast.Constant) and form.value)
            elif any(isinstance(form, ast.JoinedStr | ast.BinOp) for form in forms):
                yield ("",)


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """Yield both sides of ``a if … else b``."""
    if isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    else:
        yield node


def _of_templates(root: Path) -> list[Found]:
    sentences = []
    for path in files(root, "webui/templates/**/*.*"):
        for line, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", path, options={"silent": "false", "trimmed": "false"}
        ):
            forms = (message,) if isinstance(message, str) else tuple(form for form in message if form)
            sentences.append(Found(forms, place(root, path, line)))
    return sentences


def catalogue_path(root: Path, language: str) -> Path:
    """Return where the catalogue of ``language`` lies."""
    return root / "webui" / "locale" / language / "LC_MESSAGES" / "messages.po"


def read(root: Path, language: str) -> Catalog:
    """Read the catalogue of ``language``; an empty one if there is none yet."""
    path = catalogue_path(root, language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(root: Path) -> int:
    """Bring all catalogues up to date; return how many sentences still lack their German."""
    template = Catalog()
    for forms, where in collect(root).sentences:
        template.add(forms if len(forms) > 1 else forms[0], locations=[(where.rpartition(":")[0], 0)])
    for language in LANGUAGES:
        catalogue = read(root, language)
        catalogue.update(template, no_fuzzy_matching=True)
        if language != COMPLETE:  # what is not there is shown as the sources say it
            for message in [message for message in catalogue if message.id and not all(strings(message))]:
                catalogue.delete(message.id)
        path = catalogue_path(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(_HEADER.replace("LANGUAGE", language).encode())
            write_po(
                file, catalogue, 120, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False
            )
    return len([message for message in read(root, COMPLETE) if message.id and not all(strings(message))])


def strings(message: Message) -> tuple[str, ...]:
    """Return the translation, in all its plural forms; ("",) if there is none."""
    if isinstance(message.string, list | tuple):
        return tuple(message.string)
    return (message.string or "",)


if __name__ == "__main__":
    missing = update(Path(__file__).resolve().parents[1])
    sys.stderr.write(f"{missing} sentences have no German yet.\n")
