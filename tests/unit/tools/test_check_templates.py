from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.check_templates import blanked, problems


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<script>go()</script>", "has an inline script"),
        ("<style>p { color: red }</style>", "has inline style"),
        ('<p style="color: red">', "has inline style"),
        ('<p onclick="go()">', "has an inline handler (onclick)"),
        ('<p hx-on:click="go()">', "has an inline handler (hx-on:click)"),
        ('<a href="javascript:go()">', "has code in href"),
        ("<p hx-vals='js:{a: 1}'>", "has code in hx-vals"),
        ('<p hx-trigger="keyup[ctrlKey]">', "has a trigger filter, which is eval"),
        ("<button>{{ _('Save') }}</button>", "has a button without type"),
        ("<p>Kunde anlegen</p>", "says 'Kunde anlegen' without gettext"),
        ("<p>{{ name }} ruft an</p>", "says 'ruft an' without gettext"),
        ('<input placeholder="Suche">', "says 'Suche' in placeholder without gettext"),
        ('<p title="{{ name }} klingelt">', "says 'klingelt' in title without gettext"),
        ('<input type="submit" value="Speichern">', "says 'Speichern' on a button without gettext"),
        ('<meta name="description" content="Telefon">', "says 'Telefon' in content without gettext"),
        ("{{ notes | safe }}", "turns escaping off"),
        ("{% autoescape false %}{% endautoescape %}", "turns escaping off"),
    ],
)
def test_what_a_template_must_not_do(tmp_path: Path, write: Callable[[str, str], Path], source: str, said: str) -> None:
    write("webui/templates/desk/page.html", f"<main>\n\n{source}\n</main>")
    assert problems(tmp_path) == [f"webui/templates/desk/page.html:3 {said}"]


def test_a_template_as_it_should_be(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    source = """<!DOCTYPE html>
{# Words in a comment are for us, <b onclick> too. #}
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ _("Desk") }} – ionas</title><script src="{{ static('live.js') }}" defer></script></head>
<body {% if x %}class="wide"{% endif %} hx-trigger="load, every 5s">
{% trans count=n %}One call{% pluralize %}{{ count }} calls{% endtrans %}
<button type="button" aria-label="{{ _("Hide") }}"><kbd>Esc</kbd> · {{ _("Hide") }} <kbd>F2</kbd></button>
{% set label = _("Save") %}<input type="text" value="Anna" name="title">
</body></html>
"""
    write("webui/templates/page.html", source)
    assert problems(tmp_path) == []


def test_text_is_named_by_its_own_line(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/templates/page.html", "{#\n#}<p>\n\n  Hallo\n</p>")
    assert problems(tmp_path) == ["webui/templates/page.html:4 says 'Hallo' without gettext"]


def test_blanking_keeps_the_lines() -> None:
    assert blanked("a{%\nif x\n%}b{{ '\n' }}c") == "a\n\nb\nc"


def test_other_peoples_templates_are_pinned_not_judged(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/templates/_icons.html", "{{ shapes | safe }}")
    write("webui/static/vendor/vendor.lock.json", json.dumps([{"file": "templates/_icons.html"}]))
    assert problems(tmp_path) == []
