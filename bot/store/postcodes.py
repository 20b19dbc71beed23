"""The table of all England's postcodes, which whoever deploys builds: one SQLite file of a row a district."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.packed import spot_in
from bot.knowledge.places import Known
from bot.knowledge.postcode import district_of
from bot.settings import SettingError

FORMAT = "1"  # of the blobs: bot/knowledge/packed.py
TABLES = """
PRAGMA page_size = 1024; -- a district takes two to five of them: large pages would stand half empty
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE district (name TEXT PRIMARY KEY, spots BLOB NOT NULL);
"""


class PostcodesError(SettingError):
    """POSTCODES_FILE names a file that is no table of postcodes of ours. The sentence says how to mend it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a table was built from: a file's name, how many postcodes, the editions of the deprivation indices."""

    source: str
    postcodes: int
    editions: tuple[int, ...]


class PostcodeTable:
    """Looks postcodes up in the file. Each look-up opens it anew, so that a newer one takes its place at once."""

    def __init__(self, file: Path) -> None:
        """Raises PostcodesError when the file is no table of postcodes."""
        self.file = file
        self.about = self._about()

    def find(self, postcode: str) -> Known | None:
        """A whole postcode in its usual form ("IP1 1AA"), or None when there is none such, or no file any more."""
        try:
            with closing(self._open()) as conn:
                row = conn.execute("SELECT spots FROM district WHERE name = ?", (district_of(postcode),)).fetchone()
        except sqlite3.Error:
            return None  # the middle of the sector is known without it
        spot = spot_in(row[0], postcode.partition(" ")[2]) if row else None
        if spot is None:
            return None
        told = [one for one in zip(self.about.editions, spot.deciles, strict=False) if one[1]]
        return Known(spot.latitude, spot.longitude, max(told, default=None))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)

    def _about(self) -> About:
        try:
            with closing(self._open()) as conn:
                said = dict(conn.execute("SELECT name, value FROM about").fetchall())
        except sqlite3.Error:
            said = {}
        if said.get("format") != FORMAT:
            raise PostcodesError(
                f'{self.file} is no table of postcodes that I can read. Build it again with "bot places build".'
            )
        editions = tuple(int(edition) for edition in said["editions"].split())
        return About(said["source"], int(said["postcodes"]), editions)


def table_at(file: Path) -> PostcodeTable | None:
    """The table in this file, or None where nobody has built one. Raises PostcodesError when it is something else."""
    return PostcodeTable(file) if file.is_file() else None


def write_postcodes(
    districts: Iterable[tuple[str, bytes, int]], target: Path, *, source: str, editions: Sequence[int]
) -> int:
    """Writes the table and gives the number of its postcodes. The old file stays until the new one is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.new")
    unfinished.unlink(missing_ok=True)
    try:
        count = _fill(unfinished, districts, source, editions)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(target)
    return count


def _fill(file: Path, districts: Iterable[tuple[str, bytes, int]], source: str, editions: Sequence[int]) -> int:
    count = 0
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.executescript(TABLES)
        for name, spots, many in districts:
            conn.execute("INSERT INTO district VALUES (?, ?)", (name, spots))
            count += many
        said = {
            "format": FORMAT,
            "source": source,
            "postcodes": str(count),
            "editions": " ".join(map(str, editions)),
        }
        conn.executemany("INSERT INTO about VALUES (?, ?)", said.items())
    return count
