"""Whether a service is open now and when it opens next: sure where its schedules are, honest where they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.bank_holidays import BANK_HOLIDAYS
from bot.knowledge.openings import HERE, WEEKDAYS, Doubt, State, next_open, open_now
from bot.knowledge.schedule import Schedule


def weekly(days: str, opens: str = "09:00", closes: str = "17:00", **more: object) -> Schedule:
    return Schedule(freq="WEEKLY", byday=tuple(days.split()), opens=opens, closes=closes, **more)  # type: ignore[arg-type]


def monthly(days: str = "", opens: str = "10:00", closes: str = "12:00", **more: object) -> Schedule:
    return Schedule(freq="MONTHLY", byday=tuple(days.split()), opens=opens, closes=closes, **more)  # type: ignore[arg-type]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HERE)


WORKDAYS = weekly("MO TU WE TH FR")
ALWAYS = weekly("MO TU WE TH FR SA SU", "00:00", "24:00")
NIGHT = weekly("FR SA", "22:00", "02:00")
FORTNIGHT = weekly("TU", interval=2, dtstart=date(2026, 6, 2))
NO_CLOSING = weekly("MO", "09:00", "")
NO_OPENING = weekly("MO", "", "17:00")
NO_TIMES = weekly("MO", "", "")
SUMMER = weekly("MO", valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))
WINTER = weekly("MO", "12:00", "14:00", valid_from=date(2026, 9, 1))
LUNCH = [weekly("MO", "09:00", "12:00"), weekly("MO", "13:00", "17:00")]
CHAIN = [weekly("MO", "09:00", "12:00"), weekly("MO", "12:00", "17:00")]
BY_APPOINTMENT = Schedule(description="By appointment.")
Rules = list[Schedule]

# What is told, the schedules, the moment, and the answer: "until HH:MM", "for ever", "no", or why nobody knows.
# 1 June 2026 is a Monday; the bank holidays around it are 25 May and 31 August.
NOW: list[tuple[str, Rules, str, str]] = [
    ("in the middle of the day", [WORKDAYS], "2026-06-01 12:00", "until 17:00"),
    ("at the minute it opens", [WORKDAYS], "2026-06-01 09:00", "until 17:00"),
    ("a minute before it opens", [WORKDAYS], "2026-06-01 08:59", "no"),
    ("the last minute", [WORKDAYS], "2026-06-01 16:59", "until 17:00"),
    ("at the minute it closes", [WORKDAYS], "2026-06-01 17:00", "no"),
    ("at the weekend", [WORKDAYS], "2026-06-06 12:00", "no"),
    ("day and night", [ALWAYS], "2026-06-01 03:30", "for ever"),
    ("day and night, written to midnight", [weekly("MO TU WE TH FR SA SU", "00:00", "00:00")],
     "2026-06-07 23:59", "for ever"),
    ("day and night on a bank holiday", [ALWAYS], "2026-05-25 12:00", "for ever"),
    ("one whole day", [weekly("MO", "00:00", "24:00")], "2026-06-01 23:59", "until 00:00"),
    ("after one whole day", [weekly("MO", "00:00", "24:00")], "2026-06-02 00:00", "no"),
    ("until midnight", [weekly("MO", "18:00", "00:00")], "2026-06-01 23:00", "until 00:00"),
    ("past midnight, in the evening", [NIGHT], "2026-06-05 23:00", "until 02:00"),
    ("past midnight, in the night", [NIGHT], "2026-06-06 01:59", "until 02:00"),
    ("past midnight, when it closes", [NIGHT], "2026-06-06 02:00", "no"),
    ("past midnight, the night before the first", [NIGHT], "2026-06-05 01:00", "no"),
    ("past midnight, the night after the last", [NIGHT], "2026-06-07 01:00", "until 02:00"),
    ("closed over lunch", LUNCH, "2026-06-01 12:30", "no"),
    ("before lunch", LUNCH, "2026-06-01 11:30", "until 12:00"),
    ("two times without a gap", CHAIN, "2026-06-01 11:30", "until 17:00"),
    ("two times that overlap", [weekly("MO", "09:00", "13:00"), weekly("MO", "12:00", "15:00")],
     "2026-06-01 12:30", "until 15:00"),
    ("a bank holiday", [WORKDAYS], "2026-05-25 12:00", "holiday"),
    ("a bank holiday, out of hours", [WORKDAYS], "2026-05-25 20:00", "no"),
    ("a bank holiday on a day it never opens", [weekly("TU")], "2026-05-25 12:00", "no"),
    ("the night after a bank holiday began the evening before", [weekly("SU", "22:00", "02:00")],
     "2026-05-25 01:00", "until 02:00"),
    ("Christmas Day", [WORKDAYS], "2026-12-25 12:00", "holiday"),
    ("Boxing Day moved to a Monday", [WORKDAYS], "2026-12-28 12:00", "holiday"),
    ("a bank holiday, one of two schedules never closes", [WORKDAYS, ALWAYS], "2026-05-25 12:00", "for ever"),
    ("every second week, the first", [FORTNIGHT], "2026-06-02 12:00", "until 17:00"),
    ("every second week, the one between", [FORTNIGHT], "2026-06-09 12:00", "no"),
    ("every second week, years later", [FORTNIGHT], "2030-06-11 12:00", "until 17:00"),
    ("every second week, the one between, years later", [FORTNIGHT], "2030-06-04 12:00", "no"),
    ("every second week, nobody says which", [weekly("TU", interval=2)], "2026-06-02 12:00", "times"),
    ("the first Monday of the month", [monthly("1MO")], "2026-06-01 11:00", "until 12:00"),
    ("the second Monday is not the first", [monthly("1MO")], "2026-06-08 11:00", "no"),
    ("the last Friday", [monthly("-1FR")], "2026-06-26 11:00", "until 12:00"),
    ("the last Friday but one", [monthly("-1FR")], "2026-06-19 11:00", "no"),
    ("the second and fourth Tuesday", [monthly("2TU 4TU")], "2026-06-23 11:00", "until 12:00"),
    ("every Monday, said by the month", [monthly("MO")], "2026-06-15 11:00", "until 12:00"),
    ("the 15th", [monthly(bymonthday=(15,))], "2026-06-15 11:00", "until 12:00"),
    ("the last day of the month", [monthly(bymonthday=(-1,))], "2026-06-30 11:00", "until 12:00"),
    ("the 31st in a month of thirty days", [monthly(bymonthday=(31,))], "2026-06-30 11:00", "no"),
    ("every third month", [monthly("1MO", interval=3, dtstart=date(2026, 3, 2))], "2026-06-01 11:00", "until 12:00"),
    ("every third month, another", [monthly("1MO", interval=3, dtstart=date(2026, 4, 6))], "2026-06-01 11:00", "no"),
    ("one day only", [Schedule(dtstart=date(2026, 6, 1), opens="10:00", closes="12:00")], "2026-06-01 11:00",
     "until 12:00"),
    ("one day only, a week later", [Schedule(dtstart=date(2026, 6, 1), opens="10:00", closes="12:00")],
     "2026-06-08 11:00", "no"),
    ("weekly from its first day", [Schedule(dtstart=date(2026, 6, 1), freq="WEEKLY", opens="10:00", closes="12:00")],
     "2026-06-08 11:00", "until 12:00"),
    ("monthly from its first day", [Schedule(dtstart=date(2026, 5, 1), freq="MONTHLY", opens="10:00", closes="12:00")],
     "2026-06-01 11:00", "until 12:00"),
    ("it has not begun", [weekly("MO", dtstart=date(2026, 6, 8))], "2026-06-01 12:00", "no"),
    ("days without a recurrence are weekly", [Schedule(byday=("MO",), opens="10:00", closes="12:00")],
     "2026-06-01 11:00", "until 12:00"),
    ("numbered days without a recurrence are monthly", [Schedule(byday=("1MO",), opens="10:00", closes="12:00")],
     "2026-06-08 11:00", "no"),
    ("the first day of a timetable", [SUMMER], "2026-06-01 12:00", "until 17:00"),
    ("the timetable is over", [SUMMER], "2026-09-07 12:00", "times"),
    ("the timetable is still to come", [SUMMER], "2026-05-11 12:00", "times"),
    ("the old timetable is over, the new one holds", [SUMMER, WINTER], "2026-09-07 10:00", "no"),
    ("the new timetable", [SUMMER, WINTER], "2026-09-07 13:00", "until 14:00"),
    ("a timetable that is over tells nothing beside one that holds", [SUMMER, WORKDAYS], "2026-09-08 12:00",
     "until 17:00"),
    ("no schedule at all", [], "2026-06-01 12:00", "times"),
    ("only words", [BY_APPOINTMENT], "2026-06-01 12:00", "times"),
    ("words beside times, while it is open", [WORKDAYS, BY_APPOINTMENT], "2026-06-01 12:00", "until 17:00"),
    ("words beside times, while it is closed", [WORKDAYS, BY_APPOINTMENT], "2026-06-01 20:00", "times"),
    ("times without days", [Schedule(opens="09:00", closes="17:00")], "2026-06-01 12:00", "times"),
    ("no closing time, before it opens", [NO_CLOSING], "2026-06-01 08:00", "no"),
    ("no closing time, after it opened", [NO_CLOSING], "2026-06-01 12:00", "closing"),
    ("no closing time, the next day", [NO_CLOSING], "2026-06-02 00:00", "no"),
    ("no closing time on a bank holiday", [NO_CLOSING], "2026-05-25 12:00", "holiday"),
    ("no opening time, in the morning", [NO_OPENING], "2026-06-01 12:00", "times"),
    ("no opening time, after it closed", [NO_OPENING], "2026-06-01 17:00", "no"),
    ("a day without times", [NO_TIMES], "2026-06-01 12:00", "times"),
    ("another day than the one without times", [NO_TIMES], "2026-06-02 12:00", "no"),
    ("a weekday nobody knows", [weekly("XX")], "2026-06-01 12:00", "times"),
    ("a first Monday of the week", [weekly("1MO")], "2026-06-01 12:00", "times"),
    ("every year", [Schedule(freq="YEARLY", byday=("MO",), opens="09:00", closes="17:00")], "2026-06-01 12:00",
     "times"),
    ("the 45th", [monthly(bymonthday=(45,))], "2026-06-01 12:00", "times"),
    ("a time nobody knows", [weekly("MO", "9ish", "17:00")], "2026-06-01 12:00", "times"),
    ("from nine to nine", [weekly("MO", "09:00", "09:00")], "2026-06-01 12:00", "times"),
    ("times with seconds", [weekly("MO", "09:00:00", "17:00:00")], "2026-06-01 12:00", "until 17:00"),
    ("summer time begins: the night is an hour shorter", [weekly("SA", "22:00", "03:00")], "2026-03-29 02:30",
     "until 03:00"),
    ("summer time ends: the second half past one", [weekly("SA", "22:00", "01:45")], "2026-10-25 01:50", "no"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rules", "moment", "answer"), NOW, ids=[row[0] for row in NOW])
def test_whether_it_is_open_is_told_as_surely_as_it_is_known(what: str, rules: Rules, moment: str, answer: str) -> None:
    now = open_now(rules, at(moment), BANK_HOLIDAYS)
    if answer.startswith("until"):
        assert (now.state, now.until and f"until {now.until:%H:%M}") == (State.YES, answer)
    elif answer in {"no", "for ever"}:
        assert (now.state, now.until) == (State.NO if answer == "no" else State.YES, None)
    else:
        assert (now.state, now.doubt) == (State.UNKNOWN, Doubt(answer))


def test_the_first_half_past_one_of_october_is_open_and_the_second_is_not() -> None:
    late = [weekly("SA", "22:00", "01:45")]
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert open_now(late, first).state is State.YES
    assert open_now(late, second).state is State.NO


def test_the_moment_may_come_in_any_zone() -> None:
    assert open_now([WORKDAYS], datetime(2026, 6, 1, 8, 30, tzinfo=UTC)).state is State.YES  # 9:30 in London
    assert open_now([WORKDAYS], datetime(2026, 1, 5, 8, 30, tzinfo=UTC)).state is State.NO


NEXT: list[tuple[str, Rules, str, str]] = [
    ("this morning", [WORKDAYS], "2026-06-01 08:00", "2026-06-01 09:00"),
    ("tomorrow", [WORKDAYS], "2026-06-01 17:00", "2026-06-02 09:00"),
    ("after the weekend", [WORKDAYS], "2026-06-05 18:00", "2026-06-08 09:00"),
    ("it is open", [WORKDAYS], "2026-06-01 12:34", "2026-06-01 12:34"),
    ("after the bank holiday", [WORKDAYS], "2026-05-22 18:00", "2026-05-26 09:00"),
    ("on a bank holiday", [WORKDAYS], "2026-05-25 10:00", "2026-05-26 09:00"),
    ("after lunch", LUNCH, "2026-06-01 12:30", "2026-06-01 13:00"),
    ("in the night it is open", [NIGHT], "2026-06-06 01:00", "2026-06-06 01:00"),
    ("in the next fortnight", [FORTNIGHT], "2026-06-02 18:00", "2026-06-16 09:00"),
    ("the next first Monday that is no holiday", [monthly("1MO")], "2026-04-07 12:00", "2026-06-01 10:00"),
    ("the next 31st", [monthly(bymonthday=(31,))], "2026-06-01 12:00", "2026-07-31 10:00"),
    ("the next 29th of February", [monthly(bymonthday=(29,), interval=12, dtstart=date(2024, 2, 29))],
     "2026-06-01 12:00", "2028-02-29 10:00"),
    ("when the timetable begins", [SUMMER], "2026-05-11 12:00", "2026-06-01 09:00"),
    ("in the next timetable", [SUMMER, WINTER], "2026-08-29 12:00", "2026-09-07 12:00"),
    ("never again", [SUMMER], "2026-08-31 18:00", ""),
    ("with no closing time", [NO_CLOSING], "2026-06-01 08:00", "2026-06-01 09:00"),
    ("with no closing time, after it opened", [NO_CLOSING], "2026-06-01 12:00", "2026-06-08 09:00"),
    ("with no opening time", [NO_OPENING], "2026-06-01 08:00", ""),
    ("nothing is told", [], "2026-06-01 08:00", ""),
    ("only words", [BY_APPOINTMENT], "2026-06-01 08:00", ""),
    ("one day that is over", [Schedule(dtstart=date(2026, 6, 1), opens="10:00", closes="12:00")],
     "2026-06-01 12:00", ""),
    ("the earlier of two", [weekly("WE"), weekly("TU", "11:00", "12:00")], "2026-06-01 12:00", "2026-06-02 11:00"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rules", "moment", "opens"), NEXT, ids=[row[0] for row in NEXT])
def test_it_is_told_when_it_opens_next(what: str, rules: Rules, moment: str, opens: str) -> None:
    assert next_open(rules, at(moment), BANK_HOLIDAYS) == (at(opens) if opens else None)


CLOCKS = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
DAYS = st.dates(date(2026, 3, 1), date(2026, 11, 30))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule with both its times, weekly or monthly, in force for all or some of the year."""
    opens, closes = draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True))
    valid_from, dtstart = draw(st.none() | DAYS), draw(DAYS)
    valid_to = draw(st.none() | DAYS)
    days = tuple(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)))
    if draw(st.booleans()):
        return Schedule(valid_from, valid_to, dtstart, "WEEKLY", draw(st.integers(1, 3)), days, (), opens, closes)
    numbered = tuple(f"{draw(st.sampled_from((1, 2, 3, 4, -1)))}{day}" for day in days)
    return Schedule(valid_from, valid_to, dtstart, "MONTHLY", draw(st.integers(1, 2)), numbered, (), opens, closes)


