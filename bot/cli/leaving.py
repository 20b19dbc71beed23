"""``bot people export`` and ``bot retention``: a person's copy of what is kept about her, and what is erased when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.ground import fail, main, migrated_house, or_sentence

if TYPE_CHECKING:
    from bot.story.keeping import Kind
    from bot.web.context import Parts


@main.group()
def people() -> None:
    """The people who text."""


@people.command()
@click.argument("whose")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="The ZIP to write; else one named for her.")
def export(whose: str, to: Path | None) -> None:
    """Write everything that is kept about one person into a ZIP, in her language, for herself.

    WHOSE is what the desk calls her ("Amber Otter 417"), or the reference of a story, question or talk of hers.
    The file holds words that only she and the champions may read: hand it over safely, then delete it.
    """
    parts = migrated_house().parts
    file = or_sentence(lambda: _export(parts, whose, to))
    click.echo(f"{file}: everything about this person. Hand it over safely, then delete it.")


def _export(parts: Parts, whose: str, to: Path | None) -> Path:
    """The copy is written before the transaction that records it ends: no record without a copy, nor the other way."""
    from bot.store import person
    from bot.web.person_copy import zipped

    with parts.db.begin() as conn:
        found = person.find(conn, whose)
        one = person.held(conn, parts.db.vault, found[0]) if len(found) == 1 else None
        if one is None:
            fail(_nobody(whose, len(found)))
            raise LookupError(whose)
        file = to or Path(f"{one.pseudonym.lower().replace(' ', '-')}.zip")
        _write(file, zipped(conn, parts.db.vault, parts.catalogues, one, parts.settings.service_name))
        person.note_export(conn, one, "system", parts.now_ms())
    return file


def _write(file: Path, copy: bytes) -> None:
    """For this user's eyes alone, and never over a file that is there."""
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(copy)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}. Give another name with --to.")


def _nobody(whose: str, count: int) -> str:
    if count:
        return f'{count} people are called "{whose}". Give the reference of a story, question or talk instead.'
    return f'Nobody is called "{whose}", and no story, question or talk has this reference. Look on the desk.'


def _due(parts: Parts, now_ms: int) -> dict[Kind, int]:
    from bot.store import retention as store

    with parts.db.read() as conn:
        return store.due(conn, parts.settings.keep_days, now_ms)


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what is old enough now, by kind.")
def retention(dry_run: bool) -> None:
    """Erase what was kept long enough, by the days of KEEP_DAYS; a worker does the same once a day."""
    house = migrated_house()
    days, now = house.parts.settings.keep_days, house.parts.now_ms()
    counts = or_sentence((lambda: _due(house.parts, now)) if dry_run else house.retaining.erase)
    for kind, count in counts.items():
        click.echo(f"{kind.value:12} {count:8}   kept for {f'{days[kind]} days' if days[kind] else 'ever'}")
    click.echo("Nothing was erased." if dry_run else "Erased.")
