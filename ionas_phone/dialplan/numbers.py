"""The line's number in every spelling that carriers send. Rule: an exact list, no pattern for strangers to fill."""

from __future__ import annotations

import phonenumbers

from ionas_phone.errors import SettingWrong


def spellings(line: str, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the spellings of ``line`` (E.164), then those in ``also``; SettingWrong if it is no number."""
    try:
        number = phonenumbers.parse(line)
    except phonenumbers.NumberParseException as error:
        raise SettingWrong("%(line)s is no telephone number. Write it as +496131327070.", line=line) from error
    if not phonenumbers.is_possible_number(number) or phonenumbers.format_number(number, _E164) != line:
        raise SettingWrong("%(line)s is no telephone number. Write it as +496131327070.", line=line)
    national = phonenumbers.national_significant_number(number)
    local = national[phonenumbers.length_of_geographical_area_code(number) :]
    every = (line, line[1:], f"00{line[1:]}", f"0{national}", national, local, *also)
    return tuple(dict.fromkeys(every))


def country(line: str) -> str:
    """Return the country code of ``line`` ("49"), which ``spellings`` has accepted."""
    return str(phonenumbers.parse(line).country_code)


_E164 = phonenumbers.PhoneNumberFormat.E164
