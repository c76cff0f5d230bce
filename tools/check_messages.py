"""Whatever people see is there in German. Rule: the catalogues hold exactly what the sources say; nothing is guessed.

English is the language of the sources, so its catalogue may leave sentences out; German may not.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages import Catalog, Message

from tools.messages import COMPLETE, LANGUAGES, Found, catalogue_path, collect, read, strings

_PLACES = re.compile(r"%\(\w+\)[sdr]")


def problems(root: Path) -> list[str]:
    """Return sentences that are missing, unsure, unused, or whose places for values differ."""
    collected = collect(root)
    found = list(collected.unreadable)
    wanted = {sentence.forms: sentence for sentence in collected.sentences}
    found += [f"{one.where} shows an error's docstring of several paragraphs" for one in wanted.values() if _long(one)]
    if not wanted:
        return found
    for language in LANGUAGES:
        if not catalogue_path(root, language).is_file():
            found.append(f"the catalogue {language} is missing; `make messages` begins it")
        else:
            found += _compare(language, read(root, language), wanted)
    return found


def _compare(language: str, catalogue: Catalog, wanted: dict[tuple[str, ...], Found]) -> list[str]:
    have = {_forms(message): message for message in catalogue if message.id}
    found = [f"{language}: {forms[0]!r} is no longer used" for forms in have.keys() - wanted.keys()]
    found += [f"{language}: {message!r} is no longer used" for message in catalogue.obsolete]
    for forms, sentence in wanted.items():
        message = have.get(forms)
        if message is None or not all(strings(message)):
            if language == COMPLETE:
                found.append(f"{language}: {sentence.where} {forms[0]!r} has no translation")
        elif message.fuzzy:
            found.append(f"{language}: {forms[0]!r} is marked as unsure (fuzzy)")
        elif not all(_fits(forms, string) for string in strings(message)):
            found.append(f"{language}: {forms[0]!r} has other places for values in its translation")
    return sorted(found)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _fits(forms: tuple[str, ...], string: str) -> bool:
    """Tell whether ``string`` can be filled with what fills ``forms``; a translation may leave a value out."""
    given = {place for form in forms for place in _PLACES.findall(form)}
    stray = "%" in _PLACES.sub("", string).replace("%%", "")
    return set(_PLACES.findall(string)) <= given and not (given and stray)


def _long(sentence: Found) -> bool:
    return "\n\n" in sentence.forms[0]
