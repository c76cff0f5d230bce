from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ionas_phone.store.audit import AuditFilter
from ionas_phone.web.forms_audit import AuditForm

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_those_of_the_place_and_the_last_one_counts() -> None:
    form = AuditForm(wer="anna", was="session", nummer=" 7 ", von="2026-03-28", bis="2026-03-29")  # has 23 hours
    since, until = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert form.wanted(BERLIN) == (AuditFilter("anna", "session", 7, since, until), {})


def test_an_empty_filter_wants_everything() -> None:
    assert AuditForm().wanted(BERLIN) == (AuditFilter(), {})
    assert not AuditForm().query()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"von": "gestern"}, "von"),
        ({"von": "1850-01-01"}, "von"),
        ({"bis": "9999-12-31"}, "bis"),
        ({"von": "2026-05-02", "bis": "2026-05-01"}, "bis"),
        ({"nummer": "sieben"}, "nummer"),
        ({"nummer": "9" * 30}, "nummer"),
        ({"nummer": "²"}, "nummer"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field(typed: dict[str, str], field: str) -> None:
    assert AuditForm.model_validate(typed).wanted(BERLIN)[1].keys() == {field}


@pytest.mark.parametrize(("sent", "line"), [("", None), ("17", 17), ("x", None), ("-1", None), ("²", None)])
def test_a_place_that_no_page_names_is_the_beginning(sent: str, line: int | None) -> None:
    assert AuditForm.model_validate({"vor": sent}).vor == line


def test_the_filter_goes_along_to_the_next_page() -> None:
    assert AuditForm(wer="anna", von="2026-03-28", vor=3).query(vor=9) == "wer=anna&von=2026-03-28&vor=9"
