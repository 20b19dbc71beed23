"""A question is matched to what is known, misspelt or not, in any language."""

from __future__ import annotations

import csv
from collections import Counter
from math import log, sqrt
from pathlib import Path

import pytest

from bot.knowledge.answers import Answer
from bot.knowledge.directory import Directory
from bot.knowledge.match import OWN_LANGUAGE, WHOLE_WEIGHT, Entry, Matcher
from tests.knowledge.samples import english, shipped_answers, shipped_directory, shipped_places

QUESTIONS = Path(__file__).parent / "misspelt_questions.csv"
# Measured on the shipped answers. "near" wordings are misspelt forms of questions in the files; "far" ones say it in
# other words, which no lexical matching finds always: that is why a choice of three and a champion are offered.
FLOORS = {"near": (45, 47), "far": (33, 43)}


def ranked(wording: str) -> list[int | None]:
    """For each question of this wording the place of its answer among the three shown, from 0."""
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["wording"] == wording]
    found = [[answer.key for answer, _ in shipped_directory().match_answers(row["question"], "en")] for row in rows]
    return [keys.index(row["key"]) if row["key"] in keys else None for row, keys in zip(rows, found, strict=True)]


@pytest.mark.parametrize("wording", sorted(FLOORS))
def test_misspelt_questions_find_their_answer(wording: str) -> None:
    places = ranked(wording)
    first, shown = FLOORS[wording]
    assert len(places) == 48
    assert sum(place == 0 for place in places) >= first
    assert sum(place is not None for place in places) >= shown


def test_every_shipped_question_finds_its_own_answer_first() -> None:
    directory = shipped_directory()
    lost = [
        question
        for answer in shipped_answers()
        for question in answer.questions
        if directory.match_answers(question, "en", 1)[0][0].key != answer.key
    ]
    assert lost == []


@pytest.mark.parametrize("text", ["", "   ", "xyz", "asdfgh", "???", "\U0001f64f", "পানি"])
def test_what_is_like_nothing_matches_nothing(text: str) -> None:
    assert shipped_directory().match_answers(text, "en") == []


def test_no_more_are_given_than_asked_for_and_the_best_is_first() -> None:
    found = shipped_directory().match_answers("can I see a doctor", "en", 2)
    assert len(found) == 2
    assert found[0][1] >= found[1][1] > 0


def test_a_question_in_another_script_finds_the_text_in_that_script() -> None:
    matcher = Matcher(
        [
            Entry("doctor", "en", ["Can I see a doctor"]),
            Entry("doctor", "ur", ["کیا میں ڈاکٹر سے مل سکتا ہوں"]),
            Entry("food", "ur", ["مجھے کھانا چاہیے"]),
        ]
    )
    assert matcher.match("ڈاکٹر سے ملنا ہے", "ur")[0][0] == "doctor"
    assert matcher.match("کھانا", "ur")[0][0] == "food"


def test_the_languages_letters_that_keyboards_mix_up_are_one() -> None:
    matcher = Matcher([Entry("doctor", "ur", ["ڈاکٹر کی فیس"]), Entry("home", "pl", ["Gdzie dostanę mieszkanie"])])
    assert matcher.match("ڈاكٹر كي فيس")[0][0] == "doctor"
    assert matcher.match("gdzie dostane mieszkanie")[0][0] == "home"


def test_a_text_in_her_own_language_wins_a_tie() -> None:
    matcher = Matcher([Entry("a", "en", ["Konto bank"]), Entry("b", "pl", ["Konto bank"])])
    assert matcher.match("konto bank", "pl")[0][0] == "b"
    assert matcher.match("konto bank", "en")[0][0] == "a"


def test_translated_questions_are_matched_and_untranslated_ones_are_not_counted_twice() -> None:
    def translate(msgid: str, language: str, *, domain: str = "bot") -> str:
        return {"I have no food": "Nie mam jedzenia"}.get(msgid, msgid) if language == "pl" else msgid

    answers: list[Answer] = list(shipped_answers())
    directory = Directory(answers, (), places=shipped_places(), languages=("en", "pl"), translate=translate)
    assert directory.match_answers("nie mam jedzenia", "pl")[0][0].key == "food-bank"
    plain = Directory(answers, (), places=shipped_places(), languages=("en", "pl"), translate=english)
    assert plain.match_answers("no food", "pl") == shipped_directory().match_answers("no food", "pl")


ALIKE = {"bank": "a food bank near the bank", "rent": "my rent is late and my landlord is late", "bus": "late bus home"}


@pytest.mark.parametrize(
    "question",
    ["food bank", "my my my rent", "late late banana landlords", "xyzzy bus xyzzy bus", "the bus to the bank is late"],
)
def test_scores_are_the_cosines_of_the_textbook_for_words_said_twice_and_words_unknown_too(question: str) -> None:
    matcher = Matcher(Entry(key, "en", [text]) for key, text in ALIKE.items())
    texts = [told(text) for text in ALIKE.values()]
    cosines = [cosine(told(question), text, texts) for text in texts]
    assert matcher.scores(question.split()).tolist() == pytest.approx(cosines, abs=1e-6)
    favoured = matcher.scores(question.split(), "en").tolist()
    assert favoured == pytest.approx([OWN_LANGUAGE * one for one in cosines], abs=1e-6)
    assert 0 < max(cosines) <= 1


def test_all_that_is_written_under_a_key_counts_beside_its_one_question() -> None:
    matcher = Matcher([Entry("food", "en", ["hungry"], about="a bank for food"), Entry("rent", "en", ["landlord"])])
    food, rent = matcher.scores(["bank"]).tolist()
    assert 0 < food < WHOLE_WEIGHT / (1 + WHOLE_WEIGHT)
    assert rent == 0


def told(text: str) -> Counter[str]:
    """Each word twice, and its runs of three letters."""
    words = text.split()
    runs = [f"_{word}_"[at : at + 3] for word in words for at in range(len(word))]
    return Counter([f"{word} " for word in words] * 2 + runs)


def cosine(one: Counter[str], other: Counter[str], texts: list[Counter[str]]) -> float:
    weighed = [
        {feature: (1 + log(count)) * rarity(feature, texts) for feature, count in counts.items()}
        for counts in (one, other)
    ]
    together = sum(weight * weighed[1].get(feature, 0.0) for feature, weight in weighed[0].items())
    lengths = [sqrt(sum(weight**2 for weight in counts.values())) for counts in weighed]
    return together / (lengths[0] * lengths[1])


def rarity(feature: str, texts: list[Counter[str]]) -> float:
    return log(1 + len(texts) / max(1, sum(feature in text for text in texts)))
