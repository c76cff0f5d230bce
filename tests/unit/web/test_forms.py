"""Forms: reading what was sent, and finding all that is wrong at once."""

from __future__ import annotations

from ionas_phone.web.forms import CustomerForm


def test_phones_are_read_in_every_spelling_and_kept_as_typed_where_they_cannot_be() -> None:
    form = CustomerForm(name="E", phones="06131 / 5550107 ;+49 171 3920017,, zuhause")
    assert form.customer().phones == ("+4961315550107", "+491713920017", "zuhause")


def test_an_empty_field_is_no_session() -> None:
    assert CustomerForm.model_validate({"vorgang": "", "instead_of": "7"}).vorgang is None
