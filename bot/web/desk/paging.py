"""One page of a long list: asks for one row more than it shows, so that nothing has to be counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

ROWS = 20
LAST = 10_000  # beyond this a page number is a slip, and the offset would not fit the database's integers

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """The rows to show, this page's number, and the addresses of the pages beside it."""

    rows: Sequence[Item]
    number: int
    previous: str = ""
    next: str = ""


def paged(fetch: Callable[[int, int], Sequence[Item]]) -> Page[Item]:
    """The page that the request asks for (?page=2). ``fetch`` takes an offset and a limit."""
    number = min(max(request.args.get("page", 1, type=int), 1), LAST)
    found = fetch((number - 1) * ROWS, ROWS + 1)
    return Page(
        rows=found[:ROWS],
        number=number,
        previous=_address(number - 1) if number > 1 else "",
        next=_address(number + 1) if len(found) > ROWS else "",
    )


def _address(number: int) -> str:
    """Not by url_for, to which some names in a query (?endpoint=, ?_method=) would mean something else."""
    kept = [(name, value) for name, value in request.args.items() if name not in {"page", "seen"}]
    return f"{request.script_root}{request.path}?{urlencode([*kept, ('page', number)])}"
