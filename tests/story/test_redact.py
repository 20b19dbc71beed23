"""What points at a person is taken out of a short text; what she asked for stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.redact import redacted


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("07700 900123", "[number]"),
        ("ring me +44 7700 900 123 please", "ring me [number] please"),
        ("٠٧٧٠٠٩٠٠١٢٣", "[number]"),
        ("০৭৭০০ ৯০০ ১২৩", "[number]"),
        ("my NHS number is 943 476 5919", "my NHS number is [number]"),
        ("AB123456C", "[number]"),
        ("ab 12 34 56 c ok", "[number] ok"),
        ("born 12/05/1980", "born [number]"),
        ("ip1 1aa", "[postcode]"),
        ("near IP1", "near [postcode]"),
        ("12 Mill Road", "[address]"),
        ("flat 3b", "[address]"),
        ("amina.b@example.org", "[e-mail]"),
        ("see www.example.org/me", "see [link]"),
        ("my name is Amina Begum", "my name is [name]"),
        ("I'm Amina and I need food", "I'm [name] and I need food"),
        ("mam na imię Ola", "mam na imię [name]"),
        ("Nazywam się Jan Kowalski", "Nazywam się [name]"),
        ("میرا نام شازیہ ہے", "میرا نام [name] ہے"),
        ("میں شازیہ ہوں", "میں [name] ہوں"),
        ("mera naam Tariq hai", "mera naam [name] hai"),
        ("main Tariq hoon", "main [name] hoon"),
        ("আমার নাম রহিমা বেগম", "আমার নাম [name]"),
        ("আমি রহিমা বলছি", "আমি [name] বলছি"),
        ("amar nam Rahima", "amar nam [name]"),
        ("thanks, Maureen", "thanks, [name]"),
        ("My neighbour Gladys, ring her", "My neighbour [name], ring her"),
        ("Dr Khan said no", "Dr [name] said no"),
        ("Ngozi is my name. My name is Ngozi", "[name] is my name. My name is [name]"),
    ],
)
def test_what_points_at_a_person_goes(said: str, shown: str) -> None:
    assert redacted(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "3",
        "option 2",
        "1 or 2",
        "i need food",
        "jedzenie",
        "مجھے ڈاکٹر چاہیے",
        "আমি সাহায্য চাই",
        "ami help chai",
        "",
        "2?",
        "i am pregnant and have no doctor",
        "I'm Polish",
        "i am diabetic",
        "this is urgent",
        "call me tomorrow",
        "main bahut pareshan hoon",
        "میں حاملہ ہوں",
        "jestem zmęczona",
        "is Riverside Surgery open",
    ],
)
def test_what_she_asked_for_stays(said: str) -> None:
    assert redacted(said) == said


@given(st.integers(10_000, 10**14), st.text("abc ąیআ.,-", max_size=20))
def test_no_long_number_ever_stays(number: int, around: str) -> None:
    assert str(number) not in redacted(f"{around} {number} {around}")
