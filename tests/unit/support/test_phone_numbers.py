from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ionas_phone.errors import SettingWrong
from ionas_phone.support.phone_numbers import (
    Line,
    blocks_of,
    display,
    is_anonymous,
    is_block,
    is_e164,
    normalise,
    normalise_written,
    searchable,
)

MAINZ = "+4961315550123"


@pytest.mark.parametrize(
    "text",
    [
        "+4961315550123",
        "4961315550123",  # bare E.164, as some trunks send it
        "004961315550123",
        "061315550123",
        "06131 5550123",
        "06131/5550123",
        "06131-5550-123",
        "06131 / 555 01 23",
        "(06131) 5550123",
        "(0)6131 5550123",
        "(0 6131) 555.01.23",
        "+49 (0) 6131 5550123",
        "+49(0)61315550123",
        "+49 ( 0 ) 6131/5550123",
        "0049 (0)6131 5550123",
        "+49 6131 – 5550123",  # a dash, as word processors write it
        "\u202a+49 6131 5550123\u202c",  # pasted from an address book
        "06131\u00a05550123",  # a blank that does not break
        "\t06131 5550123\n",
        "tel:+4961315550123",
        "sip:+4961315550123@example.org",
        "<+4961315550123>",
        '"061315550123"',
        "06131 5550123 x12",
        "06131 5550123 ext. 12",
        "06131 5550123;ext=12",
        "06131 5550123 Durchwahl 12",
        "06131 5550123 App. 12",
        "+49 06131 5550123",  # the zero too many
    ],
)
def test_one_number_in_every_spelling(text: str) -> None:
    number = normalise(text)

    assert number is not None
    assert (number.text, number.is_e164, str(number)) == (MAINZ, True, MAINZ)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0171 39200 17", "+491713920017"),
        ("06131 5550-0", "+49613155500"),  # in Germany the part behind the hyphen belongs to the number
        ("0800 1234567", "+498001234567"),
        ("032 12345678", "+493212345678"),  # dialable, though the library's tables call these two ranges invalid
        ("0137 1234567", "+491371234567"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("0033142685300", "+33142685300"),
        ("+39 06 698 12345", "+390669812345"),  # an Italian zero stays
        ("+1 (202) 555-0123", "+12025550123"),
        ("+43 1 12345", "+43112345"),
    ],
)
def test_numbers_known_worldwide(text: str, expected: str) -> None:
    number = normalise(text)

    assert number is not None
    assert (number.text, number.is_e164) == (expected, True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("201", "201"),
        ("2 01", "201"),
        ("110", "110"),
        ("116117", "116117"),
        ("123", "123"),  # not +49123
        ("*43", "*43"),
        ("*31#061315550123", "*31#061315550123"),
        ("327070", "327070"),  # nobody has said of which town
        ("33142685300", "33142685300"),  # France, or a German number without its zero: nobody can tell
        ("6131327070", "6131327070"),
        ("0", "0"),
        ("0012", "0012"),
        ("+123", "+123"),
        ("+49006131", "+49006131"),
        ("+4961315550123456789012", "+4961315550123456789012"),  # longer than any number
    ],
)
def test_what_cannot_be_told_is_kept_as_dialled(text: str, kept: str) -> None:
    number = normalise(text)

    assert number is not None
    assert (number.text, number.is_e164) == (kept, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "+",
        "Müller",
        "0800-IONAS",  # letters are no digits
        "06131 5550123 oder 0171 3920017",
        "06131\u0665\u0665\u0665",  # digits, but not those of a telephone
        "12+34",
        "0" * 41,
        "anonymous",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5550123", MAINZ),
        ("555-0123", MAINZ),
        ("491234", "+496131491234"),  # begins like the country code, but is a local number
        ("49123456", "+49613149123456"),
        ("4961315550123", MAINZ),
        ("061315550123", MAINZ),
        ("116117", "116117"),
        ("11833", "11833"),
        ("201", "201"),
    ],
)
def test_an_area_completes_local_numbers(text: str, expected: str) -> None:
    assert str(normalise(text, area="6131")) == expected


def test_another_country_reads_its_own_spellings() -> None:
    assert str(normalise("01 5550123", country="AT")) == "+4315550123"
    assert str(normalise("4315550123", country="AT")) == "+4315550123"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "unknown",
        "<unknown>",
        "restricted",
        "Private",
        "unavailable",
        "anonymous.invalid",
        "anonymous@anonymous.invalid",
        "sip:anonymous@anonymous.invalid",
        "<sip:anonymous@anonymous.invalid>",
        "sip:c8oqz84zk7z@anonymous.invalid",
        '"Anonymous"',
        "Unbekannt",
    ],
)
def test_spellings_of_nobody(text: str) -> None:
    assert is_anonymous(text)
    assert normalise(text) is None


@pytest.mark.parametrize("text", ["0", "+4961315550123", "Anna Nymous", "anonymous5", "201"])
def test_spellings_of_somebody(text: str) -> None:
    assert not is_anonymous(text)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (MAINZ, "06131 5550123"),
        ("+491713920017", "0171 3920017"),
        ("+498001234567", "0800 1234567"),
        ("+49800123456", "+49 800123456"),  # no pattern for it: the leading zero must not get lost
        ("+33142685300", "+33 1 42 68 53 00"),
        ("+390669812345", "+39 06 6981 2345"),
        ("+49006131", "+49006131"),
        ("201", "201"),
        ("", ""),
    ],
)
def test_numbers_as_people_write_them(number: str, shown: str) -> None:
    assert display(number) == shown


