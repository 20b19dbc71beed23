"""Personal details are found where they stand, and named for what they are; what only looks like one is left alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.personal.find import find
from bot.story.personal.kinds import Kind
from bot.story.personal.numbers import is_nhs_number


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.kind.value) for span in find(text)]


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ("My name is Ngozi and I wait", [("Ngozi", "name")]),
        ("my son Ahmed is ill", [("Ahmed", "name")]),
        ("Dr Khan and nurse Mary", [("Khan", "staff"), ("Mary", "staff")]),
        ("ring 07700 900123 or a.b@example.org", [("07700 900123", "phone"), ("a.b@example.org", "email")]),
        ("NHS 943 476 5919, NI QQ 12 34 56 C", [("943 476 5919", "nhs"), ("QQ 12 34 56 C", "nino")]),
        ("I am at Flat 3, 22 Elm Street in IP4 1AB", [("Flat 3, 22 Elm Street", "address"), ("IP4 1AB", "postcode")]),
        (
            "Riverside Surgery and Highfield Primary School",
            [("Riverside Surgery", "place"), ("Highfield Primary School", "place")],
        ),
        ("noor masjid", [("noor masjid", "place")]),
        ("I work at Amazon", [("Amazon", "place")]),
        ("born 12/05/1962, ref HB/4471-92", [("12/05/1962", "date"), ("HB/4471-92", "reference")]),
        ("my insta is @maureen_oak", [("@maureen_oak", "link")]),
        ("account 31926819", [("31926819", "number")]),
        ("rozmawiałam z Tomkiem", [("Tomkiem", "name")]),
        ("Nazywam się Bronisława Kwaśny", [("Bronisława Kwaśny", "name")]),
        ("ڈاکٹر ولیم نے کہا", [("ولیم", "staff")]),
        ("میری بیٹی عائشہ ہائی فیلڈ سکول میں ہے", [("عائشہ", "name"), ("ہائی فیلڈ سکول", "place")]),
        ("mera beta hamza", [("hamza", "name")]),
        ("আমার বোন জেসমিনকে", [("জেসমিন", "name")]),
        ("আমাকে ০৭৭০০ ৯০০১২৩ নম্বরে", [("০৭৭০০ ৯০০১২৩", "phone")]),
        ("amar chele rafiq", [("rafiq", "name")]),
        ("My name is Oluchi. They told Oluchi to wait", [("Oluchi", "name"), ("Oluchi", "name")]),
    ],
)
def test_details_are_found_in_every_language_and_script(said: str, details: list[tuple[str, str]]) -> None:
    assert found(said) == details


@pytest.mark.parametrize(
    "said",
    [
        "i am pregnant and tired",
        "I'm Polish and Muslim",
        "the doctor said wait until 2025",
        "rent is £1250, before it was 900 pounds",
        "ring 0800 1111 or 116 123",
        "I may go in June. Will you? I hope so",
        "We called Universal Credit and Citizens Advice",
        "pani w urzędzie krzyczała",
        "Marka nie ma znaczenia",
        "ڈاکٹر نے کہا کہ انتظار کرو",
        "میری عمر 45 سال ہے",
        "میرے ملک میں",
        "doctor ne kaha kal aana",
        "rahat nahi mili",
        "কাদের কাছে যাব",
        "ডাক্তার বললেন",
        "keu jane na",
        "The Lido, Mondays at six.",
    ],
)
def test_what_only_looks_like_a_detail_is_left(said: str) -> None:
    assert found(said) == []


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("943 476 5919", True),
        ("9434765919", True),
        ("943 476 5918", False),
        ("1234567890", False),
        ("401 023 2137", True),
    ],
)
def test_an_nhs_number_is_told_by_its_last_digit(number: str, right: bool) -> None:
    assert is_nhs_number(number) is right


def test_ten_digits_that_are_no_nhs_number_are_marked_all_the_same() -> None:
    assert found("it is 1234567890")[0][1] == Kind.NUMBER


@given(st.text("abCD 019@.,/-+আরমনকাع ڈاکٹراحمدzażół'\n", max_size=80))
def test_whatever_is_texted_spans_lie_in_it_in_order_and_apart(text: str) -> None:
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
