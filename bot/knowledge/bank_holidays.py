"""The bank holidays of England, with the days they are moved to when they fall on a weekend."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import cache

from holidays import country_holidays

# The proclaimed ones (a coronation, a jubilee) come with a newer release of the library; see https://www.gov.uk/bank-holidays.


class _England:
    """The days, worked out a year at a time as they are asked for."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _of_year(day.year)


@cache
def _of_year(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


BANK_HOLIDAYS: Container[date] = _England()
