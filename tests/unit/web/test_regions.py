"""Which regions a page has, who may see them, and what makes them stale."""

from __future__ import annotations

from pathlib import Path

from ionas_phone.support.users import Permission, Role, User
from ionas_phone.web.regions import PAGES, REGIONS, regions_of, regions_of_session

TEMPLATES = Path(__file__).parents[3] / "webui" / "templates"
ANNA = User(1, "anna", "Anna", Role.ASSISTANT, "201", "PJSIP/201", "de")
BEN = User(2, "ben", "Ben", Role.SUPERVISOR, "202", "PJSIP/202", "de")


def names(page: str, user: User) -> list[str]:
    return [region.name for region in regions_of(page, user)]


def test_the_ring_is_painted_first_wherever_it_is() -> None:
    assert all(regions[0] == "ring" for regions in PAGES.values() if "ring" in regions)
    desk = [
        "ring",
        "my-calls",
        "status",
        "tour",
        "timer",
        "open-sessions",
        "missed-callers",
        "opening",
        "queues",
        "links",
    ]
    assert names("desk", ANNA) == desk


def test_where_one_is_rung_the_answered_call_stands() -> None:
    assert all("my-calls" in regions for regions in PAGES.values() if "ring" in regions)
    rung = [text for path in TEMPLATES.rglob("*.html") if 'region("ring")' in (text := path.read_text("utf-8"))]
    assert len(rung) > 3
    assert all('region("my-calls")' in text for text in rung)


def test_who_may_not_see_the_board_gets_nothing_of_it() -> None:
    assert not [name for name in names("board", ANNA) if REGIONS[name].needs is Permission.BOARD]
    assert "board-waiting" in names("board", BEN)


def test_a_page_nobody_knows_has_no_regions() -> None:
    assert regions_of("wandtafel", BEN) == ()


def test_topics_come_from_the_log_in() -> None:
    assert REGIONS["ring"].topics(ANNA) == ("desk/anna",)
    assert REGIONS["ring"].topics(BEN) == ("desk/ben",)
    assert REGIONS["practice-phone"].topics(BEN) == ("practice/ben", "desk/ben")


def test_a_region_that_reads_the_store_is_painted_again_when_the_database_is_back() -> None:
    reading = [region for region in REGIONS.values() if region.reads_store]
    assert reading
    assert all("links" in region.topics(ANNA) for region in reading)


def test_every_region_is_on_a_page() -> None:
    assert {name for regions in PAGES.values() for name in regions} == set(REGIONS)


def test_regions_of_a_record_are_stale_with_their_session_and_with_the_database() -> None:
    regions = regions_of_session(12, ANNA)
    assert regions
    assert all(region.session_id == 12 and region.reads_store for region in regions)
    assert all({"session/12", "links"} <= {*region.topics(ANNA)} for region in regions)
    assert not {region.name for region in regions} & set(REGIONS)
