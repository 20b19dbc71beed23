"""A follow-up for somebody on WhatsApp whose 24 hours are over: it waits for her, and nothing of it is lost."""

from __future__ import annotations

import pytest

from bot.flow.events import FollowUpSet, Say
from bot.flow.hours import WINDOW_MS
from tests.flow.stage import Talk

TEMPLATES = """templates:
  - id: back
    about: x
    category: utility
    text: We promised to come back to you. Write any word to go on.
"""
KETTLE = """flow: kettle
about: x
start_words: [start me]
steps:
  - say: A kettle comes.
  - wait: 2 days
    template: back
  - ask: Did the kettle come?
    id: came
    options:
      - yes: It came
      - no: Not yet
  - say: Thank you for telling us.
"""
LANGUAGE = "flow: change-language\nabout: x\nsteps:\n  - ask: Which language?\n    expect: language\n"
OTHER = "flow: other\nabout: x\nstart_words: [bread]\nsteps:\n  - ask: Brown or white?\n    expect: text\n"
TEMPLATE, QUESTION = "We promised to come back to you. Write any word to go on.", "Did the kettle come?"


class Waiting(Talk):
    """Somebody for whom a follow-up was set."""

    def __init__(self, kettle: str = KETTLE, channel: str = "whatsapp") -> None:
        super().__init__(TEMPLATES, kettle, OTHER, LANGUAGE, channel=channel)

    @property
    def later(self) -> FollowUpSet | None:
        assert self.last is not None
        return next((event for event in self.last.events if isinstance(event, FollowUpSet)), None)

    def days_pass(self, later: FollowUpSet | None = None, silent_ms: int = WINDOW_MS) -> str:
        """The follow-up comes due; she last wrote so long ago."""
        return self.says("", timer=True, follow_up=later or self.later, silent_ms=silent_ms)

    def held(self) -> Waiting:
        self.days_pass()
        return self


def test_the_template_is_said_in_place_of_the_follow_up() -> None:
    talk = Waiting()
    assert talk.days_pass() == TEMPLATE
    assert talk.last is not None
    assert [event.kind for event in talk.last.events if isinstance(event, Say)] == ["template"]


def test_within_the_24_hours_and_by_sms_the_follow_up_comes_at_once() -> None:
    assert QUESTION in Waiting().days_pass(silent_ms=WINDOW_MS - 1)
    assert QUESTION in Waiting(channel="sms").days_pass()


@pytest.mark.parametrize("words", ["ok", "hello", "thanks", "yes", "My son took it", "", "1"])
def test_whatever_she_writes_the_follow_up_goes_on(words: str) -> None:
    talk = Waiting().held()
    assert QUESTION in talk.says(words, away=True)
    assert talk.says("1") == "Thank you for telling us."


@pytest.mark.parametrize("words", ["MORE", "HELP"])
def test_a_command_is_obeyed_and_the_follow_up_waits_on(words: str) -> None:
    talk = Waiting().held()
    assert QUESTION not in talk.says(words)
    assert QUESTION in talk.says("ok")


def test_another_language_comes_first_and_then_the_follow_up() -> None:
    talk = Waiting().held()
    assert "Which language?" in talk.says("LANGUAGE")
    assert QUESTION in talk.says("1")


@pytest.mark.parametrize(("words", "answer"), [("MENU", "What?"), ("bread", "Brown or white?"), ("START", "What?")])
def test_when_she_wants_something_else_that_comes_first_and_the_follow_up_an_hour_later(
    words: str, answer: str
) -> None:
    talk = Waiting().held()
    assert talk.says(words) == answer
    later = talk.later
    assert later is not None
    assert later.after_ms == 3_600_000
    assert QUESTION in talk.days_pass(later, silent_ms=3_600_000)


def test_stop_is_stop() -> None:
    talk = Waiting().held()
    assert "no more texts" in talk.says("STOP")
    assert QUESTION not in talk.says("ok", stopped=True)


def test_danger_is_answered_at_once_and_the_follow_up_still_waits() -> None:
    talk = Waiting().held()
    assert "116 123" in talk.says("I will kill myself")
    assert QUESTION in talk.says("ok")


def test_a_second_follow_up_does_not_ask_her_again_to_write() -> None:
    talk = Waiting()
    first = talk.later
    talk.held()
    assert talk.days_pass(first) == ""
    assert talk.later is not None
    assert talk.later.frames == first.frames if first else False
    assert QUESTION in talk.says("ok")


def test_without_a_template_it_is_looked_at_again_until_she_has_written() -> None:
    talk = Waiting(KETTLE.replace("    template: back\n", ""))
    for _ in range(3):
        assert talk.days_pass() == ""
        assert talk.later is not None
        assert talk.later.after_ms + 13 * 3_600_000 < WINDOW_MS
    later = talk.later
    assert talk.says("bread") == "Brown or white?"
    assert QUESTION in talk.days_pass(later, silent_ms=3_600_000)


def test_after_a_wait_with_nothing_behind_it_she_is_answered_all_the_same() -> None:
    talk = Waiting(KETTLE[: KETTLE.index("  - ask")])
    assert talk.days_pass() == TEMPLATE
    assert talk.says("hello there") == "What?"
    assert talk.says("MENU") == "What?"


def test_in_the_middle_of_a_story_that_is_to_come_nothing_is_heard_before_it_is_asked_for() -> None:
    asks = KETTLE[: KETTLE.index("  - ask")] + "  - listen: How was it?\n    id: told\n  - say: Thanks.\n"
    talk = Waiting(asks).held()
    talk.says("I will kill myself")
    assert talk.says("ok") == "How was it?"
    assert talk.session.frames[-1].values == {}
