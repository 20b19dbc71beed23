"""The records of a directory, some at a time: page after page of a feed, or the parts of one file.

Asked again from the page it is told, a listing goes on there: that is how a fetch that was killed is taken up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from bot.channel.feed_client import FeedClient, FeedTrouble, unpacked
from bot.knowledge.feed.mapping import Mapping as Columns
from bot.knowledge.feed.page import NotAFeed, Page, is_page, read_json, read_page
from bot.knowledge.feed.table import NotATable, Row, read_table

AT_ONCE = 200  # records of a file in one go: some tenths of a second of work
LIST = "services"  # the list of Open Referral, under a directory's address


@dataclass(frozen=True)
class Item:
    """One record as it came, the facts that a table tells outright, and a sentence when it cannot be read at all."""

    record: object
    given: Mapping[str, object] = field(default_factory=dict)
    trouble: str = ""
    remarks: tuple[str, ...] = ()
    place: str = ""  # where it stands, when it may have no id


@dataclass(frozen=True)
class Batch:
    """Some records; ``next`` is where it goes on, None at the end; ``total`` is how many it says there are."""

    items: Sequence[Item]
    next: int | None
    total: int | None = None


class Listing(Protocol):
    """Whatever lists records. ``pages`` is how each record's own page is asked for; None when it has none."""

    def batch(self, page: int | None) -> Batch:
        """The records of a page; of the first one for None. Raises FeedTrouble, NotAFeed or NotATable."""


@dataclass
class FileListing:
    """All records of one file, which is read again from its beginning by whoever goes on."""

    items: Sequence[Item]

    def batch(self, page: int | None) -> Batch:
        """A part of it; parts count from 0."""
        start = (page or 0) * AT_ONCE
        more = start + AT_ONCE < len(self.items)
        return Batch(self.items[start : start + AT_ONCE], (page or 0) + 1 if more else None, len(self.items))


@dataclass
class PagedListing:
    """The pages of a feed. Some count their pages from 0, some from 1: the first one, asked for by no number, tells."""

    client: FeedClient
    url: str
    first_page: int | None = None
    _before: frozenset[str] = frozenset()
    _first: object = None

    def batch(self, page: int | None) -> Batch:
        """One page of it."""
        found = self._page(page)
        number = self._number(found, page)
        told = frozenset(str(one.get("id")) for one in found.records if isinstance(one, dict))
        if page is not None and told and told == self._before:
            raise FeedTrouble(
                f"It gives the same page again and again: page {number} is like the one before.", again=False
            )
        self._before = told
        items = [Item(one, place=f"page {number}, entry {nth}") for nth, one in enumerate(found.records, 1)]
        return Batch(items, None if self._is_last(found, number) else number + 1, found.total)

    def own_page(self, record: str) -> object:
        """What the record's own page says. Raises FeedTrouble and NotAFeed."""
        parts = urlsplit(self.url)
        there = parts._replace(path=f"{parts.path.rstrip('/')}/{quote(record, safe='')}", query="").geturl()
        return read_json(self.client.get(there).data)

    def _page(self, page: int | None) -> Page:
        if page is None and self._first is not None:
            return read_page(self._first)
        url = self.url if page is None else _with_page(self.url, page)
        return read_page(read_json(self.client.get(url).data))

    def _number(self, found: Page, page: int | None) -> int:
        if page is None:
            self.first_page = 1 if found.number is None else found.number
            return self.first_page
        if found.number is not None and found.number != page:
            raise FeedTrouble(f"Asked for page {page}, it gives page {found.number}.", again=False)
        return page

    def _is_last(self, found: Page, number: int) -> bool:
        first = 1 if self.first_page is None else self.first_page
        return found.last or (found.pages is not None and number - first + 1 >= found.pages)


def open_listing(client: FeedClient, location: str, columns: Columns | None, first_page: int | None) -> Listing:
    """What lists the records at a place, an address or a file. Raises FeedTrouble, NotAFeed or NotATable.

    An address may be that of the whole directory: its list is then found under it.
    """
    if not is_address(location):
        return _of_file(unpacked(read_file(Path(location), client.most), client.most), columns)
    if columns is not None:
        return _of_file(client.get(location).data, columns)
    if first_page is not None:
        return PagedListing(client, _list_address(location, client), first_page)
    return _first_asked(client, location)


def is_address(location: str) -> bool:
    """True for what is fetched from the web, False for a file."""
    return location.lower().startswith(("http://", "https://"))


def read_file(file: Path, most: int) -> bytes:
    """The bytes of a file. Raises FeedTrouble."""
    try:
        if file.stat().st_size > most:
            raise FeedTrouble(
                f"{file} is larger than {most / 1_000_000:.0f} MB. FEED_MAX_MB can let more in.", again=False
            )
        return file.read_bytes()
    except OSError as error:
        raise FeedTrouble(f"{file} cannot be read: {error.strerror}.", again=False) from error


def _first_asked(client: FeedClient, location: str) -> PagedListing:
    value = read_json(client.get(location).data)
    if is_page(value):
        return PagedListing(client, location, _first=value)
    there = _under(location)
    value = read_json(client.get(there).data)
    read_page(value)
    return PagedListing(client, there, _first=value)


def _list_address(location: str, client: FeedClient) -> str:
    """As the first fetch found it, without asking the whole list again."""
    return location if urlsplit(location).path.rstrip("/").endswith(f"/{LIST}") else _first_asked(client, location).url


def _of_file(data: bytes, columns: Columns | None) -> FileListing:
    if columns is not None:
        return FileListing([_of_row(row) for row in read_table(data, columns)])
    page = read_page(read_json(data))
    return FileListing([Item(one, place=f"entry {nth}") for nth, one in enumerate(page.records, 1)])


def _of_row(row: Row) -> Item:
    return Item(row.record, row.given, row.trouble, row.remarks, f"line {row.number}")


def _under(location: str) -> str:
    parts = urlsplit(location)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{LIST}").geturl()


def _with_page(url: str, page: int) -> str:
    parts = urlsplit(url)
    told = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "page"]
    return parts._replace(query=urlencode([*told, ("page", str(page))])).geturl()


def in_parts(values: Iterable[object], most: int) -> Iterable[list[object]]:
    """The values, so many at a time."""
    left = iter(values)
    while part := list(islice(left, most)):
        yield part


__all__ = [
    "Batch",
    "FileListing",
    "Item",
    "Listing",
    "NotAFeed",
    "NotATable",
    "PagedListing",
    "is_address",
    "open_listing",
]
