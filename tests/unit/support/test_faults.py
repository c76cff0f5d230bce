"""All that is wrong is found at once, and the search for it ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import HARMLESS, NewCustomer, checked
from ionas_phone.support.faults import all_wrong


def wrong(new: NewCustomer) -> set[str]:
    return set(all_wrong(new, HARMLESS, checked))


def test_all_that_is_wrong_is_found_at_once() -> None:
    new = NewCustomer("", phones=("12",), email="nowhere", country="Germany", city="x" * 101)
    assert wrong(new) == {"name", "phones", "email", "country", "city"}


def test_what_is_right_is_not_complained_about() -> None:
    assert wrong(NewCustomer("Erika Beispiel", phones=("+4961315550107",))) == set()


def test_what_no_value_can_mend_ends_the_search() -> None:
    def never(_new: NewCustomer) -> None:
        raise FormWrong(field="name")

    assert set(all_wrong(NewCustomer("Erika Beispiel"), NewCustomer("-"), never)) == {"name"}


TEXTS = st.text(max_size=300)


@given(
    st.builds(NewCustomer, TEXTS, company=TEXTS, phones=st.tuples(TEXTS), email=TEXTS, postcode=TEXTS, country=TEXTS)
)
def test_a_form_without_complaints_can_be_written_down(new: NewCustomer) -> None:
    if not wrong(new):
        assert checked(new).name or checked(new).company
