"""Every mistake in a content file is reported at its line and column, in words that say how to mend it."""

# ruff: noqa: E501 - each row of the table is one line, so that it can be read as a table
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.knowledge.answers import read_answers
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.places import read_demo_places
from bot.knowledge.services import read_services
from tests.knowledge.samples import ANSWERS, PLACES, SERVICES

READERS: dict[str, Callable[[str, str], object]] = {
    "answers": read_answers,
    "services": read_services,
    "places": read_demo_places,
}
GOOD = {"answers": ANSWERS, "services": SERVICES, "places": PLACES}


@dataclass(frozen=True)
class Broken:
    """A good file in which ``old`` became ``new``, and what must be said of it."""

    what: str
    kind: str
    old: str
    new: str
    at: str
    words: str
    suggestion: str | None = None


TABLE = [
    Broken("a misspelt key", "answers", "title:", "tittle:", "4:5", 'Did you mean "title"?', "title"),
    Broken("a key from nowhere", "answers", "topic: health", "topic: health\n    colour: red", "4:5", '"colour" is no key'),
    Broken("no title", "answers", "    title: See a GP without ID\n", "", "2:5", '"title" is missing here', "title"),
    Broken("an empty title", "answers", "title: See a GP without ID", "title:", "4:5", '"title" is empty'),
    Broken("empty quotes for a title", "answers", "See a GP without ID", '""', "4:5", '"title" is empty'),
    Broken("a list where a text should be", "answers", "short: Yes, you can.", "short: [Yes]", "8:5", "must be a text, not a list"),
    Broken("a text where a list should be", "answers", "questions:\n      - Can I see a doctor\n      - I have no papers", "questions: Can I", "5:5", "must be a list"),
    Broken("an empty question", "answers", "- I have no papers", "-", "7:8", 'Item 2 of "questions" is empty'),
    Broken("no question at all", "answers", "questions:\n      - Can I see a doctor\n      - I have no papers", "questions: []", "5:5", "needs at least 1"),
    Broken("a title too long for a list", "answers", "See a GP without ID", "See " * 13, "4:5", "48 characters at most. Shorten it by 3"),
    Broken("a topic that does not exist", "answers", "topic: health", "topic: helth", "3:5", 'Did you mean "health"?', "health"),
    Broken("an id with spaces", "answers", "id: gp-without-id", "id: GP without ID", "2:5", 'Write "gp-without-id"', "gp-without-id"),
    Broken("a source that is no address", "answers", "https://www.nhs.uk/gp", "www.nhs.uk", "10:5", "is no web address"),
    Broken("a date written the British way", "answers", "verified:", "verified: 31/05/2026", "12:5", "Write year-month-day, like 2026-05-31"),
    Broken("a day that no month has", "answers", "verified:", "verified: 2026-02-30", "12:5", '"2026-02-30" is no date'),
    Broken("a review before the check", "answers", "verified:", "verified: 2026-05-09\n    review_by: 2026-05-01", "13:5", "must be a later day"),
    Broken("a word for true or false", "answers", "verified:", "rights: maybe", "12:5", "must be true or false"),
    Broken("a curly apostrophe", "answers", "Yes, you can.", "Yes, it\u2019s free.", "8:19", "Write ' instead", "'"),
    Broken("a long dash inside a folded text", "answers", "short: Yes, you can.", "short: >-\n      Yes.\n      You \u2013 all.", "10:11", "Write - instead", "-"),
    Broken("a letter that doubles the price", "answers", "Yes, you can.", "Tak, mo\u017ce.", "8:19", "cost twice as much"),
    Broken("a language by its name", "answers", "topic: health", "language: Polish\n    topic: health", "3:5", 'Write "pl"', "pl"),
    Broken("the same id twice", "answers", "    verified:\n", "    verified:\n  - id: gp-without-id\n", "13:5", "already used at answers.yaml:2"),
    Broken("the same key twice", "answers", "    topic: health\n", "    topic: health\n    topic: mind\n", "4:5", '"topic" is already here, on line 3'),
    Broken("a tab at the start of a line", "answers", "    topic: health", "\ttopic: health", "3:1", "There is a tab"),
    Broken("a tab after spaces", "answers", "    topic: health", "  \ttopic: health", "3:3", "Use spaces instead"),
    Broken("a colon inside a text", "answers", "Yes, you can.", "Yes: you can.", "8:15", 'Put all of it in "quotes"'),
    Broken("a quote never closed", "answers", '"I would like to register."', '"I would like to register.', "9:10", "Add the closing quote"),
    Broken("a line out of step", "answers", "    topic: health", "     topic: health", "3:6", "does not line up"),
    Broken("a text that begins with a star", "answers", "Yes, you can.", "*Yes", "8:12", 'must be in "quotes"'),
    Broken("a text that begins with an at sign", "answers", "Yes, you can.", "@home", "8:12", "cannot begin with this character"),
    Broken("a repeated part by anchor", "answers", "topic: health", "topic: &t health\n    say: *t", "4:5", "Write it out again"),
    Broken("an entry that is a word", "answers", "answers:\n", "answers:\n  - health\n", "2:5", "must be a group of lines"),
    Broken("another name for the list", "answers", "answers:\n", "answer:\n", "1:1", 'Did you mean "answers:"?', "answers"),
    Broken("something beside the list", "answers", "answers:\n", "title: Ours\nanswers:\n", "1:1", '"title:" does not belong here'),
    Broken("nothing under the list", "answers", ANSWERS, "answers:\n", "1:1", 'nothing under "answers:"'),
    Broken("an empty file", "answers", ANSWERS, "", "1:1", 'must begin with the line "answers:"'),
    Broken("a text for a list", "answers", ANSWERS, "answers: none\n", "1:1", "there must be a list"),
    Broken("a second document", "answers", "answers:\n", "x: 1\n---\nanswers:\n", "2:1", "Take that line out"),
    Broken("a control character", "answers", "Yes, you", "Yes,\x07 you", "8:16", "invisible control character"),
    Broken("a bracket never closed", "services", "[food, company]", "[food, company", "4:13", "is not closed"),
    Broken("a time past midnight", "services", '"12:00"', '"25:00"', "10:23", '"25:00" is no time of day'),
    Broken("a time with one digit", "services", '"12:00"', '"9:30"', "10:23", 'Write it as "09:30"', "09:30"),
    Broken("a time with pm", "services", '"15:00"', "3pm", "10:39", '"3pm" is no time of day'),
    Broken("closed before it opens", "services", '"15:00"', '"11:00"', "10:39", "before it opens at 12:00"),
    Broken("a day that does not exist", "services", "[wed]", "[wedn]", "10:17", 'Did you mean "wed"?', "wed"),
    Broken("a whole day name", "services", "[wed]", "[wed, friday]", "10:22", 'Did you mean "fri"?', "fri"),
    Broken("an unknown key in the hours", "services", "closes:", "shuts:", "10:39", 'Use one of: days, opens, closes'),
    Broken("hours in words", "services", 'hours:\n      - {days: [wed], opens: "12:00", closes: "15:00"}', "hours: Wednesdays", "9:5", "always, unknown, or a list"),
    Broken("a misspelt fact", "services", "step_free: true", "stepfree: true", "17:13", 'Did you mean "step_free"?', "step_free"),
    Broken("facts as a list", "services", "{step_free: true}", "[step_free]", "17:5", 'must be a group of lines like "name: value"'),
    Broken("a misspelt cost", "services", "cost: free", "cost: fre", "7:5", 'Did you mean "free"?', "free"),
    Broken("a second topic that does not exist", "services", "[food, company]", "[food, sport]", "4:20", '"sport" is no topic'),
    Broken("words in a phone number", "services", '"01632 960107"', "ring Ali on 960107", "14:5", "is no phone number"),
    Broken("half a postcode", "services", "ZZ3 1AB", "ZZ3", "16:5", "is no whole postcode"),
    Broken("no way to reach it", "services", '    phone: "01632 960107"\n    url: https://example.org/lantern\n', "", "2:5", "Nobody can reach this service"),
    Broken("a language name in the list", "services", "[en, pl]", "[en, Urdu]", "11:21", 'Write "ur"', "ur"),
    Broken("a summary too long", "services", "Three days of food.", "Food. " * 25, "6:5", "120 characters at most"),
    Broken("a latitude with a comma", "places", "latitude: 52.6\n", "latitude: 52,6\n", "5:5", "is no number from -90 to 90"),
    Broken("a postcode with a letter too many", "places", "ZZ1 1AA", "ZZ1 1AAA", "8:6", "is no whole postcode"),
    Broken("no towns", "places", "towns:\n  - name: Wexmoor\n    also: [Wex Moor]\n    latitude: 52.6\n    longitude: 2.6\n", "", "1:1", '"towns" is missing', "towns"),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.what)
