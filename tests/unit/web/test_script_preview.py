"""Every text there is can be shown with example values, and nothing stays in braces."""

from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.store.migrations.texts_0002 import SCRIPTS
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, ScriptKind
from ionas_phone.web.script_preview import preview
from tests.agreements import STANDARD
from tests.people import AT


@pytest.mark.parametrize("named", SCRIPTS, ids="/".join)
def test_every_text_has_a_preview(named: tuple[str, str, str]) -> None:
    kind, whom, language = named
    new = NewScript(ScriptKind(kind), CustomerKind(whom), language, SCRIPTS[named])
    shown = preview(new, (), STANDARD, AT)
    assert shown
    assert "{" not in shown


def test_the_example_says_prices_as_the_customer_is_told_them() -> None:
    text = "{procedure} {minutes_to} {price}"
    consumer = NewScript(ScriptKind.ACCEPTANCE, CustomerKind.CONSUMER, "de", text)
    business = NewScript(ScriptKind.ACCEPTANCE, CustomerKind.BUSINESS, "en", text)
    assert preview(consumer, (), STANDARD, AT).endswith("30 35,70\xa0€")
    assert preview(business, (), STANDARD, AT).endswith("30 €30.00")


def test_a_text_that_could_not_be_filled_in_is_refused() -> None:
    with pytest.raises(FormWrong, match="nonsense"):
        preview(NewScript(ScriptKind.CAP, CustomerKind.CONSUMER, "de", "{nonsense} {cap}"), (), STANDARD, AT)
