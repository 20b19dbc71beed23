"""``bot people export`` and ``bot retention``: what a person gets of what is kept about her, and what is erased when."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.ground import fail, main, migrated_house, or_sentence


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
    from bot.store import person
    from bot.web.person_copy import zipped

    house = migrated_house()
    db, parts = house.parts.db, house.parts
    with or_sentence(db.begin) as conn:
        found = person.find(conn, whose)
        one = person.held(conn, db.vault, found[0]) if len(found) == 1 else None
        if one is None:
            fail(_nobody(whose, len(found)))
            return
        copy = zipped(conn, db.vault, parts.catalogues, one, parts.settings.service_name)
        person.note_export(conn, one, "system", parts.now_ms())
        file = to or Path(f"{one.pseudonym.lower().replace(' ', '-')}.zip")
        _write(file, copy)
    click.echo(f"{file}: everything about {one.pseudonym}. Hand it over safely, then delete it.")


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


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what is old enough now, by kind.")
def retention(dry_run: bool) -> None:
    """Erase what was kept long enough, by the days of KEEP_DAYS; a worker does the same once a day."""
    from bot.store import retention as store

    house = migrated_house()
    days, now = house.parts.settings.keep_days, house.parts.now_ms()
    if dry_run:
        with or_sentence(house.parts.db.read) as conn:
            counts = store.due(conn, days, now)
    else:
        counts = or_sentence(house.retaining.erase)
    for kind, count in counts.items():
        click.echo(f"{kind.value:12} {count:8}   kept for {f'{days[kind]} days' if days[kind] else 'ever'}")
    click.echo("Nothing was erased." if dry_run else "Erased.")