def falls_on(rule: Schedule, day: date) -> bool:
    """What RFC 5545 says in plain sums, day by day: the witness that the library is asked the right question."""
    first = rule.dtstart
    assert first is not None
    if day < first or not (rule.valid_from or date.min) <= day <= (rule.valid_to or date.max):
        return False
    name = WEEKDAYS[day.weekday()]
    if rule.freq == "WEEKLY":
        weeks = (day - timedelta(days=day.weekday()) - (first - timedelta(days=first.weekday()))).days // 7
        return name in rule.byday and weeks % rule.interval == 0
    months = (day.year - first.year) * 12 + day.month - first.month
    nth = (day.day - 1) // 7 + 1
    last = (day + timedelta(days=7)).month != day.month
    return months % rule.interval == 0 and (f"{nth}{name}" in rule.byday or (last and f"-1{name}" in rule.byday))


def is_open(rules: Rules, minute: datetime) -> bool:
    """Looked up minute by minute, by the clock of UTC, with no recurrence worked out."""
    here = minute.astimezone(HERE)
    for rule in rules:
        for day in (here.date() - timedelta(days=1), here.date()):
            if not falls_on(rule, day):
                continue
            start = datetime.combine(day, time.fromisoformat(rule.opens), HERE)
            end_day = day + timedelta(days=1) if rule.closes < rule.opens else day
            end = datetime.combine(end_day, time.fromisoformat(rule.closes), HERE)
            if start.astimezone(UTC) <= minute < end.astimezone(UTC):
                return True
    return False


MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(max_examples=150, deadline=None)
@given(rules=st.lists(schedules(), min_size=1, max_size=3), moment=MOMENTS)
def test_next_open_is_the_earliest_open_minute(rules: Rules, moment: datetime) -> None:
    found = next_open(rules, moment)
    quarters = [moment] + [  # nothing begins or ends but at a quarter of an hour
        moment + timedelta(minutes=15 * step - moment.minute % 15) for step in range(1, 4 * 24 * 40)
    ]
    earliest = next((quarter for quarter in quarters if is_open(rules, quarter)), None)
    if earliest is None:
        assert found is None or found.astimezone(UTC) > quarters[-1]
    else:
        assert found is not None
        assert found.astimezone(UTC) == earliest


@settings(max_examples=300, deadline=None)
@given(rules=st.lists(schedules(), min_size=1, max_size=3), moment=MOMENTS)
def test_open_now_agrees_with_the_days_one_by_one(rules: Rules, moment: datetime) -> None:
    now = open_now(rules, moment)
    assert (now.state is State.YES) is is_open(rules, moment)
    if now.until:
        assert not is_open(rules, now.until.astimezone(UTC))
        assert is_open(rules, now.until.astimezone(UTC) - timedelta(minutes=1))


# The working days among those on https://www.gov.uk/bank-holidays, England and Wales.
PUBLISHED_OF = {
    2022: "06-03 09-19",
    2023: "05-08",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
PUBLISHED = [f"{year}-{day}" for year, days in PUBLISHED_OF.items() for day in days.split()]


@pytest.mark.parametrize("day", PUBLISHED)
def test_the_bank_holidays_are_those_that_the_government_publishes(day: str) -> None:
    assert date.fromisoformat(day) in BANK_HOLIDAYS


def test_no_working_day_is_a_bank_holiday_beside_the_published_ones() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(4 * 365)]
    ours = {day.isoformat() for day in days if day in BANK_HOLIDAYS and day.weekday() < 5}
    assert ours <= set(PUBLISHED)