def test_abroad_a_german_number_shows_its_country() -> None:
    assert display(MAINZ, country="AT") == "+49 6131 5550123"


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("06131 55", "+49613155"),
        ("+49 6131 55", "+49613155"),
        ("0049 (0)6131", "+496131"),
        ("5550123", "5550123"),
        ("10023", "10023"),
        ("01", None),
        ("0", None),
        ("*43", None),
        ("Müller", None),
        ("", None),
    ],
)
def test_what_a_search_looks_for(typed: str, looked_for: str | None) -> None:
    assert searchable(typed) == looked_for


LINE = Line.parse("+496131327070")


@pytest.mark.parametrize(
    "dialled",
    [
        "+496131327070",
        "496131327070",
        "00496131327070",
        "06131327070",
        "6131327070",
        "327070",
        "06131/327070",
        "06131 32 70 70",
        "+49 (0) 6131 327070",
        "+49 06131 327070",
        "0049(0)6131-327070",
        "sip:+496131327070@example.org",
        "tel:06131327070",
    ],
)
def test_our_line_rings_in_every_spelling(dialled: str) -> None:
    assert LINE.rings(dialled)


@pytest.mark.parametrize(
    "dialled",
    [
        "1327070",
        "0327070",
        "2327070",
        "00327070",
        "16131327070",
        "+16131327070",
        "06132327070",
        "0613132707",
        "061313270700",
        "0613132707012",
        "+4906131327",
        "27070",
        "070",
        "201",
        "s",
        "",
        "anonymous",
        "*327070",
        "+497131327070",
    ],
)
def test_other_numbers_do_not_ring_it(dialled: str) -> None:
    assert not LINE.rings(dialled)


def test_a_line_knows_its_town_and_country() -> None:
    assert (LINE.number, LINE.country, LINE.area) == ("+496131327070", "DE", "6131")
    assert Line.parse("+493012345678").area == "30"
    assert Line.parse("+498001234567").area == ""
    assert Line.parse("+431555012345").country == "AT"


@pytest.mark.parametrize("text", ["06131327070", "496131327070", "+49 6131 327070", "+49006131", "+12", "", "support"])
def test_a_line_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(SettingWrong, match=r"^IONAS_LINES: .*is no line"):
        Line.parse(text)
    with pytest.raises(SettingWrong, match=r"^--line: .*is no line"):
        Line.parse(text, "--line")


@given(st.text(max_size=45))
@example("+")
@example("(0)")
@example("00(0)")
@example("x1")
def test_whatever_is_typed_nothing_breaks(text: str) -> None:
    number = normalise(text)

    assert number is None or set(number.text) <= set("+0123456789*#")
    assert isinstance(LINE.rings(text), bool)
    assert isinstance(display(text), str)
    searchable(text)


@given(st.from_regex(r"(\+|00|0)?[0-9]{1,16}", fullmatch=True))
def test_what_was_read_once_is_read_the_same_again(text: str) -> None:
    first = normalise(text)

    assert first is not None
    assert normalise(first.text) == first


@given(st.from_regex(r"\+49[1-9][0-9]{6,10}", fullmatch=True))
def test_what_is_shown_is_the_number_that_is_meant(number: str) -> None:
    read = normalise(number)

    assert read is not None
    assert is_e164(number)
    assert str(normalise(display(read.text))) == read.text


@given(st.text(alphabet="0123456789", min_size=1, max_size=4), st.sampled_from(sorted(LINE.spellings)))
def test_a_longer_number_never_rings_our_line(more: str, spelling: str) -> None:
    assume(more not in {"49", "490", "0049"})  # the same number again, with a zero too many
    longer = {spelling + more, more + spelling.removeprefix("+")} - LINE.spellings

    assert not any(LINE.rings(number) for number in longer)


@given(st.sampled_from(sorted(LINE.spellings)), st.data())
def test_separators_change_nothing(spelling: str, data: st.DataObject) -> None:
    places = st.sampled_from(["", "", "", " ", "-", "/", "."])
    written = "".join(digit + data.draw(places) for digit in spelling)

    assert LINE.rings(written)


# -- company blocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["06131 5550-*", "06131/5550 *", "+49 (0) 6131 5550*", "0049 6131 5550 – *"])
def test_a_company_block_is_read_in_any_spelling(text: str) -> None:
    assert normalise_written(text) == "+4961315550*"


@pytest.mark.parametrize("text", ["*", "06131*", "201*", "5550*", "abc*", "0613155501234567*", "06131 5550**", ""])
def test_what_is_no_company_block(text: str) -> None:
    assert normalise_written(text) is None


def test_what_is_written_into_a_record_is_a_whole_number_or_a_block() -> None:
    assert normalise_written("06131 5550123") == MAINZ
    assert normalise_written("201") is None
    assert is_block("+4961315550*")
    assert not is_block(MAINZ)
    assert not is_e164("+4961315550*")


def test_the_blocks_of_a_number_begin_like_it_the_narrowest_first() -> None:
    assert blocks_of(MAINZ)[:2] == (f"{MAINZ}*", f"{MAINZ[:-1]}*")
    assert "+4961315550*" in blocks_of(MAINZ)
    assert "+49613155*" in blocks_of(MAINZ)
    assert "+4961315*" not in blocks_of(MAINZ)  # no extension is so long
    assert blocks_of("201") == ()


@pytest.mark.parametrize("block", ["+4961315550*", "+4312345678*", "+4961315*"])
def test_a_block_is_shown_so_that_it_reads_back(block: str) -> None:
    assert normalise_written(display(block)) == block
