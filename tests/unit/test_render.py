"""Templates: nothing missing goes unnoticed, nothing is left unescaped, two readers never share a language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest
from babel import Locale

from ionas_phone.errors import Cents, FormWrong, NotThere
from ionas_phone.render import LOCALES, Renderer, duration, elapsed_ms, fill, minutes, money, read_language
from ionas_phone.shipped import shipped

NOW = datetime(2026, 11, 22, 9, 44, 3, tzinfo=UTC)
PO = """msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
GERMAN = """
msgid "Hello %(name)s"
msgstr "Guten Tag %(name)s"

msgid "%(num)s call"
msgid_plural "%(num)s calls"
msgstr[0] "%(num)s Anruf"
msgstr[1] "%(num)s Anrufe"

msgid "The file %(name)s is 100%% full."
msgstr "Die Datei %(name)s ist zu 100%% voll."

msgid "Too late"
msgstr "Zu spät"
"""


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    for code, words in (("de", GERMAN), ("en", "")):
        folder = tmp_path / "locale" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(PO.format(code=code) + words, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    return Renderer(tmp_path, ZoneInfo("Europe/Berlin"), lambda name: f"/static/abc/{name}")


def shown(renderer: Renderer, source: str, language: str = "de", **values: object) -> str:
    """Render ``source`` as a template of its own."""
    environment = renderer._environment
    assert isinstance(environment.loader, jinja2.FileSystemLoader)
    (Path(environment.loader.searchpath[0]) / "t.html").write_text(source, encoding="utf-8")
    environment.cache.clear()  # type: ignore[union-attr] # there is one
    return renderer.html("t.html", language, NOW, values)


def test_a_missing_value_is_an_error_and_not_an_empty_place(renderer: Renderer) -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown(renderer, "{{ nobody.name }}")
    with pytest.raises(jinja2.UndefinedError):
        shown(renderer, "{% if nobody %}{% endif %}")


def test_what_a_caller_smuggles_in_stays_text(renderer: Renderer) -> None:
    evil = "<script>alert(1)</script>"
    assert "<script>" not in shown(renderer, "{{ name }}", name=evil)
    assert "<script>" not in shown(renderer, '{{ _("Hello %(name)s", name=name) }}', name=evil)
    assert shown(renderer, '{{ _("Hello %(name)s", name=name) }}', name="%(x)s 5%") == "Guten Tag %(x)s 5%"


def test_one_environment_speaks_both_languages(renderer: Renderer) -> None:
    source = '{{ _("Hello %(name)s", name="Anna") }} {{ ngettext("%(num)s call", "%(num)s calls", 2) }}'
    assert shown(renderer, source) == "Guten Tag Anna 2 Anrufe"
    assert shown(renderer, source, "en") == "Hello Anna 2 calls"
    assert shown(renderer, "{{ text | translated }}", text="Too late") == "Zu spät"


def test_the_same_text_is_compiled_once_and_a_changed_one_anew(
    renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(renderer, "first") == "first"
    again = Renderer(tmp_path, ZoneInfo("Europe/Berlin"), str)
    monkeypatch.delattr(again._environment.__class__, "compile")
    assert again.html("t.html", "de", NOW, {}) == "first"
    with pytest.raises(AttributeError):
        shown(again, "second")
    monkeypatch.undo()
    assert shown(again, "second") == "second"
    assert again.languages["de"] is renderer.languages["de"]


def test_instants_are_shown_in_the_time_of_the_house(renderer: Renderer) -> None:
    source = "{{ at|day }} {{ at|clock }} {{ at|clock_seconds }}"
    assert shown(renderer, source, at=NOW) == "22.11.2026 10:44 10:44:03"
    assert shown(renderer, source, "en", at=NOW) == "22 Nov 2026 10:44 10:44:03"
    assert (
        shown(renderer, "{{ at|day }} {{ at|clock }}", at=datetime(2026, 7, 31, 22, 30, tzinfo=UTC))
        == "01.08.2026 00:30"
    )


def test_a_day_without_a_time_is_the_same_everywhere(renderer: Renderer) -> None:
    assert shown(renderer, "{{ at|date }}", at=NOW.date()) == "22.11.2026"
    assert shown(renderer, "{{ at|date }}", "en", at=NOW.date()) == "22 Nov 2026"


def test_elapsed_time_is_counted_from_the_moment_of_rendering(renderer: Renderer) -> None:
    at = NOW - timedelta(seconds=97.25)
    assert shown(renderer, "{{ at|elapsed_ms }} {{ at|since }}", at=at) == "97250 01:37"
    assert elapsed_ms(NOW + timedelta(seconds=2), NOW) == 0


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (59, "00:59"), (97, "01:37"), (3600, "01:00:00"), (360000, "100:00:00")]
)
def test_duration(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_money_is_written_as_the_reader_expects(renderer: Renderer) -> None:
    assert money(123456, Locale.parse(LOCALES["de"])) == "1.234,56\N{NO-BREAK SPACE}€"
    assert money(-5, Locale.parse(LOCALES["de"])) == "-0,05\N{NO-BREAK SPACE}€"
    assert shown(renderer, "{{ 123456|money }}", "en") == "€1,234.56"


def test_a_country_is_called_as_the_reader_calls_it(renderer: Renderer) -> None:
    assert shown(renderer, "{{ 'AT'|territory }} {{ 'XX'|territory }}", "de") == "Österreich XX"
    assert shown(renderer, "{{ 'AT'|territory }}", "en") == "Austria"


def test_what_was_looked_for_is_known_piece_by_piece(renderer: Renderer) -> None:
    template = (
        "{% for piece, hit in '<b>Müller'|marked('mue') %}{{ '[' if hit }}{{ piece }}{{ ']' if hit }}{% endfor %}"
    )
    assert shown(renderer, template, "de") == "&lt;b&gt;[Mü]ller"


def test_only_full_minutes_count(renderer: Renderer) -> None:
    assert [minutes(seconds) for seconds in (0, 59, 60, 601)] == [0, 0, 1, 10]
    assert shown(renderer, "{{ 601|minutes }} {{ number|phone }}", number="+4961315550123") == "10 06131 5550123"


def test_an_error_is_a_sentence_in_the_readers_language(renderer: Renderer) -> None:
    full = FormWrong("The file %(name)s is 100%% full.", name="a%b")
    assert renderer.sentence(full, "de") == "Die Datei a%b ist zu 100% voll."
    assert shown(renderer, "{{ error|sentence }}", "en", error=full) == "The file a%b is 100% full."
    dear = FormWrong("The file %(name)s is 100%% full.", name=Cents(100_050))
    assert renderer.sentence(dear, "de") == "Die Datei 1.000,50\xa0€ ist zu 100% voll."
    assert str(dear) == "The file €1,000.50 is 100% full."
    assert renderer.sentence(NotThere(), "en") == "There is nothing at this address (any more)."


def test_static_files_have_their_address_from_outside(renderer: Renderer) -> None:
    assert shown(renderer, '{{ static("app.css") }}') == "/static/abc/app.css"


def test_the_shipped_catalogues_are_read_and_german_is_german() -> None:
    german = read_language(shipped("webui") / "locale", "de")
    assert german.words.gettext("Sign in") == "Anmelden"
    assert read_language(shipped("webui") / "locale", "en").words.gettext("Sign in") == "Sign in"


def test_plain_text_is_filled_without_escaping() -> None:
    assert fill("exten => {{ number }},1\n", number="<&>") == "exten => <&>,1\n"
    with pytest.raises(jinja2.UndefinedError):
        fill("{{ nothing }}")
