"""What a reply means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.replies import Ambiguous, Choice, Vocabulary, as_number, understand
from bot.language.catalogue import Catalogues
from bot.language.normal import plain
from bot.settings import KNOWN_LANGUAGES, SHIPPED

WORDS = Vocabulary(Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES))


def choices(*labels: str) -> list[Choice]:
    return [Choice(label.split(":")[0], frozenset({plain(label.split(":")[-1])})) for label in labels]


MENU = choices("food:Food", "health:Doctor and health", "home:A home", "safety:Staying safe")
CONSENT = [WORDS.choice("yes", "Yes"), WORDS.choice("no", "No")]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2", 2), ("2.", 2), ("2)", 2), ("(2)", 2), (" 2 ", 2), ("#2", 2), ("no 2", 2), ("No. 2", 2), ("nr 2", 2),
        ("number 2", 2), ("Option 2", 2), ("٢", 2), ("۲", 2), ("२", 2), ("২", 2), ("੨", 2), ("２", 2), ("2️⃣", 2),
        ("2!", 2), ("*2*", 2), ("10", 10), ("১০", 10), ("12 High Street", None),
        ("two", None), ("", None), ("2 3", None),
    ],
)  # fmt: skip
def test_a_number_in_any_script_is_a_number(said: str, number: int | None) -> None:
    assert as_number(said) == number


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("1", "food"), ("food", "food"), ("FOOD!", "food"), ("foood", "food"), ("fodo", "food"), ("doc", "health"),
        ("doctor and health", "health"), ("docter and helth", "health"), ("two", "health"), ("the second", "health"),
        ("۴", "safety"), ("stayin safe", "safety"), ("staying", "safety"), ("9", None), ("0", None), ("banana", None),
        ("", None), ("🍎", None), ("fo", None),
    ],
)  # fmt: skip
def test_a_menu_understands_what_people_type(said: str, key: str | None) -> None:
    assert understand(said, MENU, clear=False, number_words=WORDS.number) == key


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("yes", "yes"), ("Yes.", "yes"), ("y", "yes"), ("1", "yes"), ("one", "yes"), ("no", "no"), ("2", "no"),
        ("ye", None), ("yse", None), ("no way maybe", None), ("perhaps", None), ("3", None), ("yes and no", None),
    ],
)  # fmt: skip
def test_a_consent_question_takes_only_a_clear_answer(said: str, key: str | None) -> None:
    assert understand(said, CONSENT, clear=True, number_words=WORDS.number) == key


def test_what_fits_two_choices_is_asked_about() -> None:
    said = understand("food", choices("bank:Food bank", "parcel:Food parcel"), clear=False, number_words=WORDS.number)
    assert said == Ambiguous(("bank", "parcel"))


def test_a_typo_between_two_choices_is_not_guessed() -> None:
    pair = choices("hate:hate", "date:date")
    assert isinstance(understand("late", pair, clear=False, number_words=WORDS.number), Ambiguous)


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_it_and_only_offered_keys_come_back(said: str) -> None:
    found = understand(said, MENU, clear=False, number_words=WORDS.number)
    keys = {choice.key for choice in MENU}
    assert found is None or (set(found.keys) <= keys if isinstance(found, Ambiguous) else found in keys)


@given(st.text(max_size=40))
def test_a_clear_question_is_never_ambiguous(said: str) -> None:
    assert not isinstance(understand(said, CONSENT, clear=True, number_words=WORDS.number), Ambiguous)


def test_no_command_word_means_two_commands() -> None:
    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    from bot.language import phrases

    owners: dict[str, set[str]] = {}
    for command, msgid in phrases.COMMANDS.items():
        for language in KNOWN_LANGUAGES:
            for word in catalogues.words(msgid, language, context=phrases.COMMAND):
                owners.setdefault(plain(word), set()).add(command)
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_words_shown_for_commands_are_not_twilios_own(language: str) -> None:
    """END, CANCEL, QUIT, YES, INFO and HELP are acted on by Twilio itself on SMS (messaging.md, Stopping)."""
    from bot.language import phrases

    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    shown = {
        command: catalogues.words(msgid, language, context=phrases.COMMAND)[0].upper()
        for command, msgid in phrases.COMMANDS.items()
        if command not in {"stop", "start", "help"}
    }
    reserved = {
        "STOP",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "STOPALL",
        "REVOKE",
        "OPTOUT",
        "CANCEL",
        "START",
        "YES",
        "UNSTOP",
        "HELP",
        "INFO",
    }
    assert {command: word for command, word in shown.items() if word in reserved} == {}
