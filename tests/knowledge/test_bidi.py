"""Numbers, times and addresses stay in order inside text that runs from right to left."""

from __future__ import annotations

import pytest

from bot.knowledge.bidi import CLOSE, OPEN, isolate, isolated

URDU = "فون"

RUNS = [
    ("a phone number in groups", f"{URDU} 0800 138 1111 {URDU}", "0800 138 1111"),
    ("a phone number with a plus", f"{URDU} +44 7700 900123", "+44 7700 900123"),
    ("a span of time", f"{URDU} 10:00-12:30", "10:00-12:30"),
    ("a postcode", f"{URDU} IP1 1AA", "IP1 1AA"),
    ("an English hour", f"{URDU} 5pm {URDU}", "5pm"),
    ("a web address", f"{URDU} www.nhs.uk/gp-111", "www.nhs.uk/gp-111"),
    ("a name with its number", f"{URDU} Samaritans 116 123", "Samaritans 116 123"),
    ("a number in a line of its own below", f"{URDU}\n0800 138 1111", "0800 138 1111"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "run"), RUNS, ids=[row[0] for row in RUNS])
def test_a_run_that_could_be_reordered_is_kept_together(what: str, text: str, run: str) -> None:
    assert isolated(text, "ur") == text.replace(run, f"{OPEN}{run}{CLOSE}")


WHOLE = [
    ("one word", f"{URDU} NHS {URDU}"),
    ("one number", f"{URDU} 999 {URDU}"),
    ("a decimal", f"{URDU} 2.4 {URDU}"),
    ("a clock time", f"{URDU} 10:00 {URDU}"),
    ("English in a line of its own", "Ring 0800 138 1111, day or night."),
    ("no Latin letter at all", URDU),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text"), WHOLE, ids=[row[0] for row in WHOLE])
def test_what_cannot_be_reordered_gets_no_marks(what: str, text: str) -> None:
    assert isolated(text, "ur") == text


@pytest.mark.parametrize("language", ["en", "pl", "bn", "xx"])
def test_other_languages_get_no_marks(language: str) -> None:
    assert isolated(RUNS[0][1], language) == RUNS[0][1]
    assert isolate("0800 138 1111", language) == "0800 138 1111"


@pytest.mark.parametrize(("what", "text", "run"), RUNS, ids=[row[0] for row in RUNS])
def test_marking_twice_is_marking_once(what: str, text: str, run: str) -> None:
    once = isolated(text, "ur")
    assert isolated(once, "ur") == once
    assert isolate(isolate(run, "ur"), "ur") == isolate(run, "ur")


def test_a_name_is_kept_whole_with_its_commas_and_an_urdu_one_needs_nothing() -> None:
    assert isolate("Mill Lane, Wexmoor", "ur") == f"{OPEN}Mill Lane, Wexmoor{CLOSE}"
    assert isolate(URDU, "ur") == URDU
    assert isolate("", "ur") == ""
