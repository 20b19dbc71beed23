"""Days away on the rota: who is on call then, and on which days nobody is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.story.rota import Away, Bare, Shift, away_at, bare_days, on_call, present


def test_where_somebody_is_away_the_days_on_which_nobody_is_left_are_named() -> None:
    friday, night = Shift(1, 7, False, 4, 9 * 60, 17 * 60), Shift(2, 7, False, 3, 22 * 60, 6 * 60)
    other = Shift(3, 8, True, 4, 12 * 60, 17 * 60)
    holiday = Away(1, 7, date(2026, 12, 25), date(2026, 12, 26))
    assert bare_days([friday], [holiday], date(2026, 12, 1), 60) == [Bare(date(2026, 12, 25), 9 * 60, 17 * 60)]
    assert bare_days([friday, other], [holiday], date(2026, 12, 1), 60) == [Bare(date(2026, 12, 25), 9 * 60, 12 * 60)]
    # the night that began on the day before: its part of the first day away does not count
    assert bare_days([night], [holiday], date(2026, 12, 1), 60) == [Bare(date(2026, 12, 25), 0, 6 * 60)]
    assert bare_days([friday], [holiday], date(2026, 12, 26), 60) == []
    both = [holiday, Away(2, 8, date(2026, 12, 25), date(2026, 12, 25))]
    assert bare_days([friday, other], both, date(2026, 12, 1), 60) == [Bare(date(2026, 12, 25), 9 * 60, 17 * 60)]


def test_a_whole_day_of_nobody_is_one_stretch_and_a_gap_of_the_week_is_not_told_twice() -> None:
    always = [Shift(day, 7, False, day, 0, 0) for day in range(7)]
    holiday = Away(1, 7, date(2026, 12, 25), date(2026, 12, 25))
    assert bare_days(always, [holiday], date(2026, 12, 1), 60) == [Bare(date(2026, 12, 25), 0, 24 * 60)]
    assert bare_days([], [holiday], date(2026, 12, 1), 60) == []


def test_away_is_from_midnight_to_midnight_in_london_on_both_days() -> None:
    summer = Away(1, 7, date(2026, 6, 2), date(2026, 6, 3))
    first = int(datetime(2026, 6, 1, 23, 0, tzinfo=UTC).timestamp() * 1000)  # midnight, in summer time
    assert away_at([summer], first - 1) == frozenset()
    assert away_at([summer], first) == {7}
    assert away_at([summer], first + 48 * 3_600_000 - 1) == {7}
    assert away_at([summer], first + 48 * 3_600_000) == frozenset()


def test_who_is_away_is_not_on_call_and_everyone_is_told_when_all_are_away() -> None:
    shifts = [Shift(1, 7, False, 1, 0, 0), Shift(2, 8, False, 1, 0, 0)]
    tuesday = int(datetime(2026, 6, 2, 10, 0, tzinfo=UTC).timestamp() * 1000)
    assert on_call(shifts, tuesday, stands_in=False, off={7}) == [8]
    assert present([7, 8], {7}) == [8]
    assert present([7, 8], {7, 8}) == [7, 8]
