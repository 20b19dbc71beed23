"""What a turn did at which steps: reached, left, not understood; and which words may be kept."""

from __future__ import annotations

import pytest

from bot.flow.rehearse.stage import VOICE
from bot.flow.visits import END, LONGEST
from tests.flow.stage import Talk

FORM = """
flow: form
about: x
start_words: [start me]
steps:
  - ask: Which?
    id: which
    options:
      - one: A red apple
      - two: A green pear
  - ask: May we keep it?
    id: may
    clear: true
    options:
      - keep: Keep it
      - drop: Throw it away
  - ask: Where?
    id: where
    expect: place
  - listen: Tell us.
    id: told
  - say: Done.
"""
MORE_OF_IT = """
flow: many
about: x
start_words: [many]
steps:
  - ask: What did you like?
    id: liked
    repeat: 3
    options:
      - tea: Tea
      - bread: Bread
"""


def happened(talk: Talk) -> list[str]:
    """What the last turn did: "form.which reached"."""
    assert talk.last is not None
    return [f"{visit.flow}.{visit.step} {visit.what.value}" for visit in talk.last.path]


def words(talk: Talk) -> list[str]:
    assert talk.last is not None
    return [visit.words for visit in talk.last.path if visit.what == "missed"]


def test_each_question_is_reached_once_and_so_is_the_end() -> None:
    talk = Talk(FORM)
    assert happened(talk) == ["form.which reached"]
    for said, then in (
        ("1", "may"), ("Keep it", "where"), ("I do not want to say where", ""), ("E1 6AN", "told"),
    ):  # fmt: skip
        talk.says(said)
        assert happened(talk) == ([f"form.{then} reached"] if then else ["form.where missed"])
    talk.says("I was there.")
    assert happened(talk) == []
    talk.says("DONE")
    assert happened(talk) == [f"form.{END} reached"]


def test_the_step_that_waits_is_named() -> None:
    talk = Talk(FORM)
    assert talk.last is not None
    assert talk.last.at_step == "which"
    talk.says("STOP")
    assert talk.last.at_step == ""


@pytest.mark.parametrize("again", ["HELP", "polski", "BACK", "MORE"])
def test_the_same_question_once_more_is_not_a_second_visit(again: str) -> None:
    talk = Talk(FORM)
    talk.says("1")
    talk.says(again)
    assert "form.may reached" not in happened(talk)
    assert "form.which reached" not in happened(talk)


@pytest.mark.parametrize("said", ["MENU", "STOP", "START"])
def test_who_goes_away_without_an_answer_has_left(said: str) -> None:
    talk = Talk(FORM)
    talk.says(said)
    assert happened(talk)[0] == "form.which left"


def test_who_comes_back_after_days_had_put_it_down() -> None:
    talk = Talk(FORM)
    talk.says("MENU", away=True)
    assert happened(talk) == ["form.which put_down", "menu.step1 reached"]


def test_a_start_word_at_the_menu_is_an_answer_to_it() -> None:
    talk = Talk(FORM.replace("start_words: [start me]", "start_words: [start me]\nanywhere: true"))
    talk.says("MENU")
    talk.says("MENU")
    assert happened(talk) == ["menu.step1 reached"]


def test_who_has_given_one_of_several_answers_has_not_left_without_one() -> None:
    talk = Talk(FORM, MORE_OF_IT, start="many")
    talk.says("1")
    talk.says("MENU")
    assert "many.liked left" not in happened(talk)
    talk.says("STOP")
    talk = Talk(FORM, MORE_OF_IT, start="many")
    talk.says("MENU")
    assert "many.liked left" in happened(talk)


def test_words_that_were_not_understood_are_kept_where_they_may_be() -> None:
    """Never after a consent question or one about a place, and nothing long."""
    talk = Talk(FORM)
    talk.says("bananas")
    assert (happened(talk), words(talk)) == (["form.which missed"], ["bananas"])
    talk.says("something long " * 10)
    assert (len("something long " * 10) > LONGEST, words(talk)) == (True, [""])
    talk.says("1")
    talk.says("perhaps later")
    assert (happened(talk), words(talk)) == (["form.may missed"], [""])
    talk.says("Keep it")
    talk.says("Nowhereville")
    assert (happened(talk), words(talk)) == (["form.where missed"], [""])


def test_a_voice_note_in_a_story_is_not_understood_and_has_no_words() -> None:
    talk = Talk(FORM)
    for said in ("1", "Keep it", "E1 6AN"):
        talk.says(said)
    talk.says("", media=(VOICE,))
    assert (happened(talk), words(talk)) == (["form.told missed"], [""])


def test_danger_words_are_no_miss() -> None:
    talk = Talk(FORM)
    talk.says("I want to kill myself")
    assert "116 123" in talk.says("I want to kill myself")
    assert happened(talk) == []


def test_a_flow_that_breaks_counts_nothing() -> None:
    """It was not she who left."""
    round_about = "flow: round\nabout: x\nstart_words: [round]\nsteps:\n  - id: a\n    say: x\n    go: a\n"
    talk = Talk(FORM, round_about, start="round")
    assert happened(talk) == []
