"""How deprived a neighbourhood is, from the English Indices of Deprivation as they are published.

The file is "File 7: all ranks, scores, deciles and population denominators", as CSV, of 2019 or of 2025. It tells of
each LSOA, an area of some 1,500 people; a postcode lies in one, by the ONS Postcode Directory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.postcode_source import PlacesSourceError, Row

LSOA = re.compile(r"LSOA code \((2011|2021)\)")
DISTRICT = re.compile(r"Local Authority District code \((\d{4})\)")
DECILE = re.compile(r"Index of Multiple Deprivation \(IMD\) Decile\b.*")
# The year of the districts tells the edition: that of 2015 has the LSOAs of 2011, too.
EDITION_OF_DISTRICTS = {"2019": 2019, "2024": 2025}
LSOAS_OF_EDITION = {2019: "2011", 2025: "2021"}


@dataclass(frozen=True, slots=True)
class Deciles:
    """The decile (1: among the most deprived tenth) of each LSOA of England, by one edition of the indices."""

    edition: int
    of_lsoa: Mapping[str, int]

    def of(self, row: Row) -> int:
        """The decile of the streets around a postcode; 0 when it is not known."""
        lsoa = row.lsoa11 if LSOAS_OF_EDITION[self.edition] == "2011" else row.lsoa21
        return self.of_lsoa.get(lsoa, 0)


def read_deciles(file: Path) -> Deciles:
    """The deciles of a published file. Raises PlacesSourceError when it is none, with what to give instead."""
    if file.suffix.lower() in {".xlsx", ".xls", ".ods"}:
        raise PlacesSourceError(f'{file} is a spreadsheet. Give the CSV of the same name, "File 7".')
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        table = csv.reader(lines)
        header = [name.strip() for name in next(table, [])]
        lsoa, district, decile = (_column(header, name) for name in (LSOA, DISTRICT, DECILE))
        if lsoa is None or district is None or decile is None:
            raise PlacesSourceError(
                f"The first line of {file} names no LSOA code, no district code or no IMD decile. Give "
                '"File 7: all ranks, scores, deciles and population denominators" of 2019 or 2025, as CSV.'
            )
        edition = _edition(file, header[lsoa], header[district])
        known = [_decile(line, lsoa, decile, table.line_num, file) for line in table if len(line) > max(lsoa, decile)]
    if not known:
        raise PlacesSourceError(f"{file} tells of no area of England.")
    return Deciles(edition, dict(known))


def _column(header: list[str], name: re.Pattern[str]) -> int | None:
    return next((number for number, column in enumerate(header) if name.fullmatch(column)), None)


def _edition(file: Path, lsoa: str, district: str) -> int:
    year = DISTRICT.fullmatch(district)
    edition = EDITION_OF_DISTRICTS.get(year[1] if year else "")
    if edition is None or LSOAS_OF_EDITION[edition] not in lsoa:
        raise PlacesSourceError(f'{file} is of another edition ("{district}"). Give that of 2019 or of 2025.')
    return edition


def _decile(line: list[str], lsoa: int, decile: int, number: int, file: Path) -> tuple[str, int]:
    written = line[decile].strip()
    if not written.isdecimal() or not 1 <= int(written) <= 10:
        raise PlacesSourceError(f'{file}:{number}: "{written}" is no decile from 1 to 10.')
    return line[lsoa].strip(), int(written)
