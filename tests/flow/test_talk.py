"""A talk with a champion, in the engine: whose is what she texts, and who answers her next."""

from __future__ import annotations

import pytest

from bot.flow.events import AlertRaised, Erased, HandedOver, Stopped, TakenBack, ToPerson
from bot.flow.media import Media
from bot.flow.session import Person, Session
from bot.flow.world import FromDesk
from tests.flow.stage import Talk

FLOW = """flow: own
about: x
start_words: [start me]
steps:
  - ask: What is it about?
    id: what
    expect: text
  - hand_over: A champion will text you here.
    about: what
"""
OTHER = """flow: other
about: x
start_words: [story]
steps:
  - listen: Tell us.
    id: told
  - say: Thank you.
"""
FIRE = """flow: fire
about: x
start_words: [fire]
anywhere: yes
steps:
  - ask: Is it big?
    id: big
    options:
      - a: Yes, big
      - b: Only smoke
  - say: Call 999.
"""
ERASE = """flow: erase-my-data
about: x
steps:
  - ask: Shall we erase everything?
    id: sure
    options:
      - erase: Yes, erase it all
      - keep: No, keep it
    clear: true
    go: {keep: kept}
  - do: erase_everything
  - say: Gone.
    end: true
  - id: kept
    say: Nothing was erased.
"""
CHANGE = """flow: change-language
about: x
steps:
  - ask: Which language?
    id: chosen
    expect: language
  - say: We now write in English.
"""
PHOTO = Media("https://api.twilio.com/media/ME1", "image/jpeg")
READS = "A champion will read this."
STAYS = "These texts are automatic again."


@pytest.fixture
def ana() -> Talk:
    """Somebody who has just been handed over."""
    talk = Talk(FLOW, OTHER, FIRE, ERASE, CHANGE)
    assert talk.says("my rent") == "A champion will text you here."
    return talk


def events(talk: Talk) -> list[object]:
    """What the last turn led to, beside messages."""
    assert talk.last is not None
    return [event for event in talk.last.events if not hasattr(event, "prompt")]


def told(talk: Talk) -> list[str]:
    """What of the last turn went to the champion."""
    return [event.text for event in events(talk) if isinstance(event, ToPerson)]


def desk(talk: Talk, what: FromDesk, **more: object) -> str:
    """Something happens on the desk."""
    return talk.says("", timer=True, desk=what, talk=talk.session.talk, **more)


def test_her_words_go_along_and_nothing_stays_open(ana: Talk) -> None:
    (event,) = events(ana)
    assert event == HandedOver(ana.session.talk, "my rent")
    assert ana.session.frames == []
    assert ana.session.person is Person.READS


def test_what_she_texts_goes_to_the_champion_and_is_acknowledged_once(ana: Talk) -> None:
    assert [ana.says(words) for words in ("He came again", "1", "thanks", "🙏", "back", "done", "more")] == [
        READS, "", "", "", "", "", "",
    ]  # fmt: skip
    ana.says("  Friday at 5  ")
    assert told(ana) == ["  Friday at 5  "]


def test_menu_brings_the_bot_back_and_the_next_number_is_the_menus(ana: Talk) -> None:
    said = ana.says("MENU")
    assert said.startswith(STAYS)
    assert said.endswith("What?")
    assert events(ana) == [TakenBack(ana.session.talk)]
    ana.says("1")
    assert told(ana) == []
    assert ana.session.talk


def test_a_champions_text_brings_her_back_to_the_person(ana: Talk) -> None:
    ana.says("MENU")
    assert desk(ana, FromDesk.WROTE).startswith("This text is from a person.")
    assert ana.says("Yes, Monday") == ""
    assert told(ana) == ["Yes, Monday"]


def test_a_champions_text_to_her_who_is_there_already_needs_no_word_of_ours(ana: Talk) -> None:
    assert desk(ana, FromDesk.WROTE) == ""
    assert ana.says("Thank you") == ""


def test_a_story_under_way_is_put_aside_when_a_champion_writes(ana: Talk) -> None:
    ana.says("story")
    ana.says("It began in May")
    assert "Text BACK to go on with it" in desk(ana, FromDesk.WROTE)
    assert ana.says("I am here") == ""
    assert "Tell us." in ana.says("BACK")
    assert ana.session.frames[-1].values["told"] == ["It began in May"]


def test_another_start_word_works_and_stands_in_the_talk_too(ana: Talk) -> None:
    """It may be what the champion asked for."""
    assert ana.says("story").startswith(STAYS)
    assert told(ana) == ["story"]
    assert ana.session.frames[-1].flow == "other"


def test_the_word_that_begins_the_hand_over_is_for_the_champion(ana: Talk) -> None:
    assert ana.says("start me") == READS
    assert told(ana) == ["start me"]


def test_who_asks_again_comes_back_to_her_open_talk(ana: Talk) -> None:
    before = ana.session.talk
    for words in ("MENU", "bread", "start me", "the same"):
        ana.says(words)
    assert events(ana) == [HandedOver(before, "the same", again=True)]


def test_a_languages_name_changes_the_language_and_she_stays_with_the_person(ana: Talk) -> None:
    assert ana.says("polski") == "Teraz piszemy po polsku."
    assert told(ana) == ["polski"]
    assert ana.session.person


