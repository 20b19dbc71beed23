"""What a reply means."""

from __future__ import annotations

import csv
import itertools
import string
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.replies import Ambiguous, Choice, Lexicon, Understood, Vocabulary, as_number, tapped
from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.language.normal import plain
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES

WORDS = Vocabulary(Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES))
REPLIES = Path(__file__).parent.parent / "data" / "replies.csv"

Options = tuple[tuple[str, str], ...]
QUESTIONS: dict[str, Options] = {
    "topic": (
        ("food", "Food"), ("health", "Doctor and health"), ("mind", "Worry and low mood"),
        ("money", "Money, debt and bills"), ("home", "A home"), ("safety", "Staying safe"),
        ("family", "Children, pregnancy, carers"), ("company", "Company, faith, warm places"),
        ("rights", "Rights and legal advice"), ("english", "English and interpreters"),
    ),
    "home": (
        ("help", "Find help near me"), ("question", "Ask a question"), ("story", "Tell what happened to me"),
        ("rights", "Know my rights"), ("danger", "I am not safe"), ("language", "Change language"),
        ("erase", "Erase what I wrote"),
    ),
    "may": (("yes", "Yes"), ("no", "No")),
    "consent": (
        ("leaders", "Champions, and health leaders without my name"), ("champions", "Only the community champions"),
        ("board", "Everyone, on a public page, without my name"), ("nobody", "Nobody. I have changed my mind"),
    ),
    "erase": (("erase", "Yes, erase it all"), ("keep", "No, keep it")),
    "shall": (("yes", "Yes"), ("other", "No, another language")),
    "parcel": (("bank", "Food bank"), ("parcel", "Food parcel")),
    "twins": (("hate", "Hate"), ("hats", "Hats")),
    "household": (("none", "None"), ("one", "1"), ("two", "2"), ("more", "3 or more")),
}  # fmt: skip


def understand(
    text: str, choices: Sequence[Choice], *, clear: bool, number_words: Callable[[str], int | None]
) -> Understood:
    """The key of the choice that ``text`` means, Ambiguous, or None, for choices that are asked about only once."""
    return Lexicon(choices, clear=clear, number_words=number_words).find(text)


def choices(*labels: str) -> list[Choice]:
    return [Choice(label.split(":")[0], frozenset({plain(label.split(":")[-1])})) for label in labels]


MENU = choices("food:Food", "health:Doctor and health", "home:A home", "safety:Staying safe")
CONSENT = WORDS.lexicon(QUESTIONS["may"], "en", clear=True)
TOPIC = WORDS.lexicon(QUESTIONS["topic"], "en")


def rows() -> list[dict[str, str]]:
    with REPLIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name(found: Understood) -> str:
    """A result as the table writes it."""
    if isinstance(found, Ambiguous):
        return f"ambiguous:{'+'.join(found.keys)}"
    return found or "nothing"


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['question']}-{row['language']}-{row['reply']}")
def test_what_people_really_text_is_understood(row: dict[str, str]) -> None:
    lexicon = WORDS.lexicon(QUESTIONS[row["question"]], row["language"], clear=row["clear"] == "yes")
    assert name(lexicon.find(row["reply"])) == row["meant"]


def test_the_table_covers_every_language_and_every_kind_of_outcome() -> None:
    table = rows()
    assert len(table) >= 320
    assert {row["language"] for row in table} == set(KNOWN_LANGUAGES)
    for language in KNOWN_LANGUAGES:
        outcomes = {row["meant"].split(":")[0] for row in table if row["language"] == language}
        assert {"ambiguous", "nothing"} < outcomes
        assert {row["clear"] for row in table if row["language"] == language} == {"yes", "no"}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2", 2), ("2.", 2), ("2)", 2), ("(2)", 2), (" 2 ", 2), ("#2", 2), ("no 2", 2), ("No. 2", 2), ("nr 2", 2),
        ("number 2", 2), ("Option 2", 2), ("٢", 2), ("۲", 2), ("२", 2), ("২", 2), ("੨", 2), ("૨", 2), ("௨", 2),
        ("２", 2), ("二", 2), ("፪", 2), ("2️⃣", 2), ("🔟", 10), ("2!", 2), ("*2*", 2), ("10", 10), ("১০", 10),
        ("12 High Street", None), ("two", None), ("", None), ("2 3", None), ("2.5", None), ("½", None), ("-2", None),
    ],
)  # fmt: skip
def test_a_number_in_any_script_is_a_number(said: str, number: int | None) -> None:
    assert as_number(said) == number


def test_choices_that_are_asked_about_once_need_no_lexicon() -> None:
    assert understand("docter", MENU, clear=False, number_words=WORDS.number) == "health"
    assert understand("docter", MENU, clear=True, number_words=WORDS.number) is None


