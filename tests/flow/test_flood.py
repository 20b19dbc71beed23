"""Very many messages in a minute: answered up to a number, told once, then silence that ends by itself."""

from __future__ import annotations

from bot.flow.events import AlertRaised, Erased, Say, Stopped, TimerSet
from bot.flow.flood import CALM, MINUTE, PER_MINUTE, QUIET, Flood, Verdict, is_answered, judge, may_be_held_back
from bot.flow.session import Session
from bot.story.danger import Danger

NOW = 1_780_394_400_000


def run(state: Flood, moments: list[int], limit: int = 5) -> tuple[Flood, list[str]]:
    found = []
    for moment in moments:
        state, verdict = judge(state, moment, limit)
        found.append(verdict.value)
    return state, found


def test_up_to_the_limit_all_are_answered_then_one_word_then_silence() -> None:
    _, said = run(CALM, [NOW + number * 1000 for number in range(10)])
    assert said == ["answer"] * 5 + ["say_once"] + ["silent"] * 4


def test_the_silence_ends_by_itself_and_she_is_answered_as_before() -> None:
    state, _ = run(CALM, [NOW] * 6)
    assert judge(state, NOW + QUIET - 1)[1] is Verdict.SILENT
    _, said = run(state, [NOW + QUIET + number for number in range(6)])
    assert said == ["answer"] * 5 + ["say_once"]


def test_somebody_who_writes_steadily_is_always_answered() -> None:
    _, said = run(CALM, [NOW + number * MINUTE // 5 for number in range(100)])
    assert set(said) == {"answer"}


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    state, _ = run(CALM, [NOW] * 5)
    assert judge(state, NOW - MINUTE, 5)[1] is Verdict.ANSWER


def test_no_limit_counts_nothing() -> None:
    assert run(CALM, [NOW] * 100, limit=0) == (CALM, ["answer"] * 100)


def test_an_ordinary_talk_never_reaches_the_limit() -> None:
    assert PER_MINUTE >= 20


def test_danger_stop_and_what_must_be_kept_are_never_held_back() -> None:
    menu = Say("Menu")
    assert may_be_held_back((menu, TimerSet(1)))
    for event in (Say("999", kind="danger"), Say("Stopped", kind="opt_out"), AlertRaised(Danger.NOW, ""), Stopped()):
        assert not may_be_held_back((menu, event))
    assert not may_be_held_back((Erased(),))


def test_what_is_listened_to_in_silence_is_no_flood() -> None:
    assert not is_answered((TimerSet(1),))
    assert is_answered((TimerSet(1), Say("Thank you")))


def test_a_session_carries_it_and_one_that_was_kept_before_has_none() -> None:
    session = Session(language="en", flood=Flood(NOW, 3, 0))
    assert Session.from_json(session.to_json()) == session
    assert Session.from_json('["en",true]').flood == CALM