def test_a_mistake_is_named_where_it_is(case: Broken) -> None:
    good = GOOD[case.kind]
    assert case.old in good
    text = good.replace(case.old, case.new, 1)
    with pytest.raises(ContentErrors) as caught:
        READERS[case.kind](text, f"{case.kind}.yaml")
    told = [error for error in caught.value.errors if f"{error.line}:{error.column}" == case.at]
    assert told, str(caught.value)
    assert case.words in " ".join(error.sentence for error in told)
    assert case.suggestion in {error.suggestion for error in told}


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_the_files_that_the_table_breaks_are_good_ones(kind: str) -> None:
    assert READERS[kind](GOOD[kind], f"{kind}.yaml")


def test_a_file_that_is_not_utf_8_is_refused_at_the_bad_byte() -> None:
    data = ANSWERS.replace("Yes, you", "Caf\u00e9, you").encode("latin-1")
    with pytest.raises(ContentErrors, match="save it again with the encoding UTF-8") as caught:
        read_answers(data, "answers.yaml")
    assert (caught.value.errors[0].line, caught.value.errors[0].column) == (8, 15)


def test_all_mistakes_of_a_file_are_reported_at_once_in_the_order_of_the_lines() -> None:
    text = ANSWERS.replace("topic: health", "topic: helth").replace("verified:", "verified: soon")
    text = text.replace("source_name: NHS", "sauce_name: NHS")
    with pytest.raises(ContentErrors) as caught:
        read_answers(text, "answers.yaml")
    assert [error.line for error in caught.value.errors] == [3, 11, 12]


def test_an_error_reads_as_file_line_column_and_a_sentence() -> None:
    with pytest.raises(ContentErrors) as caught:
        read_answers(ANSWERS.replace("topic: health", "topic: helth"), "flows/answers/x.yaml")
    assert str(caught.value).startswith('flows/answers/x.yaml:3:5: error: "helth" is no topic.')


def test_an_id_used_in_another_file_is_refused() -> None:
    taken: dict[str, str] = {}
    read_answers(ANSWERS, "one.yaml", taken)
    with pytest.raises(ContentErrors, match=r"already used at one\.yaml:2"):
        read_answers(ANSWERS, "two.yaml", taken)


def test_recursion_in_a_file_ends_in_a_sentence() -> None:
    with pytest.raises(ContentErrors, match="Write it out again"):
        read_answers("answers: &a\n  - *a\n", "answers.yaml")
    with pytest.raises(ContentErrors):
        read_answers("answers: " + "[" * 5000, "answers.yaml")
