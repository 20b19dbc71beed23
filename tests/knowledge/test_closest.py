"""Answers are found by meaning where there is a model, and by letters and sound where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from bot.knowledge.closest import Closest
from bot.knowledge.e5 import LONGEST, Model
from bot.knowledge.match import Entry
from bot.knowledge.meaning import Vector
from bot.language.small_words import spelt_by_ear
from bot.language.sound import sound
from tests.conftest import missing
from tests.knowledge.samples import shipped_directory

MEANT = {"food": (1, 0, 0), "meal": (0.9, 0.1, 0), "roof": (0, 1, 0), "house": (0.1, 0.9, 0), "jeść": (0.8, 0, 0.6)}


class Told:
    """What each text means, as the table above says."""

    def __init__(self, unknown: str = "") -> None:
        self.unknown = unknown

    def known(self, text: str) -> Vector | None:
        return None if text == self.unknown else np.array(MEANT[text], dtype=np.float32)

    def of(self, question: str) -> Vector | None:
        return np.array(MEANT[question], dtype=np.float32) if question in MEANT else None


ENTRIES = [Entry("eat", "en", ["food"]), Entry("live", "en", ["roof"])]


def test_other_words_with_the_same_meaning_are_found() -> None:
    assert [key for key, _ in Closest(ENTRIES, Told()).match("house")] == ["live", "eat"]
    assert [key for key, _ in Closest(ENTRIES, Told()).match("jeść")] == ["eat", "live"]
    assert Closest(ENTRIES).match("house") == []


def test_where_most_vectors_are_missing_or_the_model_is_letters_decide() -> None:
    waiting = Closest(ENTRIES, Told(unknown="roof"))
    assert not waiting.by_meaning
    assert [key for key, _ in waiting.match("roof")] == ["live"]
    assert [key for key, _ in Closest(ENTRIES, Told()).match("a rooof")] == ["live"]


def test_a_text_without_words_is_like_nothing() -> None:
    assert [Closest(ENTRIES, Told()).match(text) for text in ("", "???", "\U0001f64f")] == [[], [], []]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("zaroorat", "ضرورت"),
        ("zarurat", "ضرورت"),
        ("doctor", "ڈاکٹر"),
        ("daktar", "ডাক্তার"),
        ("khabar", "খাবার"),
        ("ghar", "ਘਰ"),
    ],
)
def test_a_word_sounds_the_same_in_both_scripts(typed: str, written: str) -> None:
    assert sound(typed) == sound(written)


def test_romanised_words_find_the_text_in_its_own_script() -> None:
    entries = [Entry("food", "ur", ["مجھے کھانا چاہیے"]), Entry("doctor", "ur", ["مجھے ڈاکٹر چاہیے"])]
    assert Closest(entries).match("mujhe khana chahiye", limit=1)[0][0] == "food"
    assert Closest(entries).match("mujhe doctor chahiye", limit=1)[0][0] == "doctor"


@pytest.mark.parametrize(
    ("text", "by_ear"),
    [
        ("mujhe doctor chahiye", True), ("amar daktar dorkar", True), ("mainu doctor chahida hai", True),
        ("i need a doctor", False), ("potrzebuje lekarza dla dziecka", False), ("ডাক্তার দরকার", False), ("", False),
    ],
)  # fmt: skip
def test_only_what_is_spelt_by_ear_is_compared_by_sound(text: str, by_ear: bool) -> None:
    assert spelt_by_ear(text) is by_ear


@pytest.mark.parametrize("text", ["", "\0", "x\0y", "\ud800 broken", "word " * 400])
def test_the_model_takes_any_text_and_no_more_of_it_than_it_needs(text: str) -> None:
    model = Model()
    if model.trouble:
        missing(f"The model of meanings ({model.trouble})")
    vector, again = model.embed([text, text[:LONGEST]])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)
    assert np.array_equal(vector, again)


def test_of_a_question_only_words_of_our_own_texts_are_kept() -> None:
    learnable = shipped_directory().learnable
    kept = learnable.kept("my name is Fatima, Turnstile Row 12. no FOOD, 07700 900123")
    assert kept is not None
    assert "food" in kept.same.split()
    assert not {"fatima", "turnstile", "12", "07700", "900123"} & set(kept.words.split())
    assert learnable.kept("food bank") == learnable.kept("Food, BANK!")


def test_of_what_tells_nothing_or_is_a_whole_story_nothing_is_kept() -> None:
    learnable = shipped_directory().learnable
    assert [learnable.kept(text) for text in ("", "i am", "Ipswich", "Fatima Begum", "no food " * 9)] == [None] * 5


def test_what_is_near_to_every_question_is_no_nearer_to_this_one() -> None:
    """A vague service lies in the middle of all that people ask; the one that was meant must stand before it."""
    table = {
        "vague": (0.7, 0.7, 0.1), "sewing": (0.2, 0.1, 1.0), "rent": (0.1, 1.0, 0), "meals": (1.0, 0.1, 0),
        "where is food": (0.9, 0.3, 0.1), "my landlord": (0.3, 0.9, 0.1), "i want to sew": (0.6, 0.6, 0.55),
    }  # fmt: skip

    class Table:
        def known(self, text: str) -> Vector:
            vector = np.array(table[text], dtype=np.float32)
            return vector / np.linalg.norm(vector)

        of = known

    entries = [Entry(key, "en", [key], joined=True) for key in ("vague", "sewing", "rent", "meals")]
    questions = ["where is food", "my landlord"]
    assert Closest(entries, Table()).match("i want to sew")[0][0] == "vague"
    assert Closest(entries, Table(), questions).match("i want to sew")[0][0] == "sewing"