def test_a_question_of_the_bot_in_between_is_answered_and_then_the_person_is_back(ana: Talk) -> None:
    assert "Shall we erase everything?" in ana.says("DELETE")
    assert ana.says("2") == "Nothing was erased."
    assert told(ana) == []
    assert ana.says("Are you there?") == READS


@pytest.mark.parametrize("word", ["DELETE", "LANGUAGE", "fire"])
def test_words_that_do_not_answer_the_bots_question_are_for_the_champion(ana: Talk, word: str) -> None:
    ana.says(word)
    assert ana.says("The landlord is at the door with two men and a dog") == READS
    assert told(ana) == ["The landlord is at the door with two men and a dog"]
    assert ana.session.frames == []


def test_menu_in_the_middle_of_such_a_question_brings_the_menu(ana: Talk) -> None:
    ana.says("DELETE")
    assert ana.says("MENU").endswith("What?")
    assert not ana.session.person


def test_delete_erases(ana: Talk) -> None:
    ana.says("DELETE")
    ana.says("1")
    assert any(isinstance(event, Erased) for event in events(ana))


def test_danger_is_answered_first_alerts_and_stands_in_the_talk(ana: Talk) -> None:
    assert "Samaritans" in ana.says("I will kill myself")
    assert [type(event) for event in events(ana)] == [AlertRaised, ToPerson]
    assert events(ana)[1] == ToPerson(ana.session.talk, "I will kill myself", danger=True)
    assert ana.session.person


def test_stop_stops_and_what_she_writes_after_it_is_kept_in_silence(ana: Talk) -> None:
    ana.says("STOP")
    assert [type(event) for event in events(ana)] == [Stopped, TakenBack]
    assert ana.says("He came again", stopped=True) == ""
    assert told(ana) == ["He came again"]
    assert "Welcome back" in ana.says("START", stopped=True)
    assert not ana.session.person


def test_a_stop_that_the_carrier_has_confirmed_leaves_the_person_too(ana: Talk) -> None:
    assert ana.says("STOP", handled_stop=True) == ""
    assert not ana.session.person


def test_a_photo_goes_to_the_champion_as_words_do(ana: Talk) -> None:
    assert ana.says("", media=(PHOTO,)) == READS
    assert told(ana) == [""]
    assert ana.says("Look at this", media=(PHOTO,)) == ""
    assert told(ana) == ["Look at this"]
    assert [event.media for event in events(ana) if isinstance(event, ToPerson)] == [(PHOTO,)]


def test_an_empty_text_or_a_place_is_answered_and_goes_nowhere(ana: Talk) -> None:
    assert "without any words" in ana.says("")
    assert "write to me in words" in ana.says("", location=(51.5, -0.1))
    assert told(ana) == []


def test_a_button_is_the_bots(ana: Talk) -> None:
    """An old one, for nothing is open."""
    ana.says("Food", button="need.food")
    assert told(ana) == []
    assert not ana.session.person


def test_after_days_she_is_told_again_that_somebody_reads(ana: Talk) -> None:
    ana.says("Hello?")
    assert ana.says("Anybody?", away=True) == READS


def test_when_a_champion_finishes_the_bot_answers_again(ana: Talk) -> None:
    assert desk(ana, FromDesk.FINISHED).startswith("The champion has finished here.")
    assert (ana.session.talk, ana.session.person) == ("", Person.NONE)
    ana.says("hello")
    assert told(ana) == []


def test_who_left_before_or_said_stop_is_not_told_that_it_is_finished(ana: Talk) -> None:
    assert desk(ana, FromDesk.FINISHED, stopped=True) == ""
    again = Talk(FLOW)
    again.says("my rent")
    again.says("MENU")
    assert desk(again, FromDesk.FINISHED) == ""
    assert again.session.talk == ""


def test_nobody_came_she_gets_a_kind_word_and_stays_with_the_person(ana: Talk) -> None:
    assert desk(ana, FromDesk.LATE).startswith("We are sorry.")
    ana.says("I still wait")
    assert told(ana) == ["I still wait"]


def test_the_word_about_an_old_talk_says_nothing(ana: Talk) -> None:
    assert ana.says("", timer=True, desk=FromDesk.LATE, talk="OLD234") == ""
    assert ana.says("", timer=True, desk=FromDesk.FINISHED, talk="OLD234") == ""
    assert ana.session.person


def test_a_story_that_goes_along_is_not_put_aside_as_unsent() -> None:
    flow = OTHER.replace("  - say: Thank you.", "  - hand_over: A champion reads it.\n    about: told")
    talk = Talk(flow, start="story")
    talk.says("It began in May")
    talk.says("It is worse now")
    assert talk.says("DONE") == "A champion reads it."
    assert events(talk)[0] == HandedOver(talk.session.talk, "It began in May\nIt is worse now")
    assert talk.session.parked == []


def test_a_session_of_before_there_were_talks_can_be_read() -> None:
    old = Session(language="ur", settled=True, stamp=4).to_json()
    assert '"ur",true' in old
    assert len(Session.from_json(old).to_json()) == len(old)
    with_talk = Session(language="ur", settled=True, talk="7QZ4D6", person=Person.TOLD)
    assert Session.from_json(with_talk.to_json()) == with_talk
