"""A CSV table of services, made records of the kind that feeds have, so that both are read by the same rules."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.feed.mapping import Mapping as Columns
from bot.knowledge.feed.schedules import WEEKDAYS
from bot.knowledge.feed.words import one_line

DELIMITER = {"comma": ",", "semicolon": ";", "tab": "\t"}
DAYS = dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), WEEKDAYS, strict=True))
YES_NO = ("interpreter", "women_only", "step_free", "family_friendly", "halal", "ring_first")
_TRUE = frozenset({"yes", "y", "true", "1", "x", "ja", "available"})
_FALSE = frozenset({"no", "n", "false", "0", "none"})
_TIMES = re.compile(
    r"(?:from )?([\d:.]+ ?(?:[ap]\.?m\.?)?)\s*(?:-|to|until|\u2013)\s*([\d:.]+ ?(?:[ap]\.?m\.?)?)", re.IGNORECASE
)
MOST_LETTERS = 100_000  # of one cell


class NotATable(ValueError):
    """The file cannot be read as the table that its mapping tells of. The sentence says why, and how to mend it."""


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, the record it makes, and the facts it tells outright.

    ``trouble`` is a sentence when the row itself cannot be read. ``remarks`` are on single cells.
    """

    number: int
    record: dict[str, Any]
    given: dict[str, object] = field(default_factory=dict)
    trouble: str = ""
    remarks: tuple[str, ...] = ()


def read_table(data: bytes, columns: Columns) -> Iterator[Row]:
    """The rows of a table, one at a time. Raises NotATable at the first line when that is not what is mapped."""
    csv.field_size_limit(MOST_LETTERS)
    lines = csv.reader(io.StringIO(_decoded(data), newline=""), delimiter=DELIMITER[columns.delimiter], strict=True)
    head = [one_line(name) for name in _next(lines) or ()]
    _check_head(head, columns)
    while (cells := _next(lines)) is not None:
        if any(cell.strip() for cell in cells):
            yield _row(lines.line_num, head, cells, columns)


def _next(lines: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(lines, None)
    except csv.Error as bad:
        number = getattr(lines, "line_num", 0)
        raise NotATable(f"Line {number} cannot be read: {bad}. Look for a quotation mark that is not closed.") from None


def _decoded(data: bytes) -> str:
    """UTF-8, with or without its mark; else what Excel on Windows writes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _check_head(head: list[str], columns: Columns) -> None:
    if not head:
        raise NotATable("The table is empty. Its first line must name the columns.")
    if missing := [name for name in columns.columns if one_line(name) not in head]:
        raise NotATable(
            f'The mapping names the column "{missing[0]}", and the table has none. Its columns are: {", ".join(head)}. '
            f"Check the spelling, and the delimiter ({columns.delimiter})."
        )
    if "name" not in {*columns.columns.values(), *columns.always}:
        raise NotATable('The mapping says of no column that it is the "name". Add a line for it under "columns:".')


def _row(number: int, head: list[str], cells: list[str], columns: Columns) -> Row:
    if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
        trouble = (
            f"Line {number} has {len(cells)} cells, and the first line names {len(head)}. Look for a stray delimiter."
        )
        return Row(number, {}, trouble=trouble)
    told = dict(columns.always)
    named = dict(zip(head, (cell.strip() for cell in cells), strict=False))
    for column, name in columns.columns.items():
        cell = named.get(one_line(column), "")
        if cell:
            told[name] = f"{told[name]}\n{cell}" if name in told and name not in columns.always else cell
    given, remarks = _given(told, columns)
    return Row(number, _record(told), given, remarks=tuple(remarks))


def _record(told: Mapping[str, str]) -> dict[str, Any]:
    """In the shape of a feed's record."""
    location = {
        "address_1": told.get("address", ""), "city": told.get("city", ""), "postal_code": told.get("postcode", ""),
        "latitude": told.get("latitude", ""), "longitude": told.get("longitude", ""),
    }  # fmt: skip
    copied = (
        "name", "description", "url", "email", "phone", "status", "who", "reach", "alert", "minimum_age", "maximum_age",
        "assured_date",
    )  # fmt: skip
    record: dict[str, Any] = {name: told[name] for name in copied if name in told}
    return {
        **record,
        "id": told.get("id") or " ".join(part for part in (told.get("name", ""), told.get("postcode", "")) if part),
        "fees": told.get("cost", ""),
        "locations": [location] if any(location.values()) else [],
        "cost_options": [{"amount": told["amount"], "option": told.get("cost", "")}] if told.get("amount") else [],
        "languages": [{"name": told.get("languages", "")}],
        "service_areas": [{"name": told["area_served"]}] if told.get("area_served") else [],
        "organization": {"name": told.get("organisation", "")},
        "taxonomies": [{"name": told["topic"]}] if told.get("topic") else [],
        "schedules": list(_schedules(told)),
    }


def _schedules(told: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for name, day in DAYS.items():
        times = told.get(name, "")
        found = _TIMES.fullmatch(times.strip())
        if found:
            yield {"freq": "WEEKLY", "byday": day, "opens_at": found[1], "closes_at": found[2]}
        elif times and times.lower() not in {"closed", "-"}:
            yield {"freq": "WEEKLY", "byday": day, "description": f"{name.capitalize()}: {times}"}
    if told.get("opening_times"):
        yield {"description": told["opening_times"]}


def _given(told: Mapping[str, str], columns: Columns) -> tuple[dict[str, object], list[str]]:
    """The facts that a table tells outright, and remarks on cells that cannot be read."""
    given: dict[str, object] = {}
    remarks: list[str] = []
    for name in YES_NO:
        said = told.get(name, "").lower()
        if said in _TRUE | _FALSE:
            given[name] = said in _TRUE
        elif said and said not in {"unknown", "not known", "?"}:
            remarks.append(f'"{told[name][:40]}" under {name} is neither yes nor no.')
    for name, most in (("culture", 80), ("faith", 24)):
        if told.get(name):
            given[name] = (
                one_line(told[name])[:most].strip().lower() if name == "faith" else one_line(told[name])[:most]
            )
    topics = [topic for word in re.split(r"[;,|\n]", told.get("topic", "")) for topic in _topics(word, columns)]
    if topics:
        given["topics"] = tuple(dict.fromkeys(topics))
    return given, remarks


def _topics(word: str, columns: Columns) -> tuple[str, ...]:
    known = {name.casefold(): topics for name, topics in columns.topics.items()}
    return known.get(word.strip().casefold(), ())
