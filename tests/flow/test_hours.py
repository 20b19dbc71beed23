"""No text that nobody waits for goes at night, winter or summer."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.hours import HERE, HOUR_MS, WINDOW_MS, civil, last_word_at


def ms(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=HERE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("meant", "goes"),
    [
        ("2026-11-21 09:00", "2026-11-21 09:00"),
        ("2026-11-21 20:59", "2026-11-21 20:59"),
        ("2026-11-21 21:00", "2026-11-22 09:00"),
        ("2026-11-21 23:59", "2026-11-22 09:00"),
        ("2026-11-22 00:00", "2026-11-22 09:00"),
        ("2026-11-22 08:59", "2026-11-22 09:00"),
        ("2026-07-01 21:30", "2026-07-02 09:00"),
        ("2026-03-28 23:00", "2026-03-29 09:00"),  # the night in which the clocks go forward
        ("2026-10-24 23:00", "2026-10-25 09:00"),  # and back
        ("2026-12-31 22:00", "2027-01-01 09:00"),
    ],
)
def test_a_text_that_falls_into_the_night_waits_for_nine_in_the_morning(meant: str, goes: str) -> None:
    assert civil(ms(meant)) == ms(goes)


@given(st.integers(0, 4_000_000_000_000))
def test_it_never_goes_early_never_waits_more_than_a_night_and_is_settled(moment: int) -> None:
    goes = civil(moment)
    assert moment <= goes <= moment + 13 * 3_600_000
    assert civil(goes) == goes


@pytest.mark.parametrize(
    ("wrote", "goes"),
    [
        ("2026-11-21 10:30", "2026-11-22 09:00"),
        ("2026-11-21 09:30", "2026-11-22 09:00"),
        ("2026-11-21 09:29", "2026-11-21 20:30"),
        ("2026-11-21 15:00", "2026-11-22 13:00"),
        ("2026-11-21 22:59", "2026-11-22 20:59"),
        ("2026-11-21 23:00", "2026-11-22 20:30"),
        ("2026-11-21 03:00", "2026-11-21 20:30"),
    ],
)
def test_a_last_word_comes_by_day_while_she_can_still_be_written_to(wrote: str, goes: str) -> None:
    assert last_word_at(ms(wrote), 22 * HOUR_MS) == ms(goes)


@given(st.integers(0, 4_000_000_000_000))
def test_whenever_she_wrote_a_last_word_is_hours_later_by_day_and_within_the_window(wrote: int) -> None:
    goes = last_word_at(wrote, 22 * HOUR_MS)
    assert wrote + 10 * HOUR_MS <= goes <= wrote + WINDOW_MS - HOUR_MS // 2
    assert civil(goes) == goes
