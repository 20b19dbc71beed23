"""``bot flows pull``: what the desk published, written into the folder of flows, where a developer keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.app import House
from bot.flow.live import Edit, mark
from bot.store import published


@dataclass(frozen=True)
class Pulled:
    """One file. ``what``: "new", "changed", "gone", or "same" when the folder has these very words already.

    ``moved`` says that the folder's file was not the one that the desk had changed: somebody must put them together.
    """

    file: str
    what: str
    moved: bool
    before: str | None
    after: str | None


def waiting(house: House, folder: Path) -> list[Pulled]:
    """What there is to pull, and what it would do here. Raises DatabaseAway."""
    with house.parts.db.read() as conn:
        edits = [edit for edit in published.edits(conn) if not edit.pulled]
    return [_pulled(edit, folder) for edit in sorted(edits, key=lambda one: one.file)]


def pull(house: House, folder: Path, wanted: list[Pulled], now_ms: int) -> None:
    """Write these files, and note that they are in the folder's keeping. Raises OSError and DatabaseAway.

    Files first: were they noted and then not written, the next deploy would lose the desk's words.
    """
    for one in wanted:
        file = folder / one.file
        if one.after is None:
            file.unlink(missing_ok=True)
        elif one.what != "same":
            file.write_text(one.after, encoding="utf-8", newline="\n")
    overwritten: Mapping[str, str | None] = {one.file: one.before for one in wanted}
    with house.parts.db.begin() as conn:
        published.note_pulled(conn, overwritten, now_ms)


def _pulled(edit: Edit, folder: Path) -> Pulled:
    file = folder / edit.file
    before = file.read_text(encoding="utf-8") if file.is_file() else None
    moved = before != edit.text and mark(before) != edit.over[0]
    return Pulled(edit.file, _what(before, edit.text), moved, before, edit.text)


def _what(before: str | None, after: str | None) -> str:
    if before == after:
        return "same"
    if before is None:
        return "new"
    return "gone" if after is None else "changed"
