"""What a text costs, how hard it is to read, and whether its translation says the same."""

from __future__ import annotations

import pytest

from bot.flow.check.finding import Severity
from bot.flow.check.numbers import numbers
from bot.flow.check.reading_age import reading_age, syllables
from tests.flow.check.look import flow, look, of, told

SHORT = "We read it and we write back. "  # 30 characters


def test_a_message_over_its_budget_is_told_with_its_options_counted() -> None:
    assert of("budget", look(flow(f"  - say: {SHORT * 20}\n"))) == []
    assert of("budget", look(flow(f"  - say: {SHORT * 21}\n"))) == [("1.yaml", 5)]
    asked = f"  - ask: {SHORT * 18}\n    id: one\n    options:\n      - a: Apple\n      - b: Banana\n  - say: Fine.\n"
    assert of("budget", look(flow(asked))) == []
    assert of("budget", look(flow(asked.replace("Banana", SHORT * 3)))) == [("1.yaml", 5)]


def test_each_language_has_the_budget_of_its_letters() -> None:
    text = SHORT.strip()
    fits, too_long = "ą" * 67 * 6, "ą" * (67 * 6 + 1)
    assert of("budget", look(flow(f"  - say: {text}\n"), polish=[(text, fits)])) == []
    assert of("budget", look(flow(f"  - say: {text}\n"), polish=[(text, too_long)])) == [("pl.po", 3)]


def test_a_text_without_a_translation_is_too_long_only_once() -> None:
    assert of("budget", look(flow(f"  - say: {SHORT * 21}\n"), polish=[])) == [("1.yaml", 5)]


def test_variables_are_counted_as_what_they_become() -> None:
    text = "x" * (4 * 153 - 4)
    assert of("budget", look(flow(f"  - say: {text}{{menu}}\n"))) == []
    assert of("budget", look(flow(f"  - say: {text}{{delete}}\n"))) == [("1.yaml", 5)]


def test_a_flow_may_state_its_own_budget_and_a_step_another() -> None:
    text = flow(f"  - say: {SHORT * 21}\n")
    assert of("budget", look(f"{text}budget: 5\n")) == []
    assert of("budget", look(f"{text}    budget: 5\n")) == []
    assert of("budget", look(f"{text}    budget: 4\nbudget: 5\n")) == [("1.yaml", 5)]
    assert of("budget", look(f"{text}    budget: 5\nbudget: 1\n")) == []


def test_options_that_whatsapp_cannot_show_are_noted() -> None:
    label = "x" * 25
    steps = f"  - ask: Which?\n    id: one\n    options:\n      - a: {label}\n      - b: Short\n  - say: Fine.\n"
    found = [one for one in look(flow(steps)) if one.code == "whatsapp-numbers"]
    assert [(one.line, one.severity) for one in found] == [(8, Severity.INFO)]
    assert of("whatsapp-numbers", look(flow(steps.replace(label, label[1:])))) == []
    many = "".join(f"      - k{number}: Label {number}{'a' * number}\n" for number in range(11))
    assert (
        len(of("whatsapp-numbers", look(flow(f"  - ask: Which?\n    id: one\n    options:\n{many}  - say: Ok.\n"))))
        == 1
    )


@pytest.mark.parametrize(
    ("text", "column"), [("Don’t wait", 13), ("A – B", 12), ("Hello…", 15), ("Café ☕", 15), ("a\u00a0b", 11)]
)
def test_a_character_that_makes_an_sms_dearer_is_told_where_it_stands(text: str, column: int) -> None:
    found = [one for one in look(flow(f"  - say: {text}\n")) if one.code == "dear-character"]
    assert [(one.line, one.column, one.severity) for one in found] == [(5, column, Severity.WARNING)]


@pytest.mark.parametrize("text", ["Café and £5", "'plain' \"quotes\"", "[it] costs 2€"])
def test_the_characters_of_an_sms_are_left_alone(text: str) -> None:
    assert of("dear-character", look(flow(f"  - say: >-\n      {text}\n"))) == []


