"""The pages of the texts that are read aloud or handed over. Rule: saving writes a new version; an old one stays.

What was read to a customer names its version, so a record always says what was really said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, NotThere, PhoneError
from ionas_phone.store import scripts, tariffs
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import KINDS, LANGUAGES, NEEDED, PLACES, NewScript, Script, ScriptKind, checked
from ionas_phone.support.tariffs import Tariff, day_of
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_admin import ScriptForm
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.script_preview import preview
from ionas_phone.web.typed import beside, named

PATH = "/verwaltung/texte"


@dataclass(frozen=True, slots=True)
class Place:
    """Which text: what it is for, whom it is read to, in which language."""

    kind: ScriptKind
    customer_kind: CustomerKind
    language: str

    @property
    def path(self) -> str:
        """Return the address of its page."""
        return f"{PATH}/{self.kind}/{self.customer_kind}/{self.language}"

    def among(self, every: Sequence[Script]) -> tuple[Script, ...]:
        """Return its versions, newest first."""
        return tuple(one for one in every if Place(one.kind, one.customer_kind, one.language) == self)


@requires(Permission.ADMIN)
async def scripts_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/texte: which texts there are, in the version that is read out now."""
    async with context(request).database.read() as connection:
        every = await scripts.versions(connection)
    places = [Place(kind, whom, language) for whom in KINDS for kind in KINDS[whom] for language in LANGUAGES]
    newest = [(place, next(iter(place.among(every)), None)) for place in places]
    return await page(request, "scripts/list.html", page="desk", here="/verwaltung/tarife", newest=newest)


@requires(Permission.ADMIN)
async def script_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/texte/{kind}/{customer_kind}/{language}: one text, with an example and all its versions."""
    return await _page(request, _place(request), None, {})


@requires(Permission.ADMIN)
async def script_preview(request: web.Request) -> web.StreamResponse:
    """POST …/vorschau: what was typed, filled with example values; nothing is written."""
    place, form = _place(request), await read(request, ScriptForm)
    if not is_htmx(request):
        return await _page(request, place, form, {})
    every, tariff = await _known(request)
    example = _example(place, every, form.text, tariff, context(request).now())
    return fragment(request, "scripts/_preview.html", example=example)


@requires(Permission.ADMIN)
async def add(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/texte/{kind}/{customer_kind}/{language}: write the next version down, over the one shown."""
    world, place, form = context(request), _place(request), await read(request, ScriptForm)
    try:
        new = checked(form.script(place.kind, place.customer_kind, place.language))
        async with world.database.write() as connection:
            _refuse_unseen(place.among(await scripts.versions(connection)), new, form.version)
            await scripts.add(connection, new, world.now(), signed_in(request).login)
    except (FormWrong, Conflict) as error:
        return await _page(request, place, form, named(error), status_of(error))
    return see_other(place.path)


def _refuse_unseen(versions: Sequence[Script], new: NewScript, version: int) -> None:
    """Raise Conflict if a newer version than ``version`` was written meanwhile, and it says something else."""
    if versions and versions[0].version != version and versions[0].text != new.text:
        raise Conflict(
            "Somebody else has written version %(version)d meanwhile; it stands below. Save again to replace it.",
            version=versions[0].version,
        )


def _place(request: web.Request) -> Place:
    """Return which text the address names. Raises NotThere."""
    named = request.match_info
    try:
        place = Place(ScriptKind(named["kind"]), CustomerKind(named["customer_kind"]), named["language"])
    except ValueError as error:
        raise NotThere from error
    if place.kind not in KINDS[place.customer_kind] or place.language not in LANGUAGES:
        raise NotThere
    return place


async def _page(
    request: web.Request, place: Place, typed: ScriptForm | None, wrong: Mapping[str, PhoneError], status: int = 200
) -> web.Response:
    every, tariff = await _known(request)
    versions = place.among(every)
    newest = versions[0] if versions else None
    form = ScriptForm(text=typed.text if typed else newest.text if newest else "")
    return await page(
        request,
        "scripts/page.html",
        page="desk",
        here="/verwaltung/tarife",
        status=status,
        place=place,
        versions=versions,
        newest_version=newest.version if newest else 0,
        form=form,
        errors=beside(wrong),
        allowed=sorted(PLACES[place.kind]),
        needed=NEEDED[place.kind],
        example=_example(place, every, form.text, tariff, context(request).now()),
    )


async def _known(request: web.Request) -> tuple[tuple[Script, ...], Tariff]:
    """Return all texts, and the tariff of today. Raises NotThere without one."""
    world = context(request)
    async with world.database.read() as connection:
        return await scripts.versions(connection), await tariffs.valid_at(connection, day_of(world.now()))


def _example(place: Place, every: Sequence[Script], text: str, tariff: Tariff, now: datetime) -> str | PhoneError:
    """Return the filled text, or why there is none."""
    question = Place(ScriptKind.ACCEPTANCE, place.customer_kind, place.language).among(every)[:1]
    try:
        return preview(NewScript(place.kind, place.customer_kind, place.language, text), question, tariff, now)
    except FormWrong as error:
        return error
