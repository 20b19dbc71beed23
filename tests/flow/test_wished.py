"""At a list of services she texts what matters to her, hears what she reads, and turns its pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flow.events import Say
from bot.flow.wished import wishes_in
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places
from bot.knowledge.services import Facts, Service
from bot.language.normal import words
from bot.values import KNOWN_LANGUAGES
from tests.flow.stage import CATALOGUES, Talk
from tests.knowledge.samples import service

FLOW = """flow: near
about: x
start_words: [start me]
steps:
  - find: services
    id: near
    with: {topic: food, place: nowhere, matters: matters}
    say: "Here:"
    options:
      - matters: What matters
    go: {matters: matters}
    else: lost
    stay: yes
  - say: Bye.
    end: yes
  - id: lost
    say: Lost.
    end: yes
  - ask: What?
    id: matters
    options:
      - halal: Halal food
      - free: It is free
    go: near
"""
SAID = [
    ("halal", "halal"),
    ("Halal please!", "halal"),
    ("FREE and no steps", "free step_free"),
    ("i need women only, thanks", "women_only"),
    ("wheelchair", "step_free"),
    ("my language", "my_language"),
    ("sirf auraton ke liye", "women_only"),
    ("muft aur halal", "free halal"),
    ("meri zaban", "my_language"),
    ("صرف خواتین", "women_only"),
    ("হালাল খাবার চাই", "halal"),
    ("tłumacz", "interpreter"),
    ("z dziecmi", "children"),
    ("free school meals", ""),
    ("where can i get halal meat in ipswich", ""),
    ("please", ""),
    ("", ""),
]


@pytest.mark.parametrize(("said", "wished"), SAID, ids=[row[0] for row in SAID])
def test_wishes_are_read_in_every_language_and_a_question_is_no_wish(said: str, wished: str) -> None:
    assert " ".join(wishes_in(words(said), CATALOGUES)) == wished


def talk(*services: Service, channel: str = "sms") -> Talk:
    made = Talk(FLOW, channel=channel, start="thanks")
    directory = Directory([], services, places=Places(), languages=KNOWN_LANGUAGES, translate=CATALOGUES.text)
    made.world = replace(made.world, directory=directory)
    return made


def three() -> list[Service]:
    told = {"a": Facts(halal=False), "b": Facts(), "c": Facts(halal=True)}
    return [replace(service(key), name=f"Tea {key}", facts=facts) for key, facts in told.items()]


def test_what_she_texts_at_the_list_orders_it_and_says_what_is_not_known() -> None:
    her = talk(*three())
    her.says("start me")
    assert her.says("halal please").split("\n")[:4] == [
        "First what fits: halal. Places that do not fit are left out.",
        "1. Tea c, Free",
        "2. Tea b, Free, ring to ask",
        "3. What matters",
    ]
    assert her.says("1").startswith("Tea c")


def test_what_she_chooses_orders_the_list_that_she_has() -> None:
    her = talk(*three())
    her.says("start me")
    her.says("What matters")
    assert her.says("1").split("\n")[1] == "1. Tea c, Free"
    her.says("What matters")
    assert her.says("It is free").startswith("First what fits: halal, free.")


def test_it_is_said_when_nothing_is_known_to_fit() -> None:
    unknown, no = [replace(service("b"), facts=Facts())], [replace(service("a"), facts=Facts(halal=False))]
    for services, said in (
        (unknown, "We do not know which of these fit: halal."),
        (no, "Sorry, we know of none that fits"),
    ):
        her = talk(*services)
        her.says("start me")
        assert her.says("halal").startswith(said)


def test_anything_else_is_still_a_question() -> None:
    her = talk(*three())
    her.says("start me")
    assert her.says("free school meals") == "Lost."


AUDIO = {"en": "https://example.org/tea.mp3"}


def test_what_can_be_heard_or_read_in_easy_words_says_so_and_the_word_brings_the_link() -> None:
    her = talk(replace(service(), audio=AUDIO, easy_read={"en": "https://example.org/easy"}))
    her.says("start me")
    card = her.says("1")
    assert "Text LISTEN to hear it. Text EASY for easy words and pictures. Text MORE for more." in card
    assert her.says("listen") == "Lantern Food Bank\nHear it here. You need the internet: https://example.org/tea.mp3"
    assert "https://example.org/easy" in her.says("EASY")
    assert "immigration" in her.says("more")


def test_without_a_link_in_her_language_nothing_is_offered_and_the_word_is_answered_kindly() -> None:
    for links in ({}, {"pl": "https://example.org/pl.mp3"}):
        her = talk(replace(service(), audio=links))
        her.says("start me")
        assert "LISTEN" not in her.says("1")
        assert her.says("listen").startswith("We do not have this one in that form yet.")


def test_on_whatsapp_the_words_are_buttons() -> None:
    her = talk(replace(service(), audio=AUDIO), channel="whatsapp")
    her.says("start me")
    her.says("1")
    assert her.last is not None
    card = her.last.events[-1]
    assert isinstance(card, Say)
    assert card.options == (("near.listen", "LISTEN"), ("near.more", "MORE"))
    assert "tea.mp3" in her.says("LISTEN", button="near.listen")
    assert "tea.mp3" not in her.says("LISTEN", button="old")


def test_listen_is_an_answer_like_any_other_where_nothing_is_read() -> None:
    asks = "  - ask: Why?\n    id: why\n    expect: text\n  - say: '{why}'\n"
    her = Talk(f"flow: tea\nabout: x\nstart_words: [start me]\nsteps:\n{asks}")
    assert her.says("listen") == "listen"
