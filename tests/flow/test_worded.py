"""Words that are kept are the words that would be found anew: at every moment, for every service, in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flow.hours import clock_of
from bot.flow.worded import Worded
from bot.knowledge.near import Found
from bot.knowledge.opening_words import opening_line, opening_phrase
from bot.knowledge.present import answer_pieces, service_line, service_pieces
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import Service
from bot.language.catalogue import Catalogues
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES
from tests.knowledge.samples import english, service, shipped_answers, shipped_services

CATALOGUES = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
MINUTE = 60_000


def ms(moment: str) -> int:
    """A moment of UTC in ms since 1970."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


def by_directory(*schedules: Schedule) -> Service:
    """A service with a directory's timetable."""
    return replace(service(), hours="unknown", hours_note="", schedules=schedules)


TIMETABLES = [
    ("working days", by_directory(Schedule(freq="WEEKLY", byday=("MO", "TU", "WE"), opens="09:00", closes="17:00"))),
    ("over midnight", by_directory(Schedule(freq="WEEKLY", byday=("SA",), opens="22:00", closes="01:45"))),
    ("no closing time", by_directory(Schedule(freq="WEEKLY", byday=("MO",), opens="09:00"))),
    ("no opening time", by_directory(Schedule(freq="WEEKLY", byday=("MO",), closes="17:00"))),
    ("first Saturdays", by_directory(Schedule(freq="MONTHLY", byday=("1SA",), opens="10:00", closes="11:00"))),
    ("only words", by_directory(Schedule(description="By appointment"))),
    ("day and night", replace(service(), hours="always", hours_note="")),
    (
        "one timetable after the other",
        by_directory(
            Schedule(valid_to=date(2026, 3, 28), freq="WEEKLY", byday=("SA",), opens="09:00", closes="17:00"),
            Schedule(valid_from=date(2026, 3, 29), freq="WEEKLY", byday=("SU",), opens="00:30", closes="03:00"),
        ),
    ),
]
# The two nights of the year on which the clock is changed, and a bank holiday.
DAYS = ("2026-03-28", "2026-10-24", "2026-05-24")


def said_anew(one: Service, now_ms: int, language: str) -> tuple[str, Sequence[str]]:
    """Its line and its messages, with nothing kept."""
    at, hit = clock_of(now_ms), Found(one, 1.2)
    line = service_line(
        hit, language, CATALOGUES.text, opening=opening_phrase(one, at, language, CATALOGUES.text), where=True
    )
    opening = opening_line(one, at, language, CATALOGUES.text)
    return line, service_pieces(hit, language, CATALOGUES.text, opening, today=at.date(), first_hint="a", hint="b")


def said(worded: Worded, one: Service, now_ms: int, language: str) -> tuple[str, Sequence[str]]:
    """The same by words that are kept."""
    hit, today = Found(one, 1.2), clock_of(now_ms).date()
    line, pieces = worded.line(hit, now_ms, language, where=True), worded.pieces(hit, now_ms, today, language, "a", "b")
    assert worded.first(hit, now_ms, today, language, "a") == (pieces[0], len(pieces) > 1)
    return line, pieces


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("what", "one"), TIMETABLES, ids=[row[0] for row in TIMETABLES])
def test_kept_words_are_those_of_the_minute(what: str, one: Service, day: str) -> None:
    worded, begins = Worded(CATALOGUES.text), ms(f"{day} 12:00")
    for now_ms in range(begins, begins + 40 * 60 * MINUTE, 15 * MINUTE):
        for moment in (now_ms - 1, now_ms):
            assert said(worded, one, moment, "en") == said_anew(one, moment, "en"), what


@settings(max_examples=60, deadline=None)
@given(
    one=st.sampled_from(shipped_services()),
    language=st.sampled_from(KNOWN_LANGUAGES),
    moments=st.lists(st.integers(ms("2026-05-20 00:00"), ms("2027-06-02 00:00")), min_size=2, max_size=4),
)
def test_a_shipped_service_is_worded_as_if_for_the_first_time(one: Service, language: str, moments: list[int]) -> None:
    worded = Worded(CATALOGUES.text)
    for moment in moments:
        assert said(worded, one, moment, language) == said_anew(one, moment, language)


def test_a_service_that_has_changed_is_said_as_it_is_now() -> None:
    worded, old, now_ms = Worded(english), service(), ms("2026-06-03 13:00")
    new = replace(old, name="Harbour Food Bank", phone="020 7946 0999", hours="unknown", hours_note="", schedules=())
    assert "Lantern" in worded.line(Found(old, None), now_ms, "en", where=False)
    assert "Lantern" in worded.pieces(Found(old, None), now_ms, None, "en", "", "")[0]
    assert worded.line(Found(new, None), now_ms, "en", where=False) == "Harbour Food Bank, Free"
    card = worded.pieces(Found(new, None), now_ms, None, "en", "", "")
    assert "Harbour" in card[0]
    assert "020 7946 0999" in card[0]
    assert "Open" not in card[0].replace("Opening times: not known", "")
    assert "Lantern" in worded.line(Found(old, None), now_ms, "en", where=False)


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_an_answer_is_worded_as_if_for_the_first_time(language: str) -> None:
    worded = Worded(CATALOGUES.text)
    for answer in shipped_answers():
        for today, hint in ((date(2026, 6, 1), "a"), (date(2026, 6, 1), "b"), (date(2099, 1, 1), "b")):
            anew = answer_pieces(answer, language, CATALOGUES.text, today=today, first_hint=hint, hint="c")
            assert worded.answer(answer, today, language, hint, "c") == anew
            assert worded.answer(answer, today, language, hint, "c") == anew


def test_an_answer_that_has_changed_is_said_as_it_is_now() -> None:
    worded, old = Worded(english), shipped_answers()[0]
    new = replace(old, short="Ask us.")
    assert worded.answer(old, None, "en", "", "")[0].startswith(old.short[:20])
    assert worded.answer(new, None, "en", "", "")[0] == "Ask us."


def test_a_check_grows_old_in_a_card_that_is_kept() -> None:
    worded, one = Worded(english), replace(service(), verified=date(2025, 6, 1))
    young = "\n".join(worded.pieces(Found(one, None), 0, date(2026, 5, 31), "en", "", ""))
    old = "\n".join(worded.pieces(Found(one, None), 0, date(2026, 6, 1), "en", "", ""))
    assert "It may have changed since." not in young
    assert "It may have changed since." in old