def test_a_shorter_list_is_numbered_from_one_again() -> None:
    """She was shown only what she may have meant: its second line is not the question's second option."""
    fewer = WORDS.lexicon(QUESTIONS["topic"], "en").only(("money", "home"))
    assert (fewer.find("1"), fewer.find("2"), fewer.find("food"), fewer.find("debt")) == (
        "money",
        "home",
        None,
        "money",
    )


def test_a_button_counts_for_its_own_question_only() -> None:
    assert tapped("topic.home", "topic", MENU) == "home"
    assert tapped("consent.home", "topic", MENU) is None
    assert tapped("topic.gone", "topic", MENU) is None


def test_a_lines_own_words_are_known_from_mere_likeness() -> None:
    assert TOPIC.offers("staying safe")
    assert TOPIC.offers(plain("bezpieczeństwo"))
    assert not TOPIC.offers("stayin safe")
    assert not TOPIC.offers("")


def test_a_typo_is_not_taken_for_another_languages_word_for_another_option() -> None:
    """In Polish "prawa" is rights and "praca" is work: one letter apart, and one of them may be a slip."""
    work = Choice("work", frozenset({"work", "praca"}), frozenset({"work", "praca"}))
    rights = Choice("rights", frozenset({"rights", "prava"}), frozenset({"rights"}))
    lexicon = Lexicon([work, rights], number_words=WORDS.number)
    assert lexicon.find("prava") == Ambiguous(("work", "rights"))
    assert (lexicon.find("praca"), lexicon.find("rights"), lexicon.find("paca")) == ("work", "rights", "work")


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_option_is_found_by_its_label_and_its_number_in_every_language(question: str, language: str) -> None:
    if question == "household":  # its labels are numbers, which the table has
        return
    for clear in (False, True):
        lexicon = WORDS.lexicon(QUESTIONS[question], language, clear=clear)
        for number, (key, label) in enumerate(QUESTIONS[question], 1):
            shown = Catalogues(SHIPPED / "locales", (language,)).text(label, language)
            assert {lexicon.find(said) for said in (str(number), f"{number}. {shown}", shown, shown.upper())} == {key}


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_it_and_only_offered_keys_come_back(said: str) -> None:
    for lexicon in (TOPIC, Lexicon(MENU, number_words=WORDS.number)):
        found = lexicon.find(said)
        keys = set(lexicon.keys)
        assert found is None or (set(found.keys) <= keys if isinstance(found, Ambiguous) else found in keys)


@given(st.text(max_size=40))
def test_a_clear_question_with_different_words_is_never_ambiguous(said: str) -> None:
    assert not isinstance(CONSENT.find(said), Ambiguous)


@given(
    st.lists(st.sampled_from(["yes", "no", "1", "2", "not", "maybe", "tak", "nie", "or", "please", "?"]), max_size=4)
)
def test_a_clear_question_never_hears_yes_where_no_was_said_too(parts: list[str]) -> None:
    said = set(parts)
    yes, no = said & {"yes", "1", "tak"}, said & {"no", "2", "nie", "not"}
    if (yes and no) or said & {"not", "maybe", "or", "?"}:
        assert CONSENT.find(" ".join(parts)) in (None, *(["no"] if not yes else []))


@pytest.mark.parametrize("question", ["topic", "home"])
def test_one_wrong_letter_never_leads_to_another_option(question: str) -> None:
    """Every letter of every label, replaced by every letter; but "mood" is a word of its own, not "food" mistyped."""
    lexicon = WORDS.lexicon(QUESTIONS[question], "en")
    words = {word for _, label in QUESTIONS[question] for word in plain(label).split()}
    for key, label in QUESTIONS[question]:
        for at, letter in itertools.product(range(len(label)), string.ascii_lowercase):
            said = label[:at] + letter + label[at + 1 :]
            found = lexicon.find(said)
            meant = found is None or key in (found.keys if isinstance(found, Ambiguous) else (found,))
            assert meant or plain(said) in words, (said, found)


def test_no_command_word_means_two_commands() -> None:
    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    owners: dict[str, set[str]] = {}
    for command, msgid in phrases.COMMANDS.items():
        for language in KNOWN_LANGUAGES:
            for word in catalogues.words(msgid, language, context=phrases.COMMAND):
                owners.setdefault(plain(word), set()).add(command)
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_words_shown_for_commands_are_not_twilios_own(language: str) -> None:
    """END, CANCEL, QUIT, YES, INFO and HELP are acted on by Twilio itself on SMS (messaging.md, Stopping)."""
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
