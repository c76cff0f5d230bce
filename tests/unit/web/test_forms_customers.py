from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from ionas_phone.support.customers import Customer, CustomerKind
from ionas_phone.web.forms_customers import LABELS, EditForm, edited, shown

ERIKA = Customer(
    *(7, "10007", "Erika Beispiel", "", ("+4961315550101", "+4961315552*"), "erika@example.org", "Musterweg 1"),
    *("55116", "Mainz", "DE", "hört schlecht"),
    version=3,
)


def typed(**changes: str) -> EditForm:
    """The form as a browser sends it, shown with ERIKA's record."""
    facts = shown(ERIKA)
    return EditForm.model_validate({**facts, "version": "3", "was": json.dumps(facts), **changes})


def test_a_form_shows_the_record_and_sent_back_says_the_same() -> None:
    assert edited(ERIKA) == typed()
    assert typed().customer().phones == ERIKA.phones
    assert shown(ERIKA)["phones"] == "06131 5550101; 06131 5552-*"
    assert {*shown(ERIKA)} == {*LABELS}


def test_what_only_the_other_changed_is_taken_and_what_only_i_changed_is_kept() -> None:
    now = replace(ERIKA, city="Bingen", version=4)
    form = typed(notes="zwei Treppen hoch")
    over = form.over(now)
    assert (over.city, over.notes, over.version, over.was) == ("Bingen", "zwei Treppen hoch", 4, shown(now))
    (difference,) = form.differences(now)
    assert (difference.name, difference.was, difference.now, difference.both) == ("city", "Mainz", "Bingen", False)


def test_where_both_changed_a_field_both_are_shown_and_mine_stays_in_the_form() -> None:
    now = replace(ERIKA, name="Erika Muster", framework_contract=True, kind=CustomerKind.BUSINESS, version=4)
    form = typed(name="Erika Maier", kind="business")
    assert [(one.name, one.now, one.mine, one.both) for one in form.differences(now)] == [
        ("name", "Erika Muster", "Erika Maier", True),
        ("framework_contract", "1", "0", False),
    ]
    assert (form.over(now).name, form.over(now).framework_contract) == ("Erika Maier", True)


def test_a_form_that_was_tampered_with_is_none() -> None:
    for was in ("", "[]", '{"name": 1}', "{"):
        with pytest.raises(ValidationError):
            typed(was=was)
    assert typed(was='{"colour": "red"}').differences(ERIKA) == ()
