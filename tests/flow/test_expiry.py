"""A question that nobody answers is put aside after a day, with one kind word, and is not lost."""

from __future__ import annotations

import pytest

from bot.flow.events import Broke, TimerSet
from bot.flow.hours import WINDOW_MS
from bot.flow.later import LAST_WORD_MS, STALE_MS
from tests.flow.stage import Talk

BOOTS = """flow: boots
about: x
start_words: [start me]
steps:
  - ask: What size?
    id: size
    options:
      - small: Small
      - large: Large
  - ask: And what colour?
    id: colour
    expect: text
    optional: true
  - listen: Tell us about your feet.
    id: feet
    quiet: 20 minutes
  - say: "Boots: {size}."
"""
ASKED = "What size?"
LAST = "We did not hear from you, and that is all right. To go on where you were text BACK. For other help text MENU."
HERS = "What you wrote is kept, but not sent yet. To go on with it text BACK. To erase it text DELETE."


def timers(talk: Talk) -> list[TimerSet]:
    assert talk.last
    return [event for event in talk.last.events if isinstance(event, TimerSet)]


def silence(talk: Talk, silent_ms: int = LAST_WORD_MS) -> str:
    return talk.says("", timer=True, silent_ms=silent_ms)


def test_an_open_question_sets_a_last_word_for_a_day_later() -> None:
    ana = Talk(BOOTS)
    assert ASKED in ana.began
    assert timers(ana) == [TimerSet(LAST_WORD_MS, last_word=True)]
    assert silence(ana) == LAST
    assert ana.session.frames == []
    assert timers(ana) == []
    assert silence(ana) == ""


def test_back_brings_the_question_again_with_what_was_answered_before() -> None:
    ana = Talk(BOOTS)
    ana.says("2")
    assert ana.says("red") == "Tell us about your feet."
    silence(ana)
    assert ana.says("BACK").startswith("Tell us about your feet.")
    ana.says("They are flat.")
    assert ana.says("DONE") == "Boots: large."


@pytest.mark.parametrize("answer", ["2", "2.", "large", "Large."])
def test_so_does_an_answer_that_is_on_offer(answer: str) -> None:
    ana = Talk(BOOTS)
    silence(ana)
    assert ana.says(answer).startswith("And what colour?")
    assert not ana.session.parked
    assert not ana.session.expired


def test_a_tap_on_its_button_does_too() -> None:
    ana = Talk(BOOTS, channel="whatsapp")
    silence(ana)
    assert ana.says("Large", button="size.large").startswith("And what colour?")


def test_any_other_text_begins_something_else_and_the_question_stays_where_it_is() -> None:
    ana = Talk(BOOTS)
    silence(ana)
    assert ana.says("hello") == "What?"
    assert ana.says("MENU") == "What?"
    assert ana.session.expired
    assert ana.says("BACK").startswith(ASKED)


def test_after_days_it_is_gone() -> None:
    ana = Talk(BOOTS)
    silence(ana)
    assert ana.says("2", away=True) == "What?"
    assert not ana.session.parked
    assert not ana.session.expired


def test_nothing_is_said_about_a_question_that_may_be_left_out() -> None:
    ana = Talk(BOOTS)
    assert ana.says("1").startswith("And what colour?")
    assert timers(ana) == []


def test_nothing_is_said_about_the_menu() -> None:
    ana = Talk(BOOTS)
    assert ana.says("MENU") == "What?"
    assert timers(ana) == []


def test_a_flow_can_forbid_it_for_itself_and_what_it_runs() -> None:
    quiet = BOOTS.replace("about: x\n", "about: x\nlast_word: no\n")
    assert timers(Talk(quiet)) == []
    outer = "flow: outer\nabout: x\nlast_word: no\nstart_words: [begin]\nsteps:\n  - run: boots\n"
    assert timers(Talk(BOOTS, outer, start="begin")) == []


def test_who_wrote_words_of_danger_is_not_texted_about_the_question() -> None:
    ana = Talk(BOOTS)
    ana.says("I will kill myself")
    assert timers(ana) == []


def test_a_story_is_asked_about_first_and_put_aside_later() -> None:
    ana = Talk(BOOTS)
    ana.says("1")
    ana.says("red")
    assert timers(ana) == [TimerSet(LAST_WORD_MS, last_word=True)]
    ana.says("They hurt.")
    assert timers(ana) == [TimerSet(20 * 60_000)]
    assert silence(ana, 20 * 60_000).startswith("Is that everything?")
    assert timers(ana) == [TimerSet(LAST_WORD_MS, last_word=True)]
    assert silence(ana) == HERS
    assert not ana.session.expired


def test_a_story_without_a_first_question_is_put_aside_after_a_day() -> None:
    ana = Talk(BOOTS.replace("    quiet: 20 minutes\n", ""))
    ana.says("1")
    ana.says("red")
    ana.says("They hurt.")
    assert timers(ana) == [TimerSet(LAST_WORD_MS, last_word=True)]
    assert silence(ana) == HERS


def test_a_story_that_waits_is_not_pushed_out_by_a_question() -> None:
    ana = Talk(BOOTS)
    ana.says("1")
    ana.says("red")
    ana.says("They hurt.")
    ana.says("MENU")
    ana.says("something else")
    assert ASKED in ana.says("start me")
    assert silence(ana) == HERS
    ana.says("BACK")
    assert ana.says("DONE") == "Boots: small."


def test_a_later_question_takes_the_place_of_an_earlier_one() -> None:
    ana = Talk(BOOTS)
    silence(ana)
    ana.says("start me")
    ana.says("2")
    ana.says("red")
    assert silence(ana) == LAST
    assert ana.says("BACK").startswith("Tell us about your feet.")


def test_by_whatsapp_nothing_is_said_once_the_window_is_closed_but_the_question_is_kept() -> None:
    amina = Talk(BOOTS, channel="whatsapp")
    assert silence(amina, WINDOW_MS) == ""
    assert amina.says("BACK").startswith(ASKED)


def test_by_sms_nothing_is_said_that_is_days_late() -> None:
    ana = Talk(BOOTS)
    assert silence(ana, STALE_MS) == ""
    assert ana.says("BACK").startswith(ASKED)


def test_who_has_stopped_hears_nothing() -> None:
    ana = Talk(BOOTS)
    ana.says("STOP")
    assert timers(ana) == []
    assert silence(ana) == ""


def test_a_timer_of_a_flow_that_broke_meanwhile_says_nothing() -> None:
    ana = Talk(BOOTS)
    kept = ana.session
    kept.frames[-1].at = 99
    ana.kept = kept.to_json()
    assert silence(ana) == ""
    assert ana.last
    assert any(isinstance(event, Broke) for event in ana.last.events)
