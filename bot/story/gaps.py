"""What people looked for and did not find: how it came, and the table of it that may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.story.insight import ALL, FEWEST, Shown, hidden_of, shown

UNKNOWN, OTHER = "unknown", "other"  # a topic or an area that nobody knows; columns with too few people, together


class Came(StrEnum):
    """What became of it, so far."""

    NOTHING = "nothing"  # the search found nothing
    NONE = "none"  # none of what was found fitted
    ASKED = "asked"  # a champion was asked, and has not answered
    ANSWERED = "answered"  # a champion answered
    CLOSED = "closed"  # a champion closed it, with nothing to send


class By(StrEnum):
    """What the columns of the table are."""

    LANGUAGE = "language"
    AREA = "area"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that one person did not find. ``who`` tells people apart and leads nowhere."""

    who: str
    came: Came
    topic: str
    language: str
    area: str


def people(missing: Iterable[Missing]) -> list[Missing]:
    """Each person once, as the last thing she looked for has it; what that does not tell, an earlier one may.

    ``missing`` comes in the order of time.
    """
    found: dict[str, Missing] = {}
    for one in missing:
        before = found.get(one.who, one)
        found[one.who] = replace(one, topic=one.topic or before.topic, area=one.area or before.area)
    return list(found.values())


def table(missing: Iterable[Missing], by: By, topics: Sequence[str]) -> Shown:
    """People by topic, and by language, area or what became of it, as it may be shown: each person counts once.

    A language or area with too few people stands with others under ``OTHER``.
    """
    counts = Counter((_topic(one, topics), _column(one, by)) for one in people(missing))
    columns = [came.value for came in Came] if by is By.CAME else sorted({column for _, column in counts} - {UNKNOWN})
    kept = set(columns) if by is By.CAME else _enough(counts, columns)
    together: Counter[tuple[str, str]] = Counter()
    for (topic, column), number in counts.items():
        together[topic, column if column in kept or column == UNKNOWN else OTHER] += number
    named = [column for column in columns if column in kept]
    return shown(together, [*topics, UNKNOWN], [*named, *_rest(together)])


def by_month(months: Mapping[str, Iterable[Missing]], topics: Sequence[str]) -> dict[str, dict[str, int | None]]:
    """For each month the people of each topic, the very numbers that the month's own tables show, and under "" all."""
    return {month: _margin(missing, topics) for month, missing in months.items()}


def _margin(missing: Iterable[Missing], topics: Sequence[str]) -> dict[str, int | None]:
    counts = Counter(_topic(one, topics) for one in people(missing))
    line = {topic: counts[topic] for topic in (*topics, UNKNOWN)}
    everyone = sum(line.values())
    hidden: Collection[str] = hidden_of(line) if everyone >= FEWEST else {*line, ALL}
    return {name: None if name in hidden else number for name, number in {**line, ALL: everyone}.items()}


def _topic(one: Missing, topics: Sequence[str]) -> str:
    return one.topic if one.topic in topics else UNKNOWN


def _column(one: Missing, by: By) -> str:
    if by is By.CAME:
        return one.came.value
    return (one.language if by is By.LANGUAGE else one.area) or UNKNOWN


def _enough(counts: Mapping[tuple[str, str], int], columns: Iterable[str]) -> set[str]:
    sums = {column: sum(number for (_, one), number in counts.items() if one == column) for column in columns}
    return {column for column, number in sums.items() if number >= FEWEST}


def _rest(counts: Mapping[tuple[str, str], int]) -> list[str]:
    return [name for name in (OTHER, UNKNOWN) if any(column == name for _, column in counts)]
