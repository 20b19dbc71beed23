"""One page of a feed: which services it lists, and which page comes next. Both envelopes of Open Referral UK are read.

v3 calls the list ``contents``, with ``total_pages`` and ``page_number``; the older one ``content``, with ``totalPages``
and ``number``. A file may also hold a bare list, or one service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

LISTS = ("contents", "content", "services", "data", "items", "results")
# What only a whole record has: a list without any of it is shallow.
DEEP = frozenset(
    {"schedules", "regular_schedules", "contacts", "phones", "service_at_locations", "locations", "cost_options"}
    | {"languages"}
)  # fmt: skip


class NotAFeed(ValueError):
    """This is not a list of services. The sentence says what it is instead."""


@dataclass(frozen=True)
class Page:
    """The records of one page, as they came. None is what the envelope does not tell."""

    records: tuple[object, ...]
    number: int | None = None
    pages: int | None = None
    total: int | None = None
    last: bool = False


def read_json(data: bytes) -> object:
    """The value of a JSON text in UTF-8, with or without a byte-order mark. Raises NotAFeed."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise NotAFeed("It is empty.")
    try:
        return msgspec.json.decode(_as_utf8(text))
    except (msgspec.DecodeError, RecursionError) as bad:
        begins = text[:60].decode("utf-8", "replace").strip().splitlines()[0]
        kind = "It is a web page, not data" if begins.startswith("<") else "It is no JSON that can be read"
        raise NotAFeed(f'{kind}: it begins with "{begins[:40]}" ({bad}).') from None


def read_page(value: object) -> Page:
    """The page that a JSON value is. Raises NotAFeed when it holds no list of services."""
    if isinstance(value, list):
        return Page(tuple(value), last=True)
    if not isinstance(value, dict):
        raise NotAFeed("It is neither a list of services nor an envelope around one.")
    name = next((name for name in LISTS if isinstance(value.get(name), list)), None)
    if name is not None:
        return _enveloped(value, value[name])
    if value.get("id") and "name" in value and ("description" in value or DEEP & value.keys()):
        return Page((value,), last=True)
    raise NotAFeed(f"It has none of the lists of Open Referral ({', '.join(LISTS[:3])}).")


def is_page(value: object) -> bool:
    """True when this holds a list of services, even an empty one."""
    try:
        read_page(value)
    except NotAFeed:
        return False
    return True


def is_shallow(listed: Mapping[str, object], whole: Mapping[str, object]) -> bool:
    """True when the record of the list lacks what its own page has."""
    told = {name for name, value in whole.items() if value not in (None, "", [], {})}
    return bool(told - {name for name, value in listed.items() if value not in (None, "", [], {})})


def _as_utf8(text: bytes) -> bytes:
    """One byte of an old Windows encoding must not cost a whole page."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").encode()
    return text


def _enveloped(value: Mapping[str, object], records: list[object]) -> Page:
    number = _number(value, "page_number", "number", "page")
    pages = _number(value, "total_pages", "totalPages")
    total = _number(value, "total_items", "totalElements", "total")
    last = value.get("last_page", value.get("last"))
    alone = number is None and pages is None and total is None and last is None
    return Page(tuple(records), number, pages, total, last is True or not records or alone)


def _number(value: Mapping[str, object], *names: str) -> int | None:
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found.strip().isdecimal():
            return int(found)
        if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
            return found
    return None
