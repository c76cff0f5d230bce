from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.errors import FormWrong
from ionas_phone.store.migrations.texts_0002 import SCRIPTS
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import KINDS, NewScript, Script, ScriptKind, checked, filled, read_out

CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS
NEW = NewScript(ScriptKind.ACCEPTANCE, CONSUMER, "de", "{procedure}: bis {minutes_to} Minuten, {price}. Ja?")


def test_the_first_texts_pass_their_own_rules_and_none_is_missing() -> None:
    for (kind, customer_kind, language), text in SCRIPTS.items():
        new = NewScript(ScriptKind(kind), CustomerKind(customer_kind), language, text)
        assert checked(new) == new
    wanted = {(kind, audience, lang) for audience, kinds in KINDS.items() for kind in kinds for lang in ("de", "en")}
    assert set(SCRIPTS) == wanted


def test_a_text_gets_plain_line_ends() -> None:
    assert checked(replace(NEW, text=f" {NEW.text}\r\nWirklich?\r\n")).text == f"{NEW.text}\nWirklich?"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"text": " "}, "text", "10000"),
        ({"text": "x" * 10_001}, "text", "10000"),
        ({"text": NEW.text + "{cap}"}, "text", "{cap}"),
        ({"text": "{procedure} {minutes_to}"}, "text", "{price}"),
        ({"language": "fr"}, "language", "de or en"),
        ({"kind": ScriptKind.WITHDRAWAL, "customer_kind": BUSINESS}, "customer_kind", "Businesses"),
    ],
)
def test_what_could_not_be_filled_in_is_refused(change: dict[str, object], field: str, says: str) -> None:
    with pytest.raises(FormWrong, match=says) as refused:
        checked(replace(NEW, **change))  # type: ignore[arg-type]

    assert refused.value.field == field


def test_consumers_hear_the_two_consents_and_a_cap_where_there_is_one_before_the_question() -> None:
    kinds = ScriptKind
    assert read_out(CONSUMER, capped=False) == (kinds.ACCEPTANCE, kinds.EARLY_START, kinds.WITHDRAWAL)
    assert read_out(CONSUMER, capped=True) == (kinds.CAP, kinds.ACCEPTANCE, kinds.EARLY_START, kinds.WITHDRAWAL)
    assert read_out(BUSINESS, capped=False) == (kinds.ACCEPTANCE,)
    assert read_out(BUSINESS, capped=True) == (kinds.CAP, kinds.ACCEPTANCE)


def test_a_script_is_known_by_its_name() -> None:
    assert Script(4, ScriptKind.CAP, BUSINESS, "en", 2, "{cap}").name == "cap/business/en/2"


@given(st.text())
def test_what_is_filled_in_is_not_filled_in_again(typed: str) -> None:
    assert (
        filled("{procedure}, {price}", {"procedure": "{price}" + typed, "price": "1 €"}) == "{price}" + typed + ", 1 €"
    )
