from __future__ import annotations

import inspect

import pytest

from ionas_phone import errors
from ionas_phone.errors import FormWrong, NotThere, PhoneError, SettingWrong

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PhoneError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_a_sentence_by_itself(kind: type[PhoneError]) -> None:
    assert str(kind()).endswith(".")
    assert kind().message == inspect.getdoc(kind)


def test_the_sentence_and_its_values_are_kept_apart_for_translators() -> None:
    error = SettingWrong("%(name)s must be %(wanted)s.", name="IONAS_HTTP", wanted="an address")
    assert str(error) == "IONAS_HTTP must be an address."
    assert error.message == "%(name)s must be %(wanted)s."
    assert error.values == {"name": "IONAS_HTTP", "wanted": "an address"}


def test_what_a_machine_said_is_for_logs_and_stands_in_no_sentence() -> None:
    error = PhoneError("%(name)s does not answer.", name="db", detail="Connection refused")
    assert str(error) == "db does not answer. (Connection refused)"
    assert (error.message % error.values, error.detail) == ("db does not answer.", "Connection refused")


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert str(PhoneError("80 % of the estimate is used up.")) == "80 % of the estimate is used up."


def test_a_form_error_names_its_field() -> None:
    error = FormWrong("At least %(least)d characters.", field="password", least=10)
    assert (error.field, str(error)) == ("password", "At least 10 characters.")
    assert FormWrong().field == ""


def test_every_kind_is_caught_as_one() -> None:
    with pytest.raises(PhoneError, match="nothing at this address"):
        raise NotThere
