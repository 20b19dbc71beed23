"""Numbers, dates, postcodes and phone numbers as people text them. A value is never guessed: what is unsure comes back
with a sentence to say."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.flow.heard import (
    NAME_NOT_PHONE,
    NO_DAY,
    NO_SUCH_DATE,
    NOT_A_DATE,
    NOT_A_NUMBER,
    NOT_A_PHONE,
    NOT_A_POSTCODE,
    NOT_WHOLE,
    OUT_OF_RANGE,
    REASONS,
    SHORT_PHONE,
    TWO_PHONES,
    TWO_POSTCODES,
    WEEKDAY_DIFFERS,
    WHICH_DATE,
    Read,
    Unread,
)
from bot.flow.readings import read_date, read_number, read_phone, read_postcode
from bot.flow.replies import Vocabulary
from bot.language.catalogue import Catalogues
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES

WORDS = Vocabulary(Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES))
ZEROS = "0٠۰०০੦૦௦"
SATURDAY = date(2026, 11, 21)
WEDNESDAY = date(2026, 5, 6)

NUMBERS: list[tuple[str, int | str]] = [
    ("3", 3), (" 3 ", 3), ("3.", 3), ("3!", 3), ("(3)", 3), ("03", 3), ("0", 0), ("120", 120), ("3.0", 3), ("٣", 3),
    ("۳", 3), ("३", 3), ("৩", 3), ("੩", 3), ("３", 3), ("3️⃣", 3), ("🔟", 10), ("three", 3), ("THREE", 3),
    ("twenty", 20), ("twenty five", 25), ("Twenty-five", 25), ("twentyfive", 25), ("none", 0), ("zero", 0),
    ("trzy", 3), ("تین", 3), ("teen", 3), ("তিন", 3), ("3 please", 3), ("3 thanks", 3), ("3 people", 3),
    ("we are 5", 5), ("5 of us", 5), ("3 kids", 3), ("4 children", 4), ("52 years old", 52), ("I am 52", 52),
    ("about 5", 5), ("only 2", 2), ("3 dzieci", 3), ("jest nas 4", 4), ("4 log", 4), ("۴ بچے", 4), ("৫ জন", 5),
    ("5 jon", 5), ("£20", 20), ("20 pounds", 20), ("2.5", NOT_WHOLE), ("½", NOT_WHOLE), ("1/2", NOT_WHOLE),
    ("121", OUT_OF_RANGE), ("1,200", OUT_OF_RANGE), ("999999999999", OUT_OF_RANGE), ("9" * 50, NOT_A_NUMBER),
    ("-3", NOT_A_NUMBER), ("2 or 3", NOT_A_NUMBER), ("2-3", NOT_A_NUMBER), ("2 3", NOT_A_NUMBER),
    ("more than 5", NOT_A_NUMBER), ("me and 3 kids", NOT_A_NUMBER), ("12 High Street", NOT_A_NUMBER),
    ("07911 123456", NOT_A_NUMBER), ("3/4/2026", NOT_A_NUMBER), ("", NOT_A_NUMBER), ("a few", NOT_A_NUMBER),
    ("many", NOT_A_NUMBER), ("no idea", NOT_A_NUMBER), ("?", NOT_A_NUMBER), ("👍", NOT_A_NUMBER),
    ("not 3", NOT_A_NUMBER), ("2,5", NOT_A_NUMBER), ("5k", NOT_A_NUMBER), ("IP1", NOT_A_NUMBER),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), NUMBERS)
def test_one_whole_number_is_read(said: str, meant: int | str) -> None:
    got = read_number(said, 0, 120, number_words=WORDS.number)
    assert got == Read(meant) if isinstance(meant, int) else isinstance(got, Unread) and got.reason == meant


def test_a_number_that_is_too_big_is_told_the_limits() -> None:
    assert read_number("200", 1, 12) == Unread(OUT_OF_RANGE, {"low": 1, "high": 12})


@given(st.integers(0, 10**6), st.sampled_from(ZEROS))
def test_a_number_comes_back_from_the_digits_of_every_script(number: int, zero: str) -> None:
    written = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    assert read_number(written, 0, 10**6) == Read(number)


@given(st.text(max_size=60), st.integers(-5, 5), st.integers(6, 200))
def test_no_text_breaks_the_reading_of_numbers(said: str, low: int, high: int) -> None:
    got = read_number(said, low, high, number_words=WORDS.number)
    assert low <= got.value <= high if isinstance(got, Read) else got.reason in REASONS


DATES: list[tuple[str, str, date | str]] = [
    ("3/4/2026", "en", date(2026, 4, 3)), ("03/04/2026", "en", date(2026, 4, 3)),
    ("3-4-2026", "en", date(2026, 4, 3)), ("3.4.2026", "pl", date(2026, 4, 3)),
    ("3 4 2026", "en", date(2026, 4, 3)), ("3/4/26", "en", date(2026, 4, 3)), ("3/4/85", "en", date(1985, 4, 3)),
    ("1/1/36", "en", date(2036, 1, 1)), ("1/1/37", "en", date(1937, 1, 1)), ("2026-04-03", "en", date(2026, 4, 3)),
    ("03042026", "en", date(2026, 4, 3)), ("3 / 4 / 2026", "en", date(2026, 4, 3)),
    ("٣/٤/٢٠٢٦", "ur", date(2026, 4, 3)), ("৩/৪/২০২৬", "bn", date(2026, 4, 3)),
    ("3.04.2026 r.", "pl", date(2026, 4, 3)), ("it was on 3/4/2026", "en", date(2026, 4, 3)),
    ("3/4/2026 at 2pm", "en", date(2026, 4, 3)), ("3/4/2026 14:30", "en", date(2026, 4, 3)),
    ("DOB 3/4/1985", "en", date(1985, 4, 3)), ("3 April 2026", "en", date(2026, 4, 3)),
    ("3rd April 2026", "en", date(2026, 4, 3)), ("3rd of April, 2026", "en", date(2026, 4, 3)),
    ("April 3 2026", "en", date(2026, 4, 3)), ("April 3rd, 2026", "en", date(2026, 4, 3)),
    ("3 apr 26", "en", date(2026, 4, 3)), ("3 APRIL 2026", "en", date(2026, 4, 3)), ("3apr2026", "en", NOT_A_DATE),
    ("21st Sept 2026", "en", date(2026, 9, 21)), ("5 febuary 2026", "en", date(2026, 2, 5)),
    ("twenty first of may 2026", "en", date(2026, 5, 21)), ("third of May 2026", "en", date(2026, 5, 3)),
    ("3 kwietnia 2026", "pl", date(2026, 4, 3)), ("3 kwi 2026", "pl", date(2026, 4, 3)),
    ("3 wrzesnia 2026", "pl", date(2026, 9, 3)), ("3-go maja 2026", "pl", date(2026, 5, 3)),
    ("۳ اپریل ۲۰۲۶", "ur", date(2026, 4, 3)), ("3 april 2026", "ur", date(2026, 4, 3)),
    ("3 sitambar 2026", "ur", date(2026, 9, 3)), ("৩ এপ্রিল ২০২৬", "bn", date(2026, 4, 3)),
    ("২১শে ফেব্রুয়ারি ২০২৬", "bn", date(2026, 2, 21)), ("৩রা মে ২০২৬", "bn", date(2026, 5, 3)),
    ("25 December", "en", date(2026, 12, 25)), ("5 January", "en", date(2027, 1, 5)),
    ("3/12", "en", date(2026, 12, 3)), ("1st of November", "en", date(2026, 11, 1)),
    ("3rd of May", "en", WHICH_DATE), ("3/5", "en", WHICH_DATE),
    ("Friday 25 December 2026", "en", date(2026, 12, 25)), ("Fri 25th Dec", "en", date(2026, 12, 25)),
    ("Sunday 3 May", "en", date(2026, 5, 3)), ("Monday 25 December 2026", "en", WEEKDAY_DIFFERS),
    ("today", "en", SATURDAY), ("Today!", "en", SATURDAY), ("tomorrow", "en", date(2026, 11, 22)),
    ("tmrw", "en", date(2026, 11, 22)), ("yesterday", "en", date(2026, 11, 20)),
    ("wczoraj", "pl", date(2026, 11, 20)), ("jutro", "pl", date(2026, 11, 22)),
    ("pojutrze", "pl", date(2026, 11, 23)), ("dziś", "pl", SATURDAY),
    ("the day after tomorrow", "en", date(2026, 11, 23)), ("aaj", "ur", SATURDAY), ("آج", "ur", SATURDAY),
    ("গতকাল", "bn", date(2026, 11, 20)), ("gotokal", "bn", date(2026, 11, 20)),
    ("আগামীকাল", "bn", date(2026, 11, 22)), ("kal", "ur", WHICH_DATE), ("کل", "ur", WHICH_DATE),
    ("kal", "bn", WHICH_DATE), ("কাল", "bn", WHICH_DATE), ("parson", "ur", WHICH_DATE), ("পরশু", "bn", WHICH_DATE),
    ("3 days ago", "en", date(2026, 11, 18)), ("in 2 weeks", "en", date(2026, 12, 5)),
    ("a week ago", "en", date(2026, 11, 14)), ("two weeks ago", "en", date(2026, 11, 7)),
    ("3 dni temu", "pl", date(2026, 11, 18)), ("za tydzień", "pl", date(2026, 11, 28)),
    ("3 din pehle", "ur", date(2026, 11, 18)), ("۳ دن پہلے", "ur", date(2026, 11, 18)),
    ("৩ দিন আগে", "bn", date(2026, 11, 18)), ("next Friday", "en", date(2026, 11, 27)),
    ("next Sunday", "en", WHICH_DATE), ("coming Friday", "en", date(2026, 11, 27)),
    ("last Monday", "en", WHICH_DATE), ("last Sunday", "en", date(2026, 11, 15)), ("Friday", "en", WHICH_DATE),
    ("w piątek", "pl", WHICH_DATE), ("Saturday", "en", SATURDAY), ("31/2/2026", "en", NO_SUCH_DATE),
    ("29/2/2026", "en", NO_SUCH_DATE), ("4/23/2026", "en", NO_SUCH_DATE), ("0/4/2026", "en", NO_SUCH_DATE),
    ("32 May 2026", "en", NO_SUCH_DATE), ("3/4/1447", "ur", NO_SUCH_DATE), ("3/4/202", "en", NO_SUCH_DATE),
    ("3/4/9999", "en", NO_SUCH_DATE), ("31/11", "en", NO_SUCH_DATE), ("May", "en", NO_DAY),
    ("May 2026", "en", NO_DAY), ("2026", "en", NOT_A_DATE), ("soon", "en", NOT_A_DATE), ("", "en", NOT_A_DATE),
    ("3", "en", NOT_A_DATE), ("next week", "en", NOT_A_DATE), ("3-4 days", "en", NOT_A_DATE),
    ("a month ago", "en", NOT_A_DATE), ("12 High Street", "en", NOT_A_DATE), ("07911 123456", "en", NOT_A_DATE),
    ("I may come", "en", NOT_A_DATE), ("not today", "en", NOT_A_DATE), ("Friday or Saturday", "en", NOT_A_DATE),
    ("3 or 4 May 2026", "en", NOT_A_DATE), ("🙏", "en", NOT_A_DATE),
]  # fmt: skip


@pytest.mark.parametrize(("said", "language", "meant"), DATES)
def test_a_date_is_read_day_first_or_not_at_all(said: str, language: str, meant: date | str) -> None:
    got = read_date(said, SATURDAY, language)
    assert got == Read(meant) if isinstance(meant, date) else isinstance(got, Unread) and got.reason == meant


@pytest.mark.parametrize(
    ("said", "past", "future"),
    [
        ("kal", date(2026, 5, 5), date(2026, 5, 7)), ("پرسوں", date(2026, 5, 4), date(2026, 5, 8)),
        ("Friday", date(2026, 5, 1), date(2026, 5, 8)), ("Wednesday", WEDNESDAY, WEDNESDAY),
        ("3 May", date(2026, 5, 3), date(2027, 5, 3)), ("25/12", date(2025, 12, 25), date(2026, 12, 25)),
        ("29 Feb", date(2024, 2, 29), date(2028, 2, 29)), ("jumma", date(2026, 5, 1), date(2026, 5, 8)),
    ],
)  # fmt: skip
def test_the_question_tells_which_side_of_today_is_meant(said: str, past: date, future: date) -> None:
    assert read_date(said, WEDNESDAY, "ur", toward="past") == Read(past)
    assert read_date(said, WEDNESDAY, "ur", toward="future") == Read(future)


def test_next_friday_said_on_a_wednesday_may_be_this_week_or_the_next() -> None:
    got = read_date("next friday", WEDNESDAY, "en")
    assert got == Unread(WHICH_DATE, maybe=(date(2026, 5, 8), date(2026, 5, 15)))


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(
        [
            "{0.day}/{0.month}/{0.year}",
            "{0:%Y-%m-%d}",
            "{0:%d.%m.%Y}",
            "{0.day} {0:%B} {0.year}",
            "{0:%A} {0.day} {0:%b} {0.year}",
        ]
    ),
)
def test_a_whole_date_comes_back_as_it_was_written(day: date, form: str) -> None:
    assert read_date(form.format(day), SATURDAY, "en") == Read(day)


@given(st.text(max_size=60), st.dates(), st.sampled_from([*KNOWN_LANGUAGES, "ar", "xx", "", "ckb"]))
def test_no_text_and_no_day_breaks_the_reading_of_dates(said: str, today: date, language: str) -> None:
    got = read_date(said, today, language)
    assert isinstance(got, Read) or got.reason in REASONS


@given(st.sampled_from([said for said, *_ in DATES]), st.dates(), st.sampled_from(["past", "future"]))
def test_a_word_for_a_day_is_read_on_any_day(said: str, today: date, toward: str) -> None:
    got = read_date(said, today, "en", toward="past" if toward == "past" else "future")
    assert isinstance(got, Read) or got.reason in REASONS


POSTCODES: list[tuple[str, str]] = [
    ("IP1 1AA", "IP1 1AA"), ("ip1 1aa", "IP1 1AA"), ("ip11aa", "IP1 1AA"), ("Ip1  1Aa", "IP1 1AA"),
    (" IP1 1AA. ", "IP1 1AA"), ("IP1-1AA", "IP1 1AA"), ("IP1,1AA", "IP1 1AA"), ("1P1 1AA", "IP1 1AA"),
    ("IPl 1AA", "IP1 1AA"), ("IP1 IAA", "IP1 1AA"), ("SW1A 1AA", "SW1A 1AA"), ("sw1a1aa", "SW1A 1AA"),
    ("EC1A 1BB", "EC1A 1BB"), ("W1A 0AX", "W1A 0AX"), ("W1A OAX", "W1A 0AX"), ("M1 1AE", "M1 1AE"),
    ("B33 8TH", "B33 8TH"), ("b338th", "B33 8TH"), ("CR2 6XH", "CR2 6XH"), ("DN55 1PT", "DN55 1PT"),
    ("E1 6AN", "E1 6AN"), ("LE1 5WW please", "LE1 5WW"), ("my postcode is LE1 5WW", "LE1 5WW"),
    ("I live at LE1 5WW thanks", "LE1 5WW"), ("Flat 2, 12 High Street, IP1 1AA", "IP1 1AA"), ("IP1", "IP1"),
    ("ip1", "IP1"), ("near IP1", "IP1"), ("IP1 1", "IP1 1"), ("IP4", "IP4"), ("mieszkam w IP1 1AA", "IP1 1AA"),
    ("ip1 1aa shukriya", "IP1 1AA"), ("IP১ ১AA", "IP1 1AA"), ("IP۱ ۱AA", "IP1 1AA"), ("ＩＰ１ １ＡＡ", "IP1 1AA"),
    ("IP1 1AA or IP2 0AA", TWO_POSTCODES), ("IP1/IP2", TWO_POSTCODES), ("IP1 1AA and IP1 1AA", "IP1 1AA"),
    ("QQ1 1AA", NOT_A_POSTCODE), ("no 2", NOT_A_POSTCODE), ("2 3", NOT_A_POSTCODE), ("12345", NOT_A_POSTCODE),
    ("", NOT_A_POSTCODE), ("Ipswich", NOT_A_POSTCODE), ("I don't know", NOT_A_POSTCODE),
    ("12 High Street", NOT_A_POSTCODE), ("07911 123456", NOT_A_POSTCODE), ("3/4/2026", NOT_A_POSTCODE),
    ("IP1 1CC1", NOT_A_POSTCODE), ("🏠", NOT_A_POSTCODE), ("I have 2 kids", NOT_A_POSTCODE),
    ("90210", NOT_A_POSTCODE), ("1 or 2", NOT_A_POSTCODE),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), POSTCODES)
def test_a_postcode_is_read_in_any_spelling(said: str, meant: str) -> None:
    got = read_postcode(said)
    assert got == (Unread(meant) if meant in REASONS else Read(meant))


@given(
    st.sampled_from(["IP", "LE", "B", "SW", "ZE", "M"]), st.integers(1, 99), st.integers(0, 9),
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2), st.sampled_from(["{0}", "{1}", "{2}", "I live in {0}"]),
)  # fmt: skip
def test_a_postcode_comes_back_however_it_is_typed(area: str, district: int, sector: int, unit: str, form: str) -> None:
    whole = f"{area}{district} {sector}{unit}"
    assert read_postcode(form.format(whole, whole.lower(), whole.replace(" ", ""))) == Read(whole)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_postcodes(said: str) -> None:
    got = read_postcode(said)
    assert isinstance(got, Read) or got.reason in REASONS


MOBILE = "+447911123456"
PHONES: list[tuple[str, str]] = [
    ("07911123456", MOBILE), ("07911 123456", MOBILE), ("07911-123-456", MOBILE), ("07911 123 456", MOBILE),
    ("(07911) 123456", MOBILE), ("+447911123456", MOBILE), ("+44 7911 123456", MOBILE),
    ("+44 (0)7911 123456", MOBILE), ("+44(0) 7911 123456", MOBILE), ("00447911123456", MOBILE),
    ("0044 7911 123456", MOBILE), ("447911123456", MOBILE), ("7911123456", MOBILE),
    ("whatsapp:+447911123456", MOBILE), ("tel:07911123456", MOBILE), ("Tel. 07911 123456", MOBILE),
    ("o7911 123456", MOBILE), ("O7911 123456", MOBILE), ("٠٧٩١١ ١٢٣٤٥٦", MOBILE), ("০৭৯১১ ১২৩৪৫৬", MOBILE),
    ("۰۷۹۱۱۱۲۳۴۵۶", MOBILE), ("my number is 07911 123456", MOBILE), ("07911 123456 thanks", MOBILE),
    ("No. 07911 123456", MOBILE), ("no.07911 123456", MOBILE), ("call me on 07911123456 please", MOBILE),
    ("mój numer to 07911 123456", MOBILE), ("mera number 07911 123456 hai", MOBILE),
    ("আমার নম্বর ০৭৯১১ ১২৩৪৫৬", MOBILE), ("07911 123456 or +447911123456", MOBILE), ("07911.123.456", MOBILE),
    ("020 7946 0000", "+442079460000"), ("0116 496 0123", "+441164960123"), ("07700 900123", "+447700900123"),
    ("+447700900001", "+447700900001"), ("+48 512 345 678", "+48512345678"), ("0048 512 345 678", "+48512345678"),
    ("+92 301 2345678", "+923012345678"), ("+880 1812 345678", "+8801812345678"), ("US.1234", NAME_NOT_PHONE),
    ("us.1234", NAME_NOT_PHONE), ("whatsapp:US.1234", NAME_NOT_PHONE), ("GB.07911123456", NAME_NOT_PHONE),
    ("my name is US.12345678901", NAME_NOT_PHONE), ("999", SHORT_PHONE), ("111", SHORT_PHONE),
    ("116 123", SHORT_PHONE), ("60777", SHORT_PHONE), ("85258", SHORT_PHONE),
    ("07911 123456 or 07911 123457", TWO_PHONES), ("07911 12345", NOT_A_PHONE), ("07911 1234567", NOT_A_PHONE),
    ("512 345 678", NOT_A_PHONE), ("1234567890", NOT_A_PHONE), ("0800 FLOWERS", NOT_A_PHONE),
    ("020 7946 0000 ext 5", NOT_A_PHONE), ("", NOT_A_PHONE), ("no", NOT_A_PHONE), ("my son's", NOT_A_PHONE),
    ("12 High Street", NOT_A_PHONE), ("3/4/2026", NOT_A_PHONE), ("IP1 1AA", NOT_A_PHONE), ("£500", NOT_A_PHONE),
    ("📞", NOT_A_PHONE), ("+", NOT_A_PHONE), ("+44", NOT_A_PHONE), ("07911 123456 2", NOT_A_PHONE),
    ("US1234", NOT_A_PHONE), ("4532 1234 5678 9010", NOT_A_PHONE),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), PHONES)
def test_a_phone_number_is_read_whole_or_not_at_all(said: str, meant: str) -> None:
    got = read_phone(said)
    assert got == (Unread(meant) if meant in REASONS else Read(meant))


@given(st.integers(0, 10**6 - 1), st.sampled_from(["07911{}", "+44 7911 {}", "0044 7911{}", "07911 {} please", "৭{}"]))
def test_a_mobile_number_comes_back_however_it_is_typed(number: int, form: str) -> None:
    digits = f"{number:06}"
    written = f"+447911{digits}"
    assume(phonenumbers.is_valid_number(phonenumbers.parse(written)))
    got = read_phone(form.replace("৭", "০৭৯১১ ").format(digits))
    assert got == Read(written)


@given(st.from_regex(r"\A(whatsapp:)?[A-Z]{2}\.[0-9]{2,14}\Z"))
def test_a_whatsapp_name_is_never_a_phone_number(name: str) -> None:
    assert read_phone(name) == Unread(NAME_NOT_PHONE)


@given(st.text(max_size=60) | st.text("0123456789+() -.oextUS", max_size=24))
def test_no_text_breaks_the_reading_of_phone_numbers(said: str) -> None:
    got = read_phone(said)
    if isinstance(got, Read):
        assert got.value.startswith("+")
        assert got.value[1:].isdigit()
    else:
        assert got.reason in REASONS


def test_every_reason_is_a_plain_sentence_with_a_note_for_translators() -> None:
    for reason, note in REASONS.items():
        assert reason.isascii()
        assert reason.endswith(".")
        assert note.endswith(".")


def test_very_long_texts_are_answers_to_nothing() -> None:
    story = "I have waited since 3/4/2026 and nobody rings 07911 123456 back. " * 4
    for got in (read_number(story, 0, 9), read_date(story, SATURDAY), read_postcode(story), read_phone(story)):
        assert isinstance(got, Unread)