# From Kincaid and others (1975) as taught: one-syllable words in short sentences for the very young.
AGES = [
    ("The cat sat on the mat. The dog ran to the cat. They had a nap.", 5, 6),
    ("We sent your question to a champion, a person in our team. They will text you the answer.", 5, 9),
    ("Applicants must demonstrate eligibility by submitting documentary evidence of residency and income.", 18, 40),
]


@pytest.mark.parametrize(("text", "least", "most"), AGES, ids=["a first reader", "our own", "an office"])
def test_the_reading_age_follows_words_and_sentences(text: str, least: int, most: int) -> None:
    age = reading_age(text)
    assert age is not None
    assert least <= age <= most


def test_a_few_words_have_no_reading_age() -> None:
    assert reading_age("Eligibility documentation.") is None


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("like", 1), ("likes", 1), ("asked", 1), ("wanted", 2), ("little", 2), ("places", 2)],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_hard_english_is_told() -> None:
    assert of("reading-age", look(flow(f"  - say: {AGES[2][0]}\n"))) == [("1.yaml", 5)]


def test_a_text_that_translators_were_not_given_is_told_at_the_flow() -> None:
    assert of("untranslated", look(flow("  - say: Hello.\n"), polish=[("tea", "herbata")])) == [("1.yaml", 5)]


def test_an_entry_without_a_translation_or_a_fuzzy_one_is_told_at_the_entry() -> None:
    assert [(one.code, one.severity) for one in told(("Hello.", ""))] == [("untranslated", Severity.WARNING)]
    assert [(one.code, one.line) for one in told(("Bye.", "Pa."), ("Hello.", "Hej."), fuzzy=True)] == [
        ("fuzzy", 1),
        ("fuzzy", 2),
    ]


def test_placeholders_that_differ_are_an_error_that_names_them() -> None:
    found = told(("Text {menu}.", "Wpisz {meni}."))
    assert [(one.code, one.severity) for one in found] == [("placeholders", Severity.ERROR)]
    assert "lacks {menu} and has {meni}" in found[0].message


NUMBERS = [
    ("Call 0808 2000 247.", "Dzwoń 08082000247.", True),
    ("Call 999.", "Dzwoń ٩٩٩.", True),
    ("Call 999 or 116 123.", "Dzwoń 116123 albo 999.", True),
    ("Open 9.30 to 17, floor 2.", "Otwarte od 9:30 do 17.", True),
    ("Call 0808 2000 247.", "Dzwoń 0808 2000 274.", False),
    ("Call 999.", "Zadzwoń.", False),
    ("Call us.", "Dzwoń 112.", False),
    ("Ages 4 to 11", "4-11 lat", True),
    ("School, 11 to 16", "Szkoła (11-16 lat)", True),
    ("Open 08:00 to 16:00", "Otwarte 08-16", True),
    ("Call 0161-496-0000.", "Dzwoń 0161 496 0000.", True),
    ("Call 0161 496 0000.", "Dzwoń 0161-496-0001.", False),
    ("Call +48 22 123 45 67.", "Dzwoń +48-22-123-45-67.", True),
]


@pytest.mark.parametrize(("english", "polish", "well"), NUMBERS)
def test_a_number_to_call_may_not_differ(english: str, polish: str, well: bool) -> None:
    found = told((english, polish))
    assert [(one.code, one.severity) for one in found] == ([] if well else [("phone-number", Severity.ERROR)])


def test_numbers_are_read_through_the_marks_that_keep_them_in_order() -> None:
    assert numbers("\u20660800 138 1111\u2069 یا ۹۹۹") == {"08001381111", "999"}


def test_a_text_of_the_desk_may_name_a_carriers_word() -> None:
    assert told(("She stopped.", "Napisała STOP."), domain="desk") == []
