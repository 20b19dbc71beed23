"""A card says in one short line whether a service is open now, in her language, and says so when nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.knowledge.near import Found
from bot.knowledge.opening_words import PHRASES, opening_line, opening_phrase, schedules_of
from bot.knowledge.openings import HERE, Now, State, open_now
from bot.knowledge.present import service_pieces
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import Hours, Opening
from bot.language.segments import measure
from bot.values import KNOWN_LANGUAGES
from tests.flow.stage import CATALOGUES
from tests.knowledge.samples import english, service, shipped_services

WEDNESDAY: Hours = (Opening(("wed",), "12:00", "15:00"),)
WORKDAYS: Hours = (Opening(("mon", "tue", "wed", "thu", "fri"), "09:00", "17:00"),)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HERE)


SAID = [
    ("open", WEDNESDAY, "", "2026-06-03 13:00", "Open now until 15:00."),
    ("opens later today", WEDNESDAY, "", "2026-06-03 11:00", "Closed now. Opens today at 12:00."),
    ("opens in a few days", WEDNESDAY, "", "2026-05-28 18:00", "Closed now. Opens Wed at 12:00."),
    ("opens in a week", WEDNESDAY, "", "2026-06-03 18:00", "Closed now. Opens 10 June 2026 at 12:00."),
    ("a bank holiday", WORKDAYS, "", "2026-05-25 12:00", "Bank holiday: it may be closed. Please ring first."),
    ("a note about bank holidays is what our calendar knows", WORKDAYS, "Closed on bank holidays.",
     "2026-06-01 12:00", "Open now until 17:00."),
    ("a note that no calendar here knows", WORKDAYS, "Only in the school holidays.", "2026-06-01 12:00",
     "Open now? We are not sure. Please ring first."),
    ("always open: the card has said so", "always", "", "2026-06-01 12:00", ""),
    ("nobody knows: the card has said so", "unknown", "", "2026-06-01 12:00", ""),
]  # fmt: skip


@pytest.mark.parametrize(("what", "hours", "note", "moment", "line"), SAID, ids=[row[0] for row in SAID])
def test_the_line_is_as_sure_as_the_times(what: str, hours: Hours, note: str, moment: str, line: str) -> None:
    one = replace(service(), hours=hours, hours_note=note)
    assert opening_line(one, at(moment), "en", english) == line


def test_who_has_no_phone_number_is_not_to_be_rung() -> None:
    one = replace(service(), hours=WORKDAYS, phone="")
    assert opening_line(one, at("2026-05-25 12:00"), "en", english) == "Bank holiday: it may be closed."
    one = replace(one, hours_note="Only in term.")
    assert opening_line(one, at("2026-06-01 12:00"), "en", english) == ("Open now? We are not sure. It may be closed.")


def test_the_line_stands_below_the_times_on_the_card() -> None:
    one = replace(service(), hours=WEDNESDAY)
    lines = "\n".join(service_pieces(Found(one, None), "en", english, "Open now until 15:00.")).split("\n")
    assert lines[lines.index("Open: Wed 12:00-15:00") + 1] == "Open now until 15:00."
    assert "" not in "\n".join(service_pieces(Found(one, None), "en", english)).split("\n")


def test_what_is_open_day_and_night_is_open_at_any_moment() -> None:
    assert open_now(schedules_of("always"), at("2026-12-25 03:00")) == Now(State.YES, since=at("2026-12-25 00:00"))
    assert schedules_of("unknown") == ()


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_every_line_is_said_in_every_language_of_the_bot(language: str) -> None:
    missing = [text for text in PHRASES if language != "en" and CATALOGUES.text(text, language) == text]
    assert missing == []
    for text in PHRASES:
        assert ("{time}" in text) == ("{time}" in CATALOGUES.text(text, language))


def test_a_line_adds_no_second_price_to_a_card_in_english() -> None:
    assert [msgid for msgid in PHRASES if measure(msgid).encoding != "GSM-7" or len(msgid) > 80] == []


def test_every_shipped_service_has_a_line_at_any_moment() -> None:
    for one in shipped_services():
        for moment in ("2026-06-01 12:00", "2026-05-25 12:00", "2026-06-06 23:30"):
            line = opening_line(one, at(moment), "en", english)
            assert bool(line) is (one.hours not in {"always", "unknown"})
            assert "{" not in line


WEEK = (
    Schedule(freq="WEEKLY", byday=("MO", "WE"), opens="09:00", closes="12:00"),
    Schedule(freq="WEEKLY", byday=("FR",), opens="09:00", closes="12:00"),
    Schedule(freq="WEEKLY", byday=("TU",), opens="09:00", closes="20:00", valid_to=date(2025, 12, 31)),
    Schedule(freq="MONTHLY", byday=("1SA",), opens="10:00", closes="11:00"),
)
TIMETABLES = [
    ("a week, without what is over and what is not every week", WEEK, "2026-06-01 10:00",
     "Open: Mon, Wed, Fri 09:00-12:00\nOpen now until 12:00."),
    ("only a Saturday of the month", WEEK[3:], "2026-06-04 10:00", "Closed now. Opens Sat at 10:00."),
    ("words beside the times", (replace(WEEK[0], description="Term time only"),), "2026-06-01 10:00",
     "Open: Mon, Wed 09:00-12:00\nTerm time only\nOpen now? We are not sure. Please ring first."),
    ("words alone", (Schedule(description="By appointment"),), "2026-06-01 10:00",
     "By appointment\nOpen now? We are not sure. Please ring first."),
    ("half of the times", (Schedule(freq="WEEKLY", byday=("MO",), opens="09:00"),), "2026-06-01 10:00",
     "Opened at 09:00. We do not know when it closes. Please ring first."),
    ("a timetable that is over", WEEK[2:3], "2026-06-02 10:00", "Open now? We are not sure. Please ring first."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "schedules", "moment", "line"), TIMETABLES, ids=[one[0] for one in TIMETABLES])
def test_a_directorys_timetable_is_told_with_what_it_means_now(
    what: str, schedules: tuple[Schedule, ...], moment: str, line: str
) -> None:
    one = replace(service(), hours="unknown", hours_note="", phone="020 7946 0000", schedules=schedules)
    said = opening_line(one, at(moment), "en", english)
    assert said == line, what
    card = "\n".join(service_pieces(Found(one, None), "en", english, said))
    assert line in card, what
    assert "not known" not in card.split("Phone")[0], "its times are known, as far as they go"


@pytest.mark.parametrize(
    ("hours", "note", "moment", "phrase"),
    [
        (WEDNESDAY, "", "2026-06-03 13:00", "open now"), (WEDNESDAY, "", "2026-06-03 11:00", "opens 12:00"),
        (WEDNESDAY, "", "2026-05-28 18:00", "opens Wed 12:00"), (WEDNESDAY, "", "2026-06-03 18:00", ""),
        (WORKDAYS, "", "2026-05-25 12:00", ""), (WORKDAYS, "Only in the school holidays.", "2026-06-01 12:00", ""),
        ("always", "", "2026-06-01 12:00", ""), ("unknown", "", "2026-06-01 12:00", ""),
    ],
)  # fmt: skip
def test_a_list_says_in_a_few_words_whether_it_is_open_and_nothing_when_unsure(
    hours: Hours, note: str, moment: str, phrase: str
) -> None:
    one = replace(service(), hours=hours, hours_note=note)
    assert opening_phrase(one, at(moment), "en", english) == phrase
