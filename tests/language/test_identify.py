"""Which language a short text is in, and when that may be trusted."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.language.identify import NOTHING, Guess, Identifier, _Model
from bot.language.names import LANGUAGES
from tests.language import texts

OFFERED = ("en", "pl", "ur", "bn")
identifier = Identifier(OFFERED)


@pytest.mark.parametrize(("language", "text"), texts.lines(texts.SURE))
def test_a_sentence_is_known_for_sure(language: str, text: str) -> None:
    guess = identifier.guess(text)
    assert (guess.language, guess.sure) == (language, True)


def test_the_chances_are_those_that_py3langid_itself_works_out() -> None:
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    library.set_languages(LANGUAGES.keys() & set(library.nb_classes))
    model = _Model()
    for _, text in (*texts.lines(texts.SURE), *texts.lines(texts.LIKELY)):
        assert model.chances(text, list(LANGUAGES)) == pytest.approx(dict(library.rank(text.lower())), abs=1e-6)
    assert model.chances("1234", list(LANGUAGES)) == {}


@pytest.mark.parametrize(("language", "text"), texts.lines(texts.LIKELY))
def test_a_word_or_two_give_a_likely_language_but_prove_nothing(language: str, text: str) -> None:
    guess = identifier.guess(text)
    assert (guess.language, guess.sure) == (language, False)


@pytest.mark.parametrize("text", texts.NEVER_SURE)
def test_greetings_names_and_other_languages_change_nobodys_language(text: str) -> None:
    assert not identifier.guess(text).sure


@pytest.mark.parametrize("text", texts.NOTHING)
def test_what_is_no_word_of_an_offered_language_gives_no_language(text: str) -> None:
    assert identifier.guess(text) == NOTHING


def test_the_tables_hold_at_least_120_texts() -> None:
    known = texts.lines(texts.SURE) + texts.lines(texts.LIKELY)
    assert len(known) + len(texts.NEVER_SURE) + len(texts.NOTHING) >= 120


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_among_the_offered(text: str) -> None:
    guess = identifier.guess(text)
    assert guess.language is None or guess.language in OFFERED
    assert 0 <= guess.confidence <= 1
    assert not (guess.sure and guess.language is None)


def test_capitals_and_a_trailing_smile_change_nothing() -> None:
    quiet = identifier.guess("mujhe doctor chahiye")
    assert identifier.guess("MUJHE DOCTOR CHAHIYE 😀!!") == quiet


@pytest.mark.parametrize(
    ("offered", "text", "language"),
    [
        (("en", "ur", "ar", "fa"), "أحتاج إلى طبيب لابني من فضلك", "ar"),
        (("en", "ur", "ar", "fa"), "من برای فرزندم به دکتر نیاز دارم", "fa"),
        (("en", "ur", "ar", "fa"), "مجھے ڈاکٹر چاہیے", "ur"),
        (("en", "ckb", "ar"), "پێویستم بە دکتۆرە بۆ کوڕەکەم", "ckb"),
        (("en", "uk", "ru"), "Мені потрібен лікар для дитини", "uk"),
        (("en", "uk", "ru"), "Где найти врача, мы не были у вас", "ru"),
        (("en", "pa"), "ਮੈਨੂੰ ਡਾਕਟਰ ਚਾਹੀਦਾ ਹੈ", "pa"),
        (("en", "so"), "Waxaan u baahanahay dhakhtar cunugayga", "so"),
        (("en", "ro", "pl"), "Am nevoie de un doctor pentru copilul meu", "ro"),
        (("en", "es", "pl", "bn"), "Necesito un médico para mi hijo", "es"),
    ],
)
def test_other_communities_languages_can_be_offered(offered: tuple[str, ...], text: str, language: str) -> None:
    guess = Identifier(offered).guess(text)
    assert (guess.language, guess.sure) == (language, True)


def test_the_second_model_tells_tigrinya_from_amharic() -> None:
    both = Identifier(["en", "am", "ti"])
    assert both.guess("ሓኪም የድልየኒ ኣሎ ንውላደይ") == Guess("ti", 0.95, True)
    assert (both.guess("ለልጄ ሐኪም እፈልጋለሁ").language, both.guess("ለልጄ ሐኪም እፈልጋለሁ").sure) == ("am", True)
    assert not both.guess("ሓኪም").sure


def test_a_language_that_is_not_offered_is_not_taken_for_a_neighbour() -> None:
    assert not Identifier(["en", "am"]).guess("ሓኪም የድልየኒ ኣሎ ንውላደይ").sure
    assert not Identifier(["en", "ar"]).guess("پێویستم بە دکتۆرە بۆ کوڕەکەم").sure


def test_punjabi_in_latin_letters_is_told_from_urdu_by_the_words_urdu_has_not() -> None:
    both = Identifier([*OFFERED, "pa"])
    assert both.guess("mainu doctor chahida hai").language == "pa"
    assert both.guess("mainu samajh nahi aundi").language == "pa"
    assert both.guess("mujhe doctor chahiye").language == "ur"


def test_romanised_urdu_is_not_sure_where_hindi_is_offered_too() -> None:
    assert identifier.guess("mujhe khana chahiye bachon ke liye").sure
    guess = Identifier([*OFFERED, "hi"]).guess("mujhe khana chahiye bachon ke liye")
    assert (guess.language, guess.sure) == ("ur", False)


def test_every_language_of_the_table_can_be_offered_at_once() -> None:
    everyone = Identifier(list(LANGUAGES))
    for language, text in texts.lines(texts.SURE):
        if " " in text:
            assert everyone.guess(text).language == language, text


def test_importing_the_identifier_does_not_load_the_model() -> None:
    code = "import sys, bot.language.identify as i; i.Identifier(['en']).guess('২'); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
