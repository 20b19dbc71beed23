"""``bot answers``: what the desk knows of answers, brought back into the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.ground import fail, main, migrated_house, or_sentence

if TYPE_CHECKING:
    from bot.workshop.pulling_answers import Pulled


@main.group()
def answers() -> None:
    """The answers: those of the files, and what the desk did to them."""


@answers.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be written.")
def pull(dry_run: bool) -> None:
    """Write what the desk checked, kept and translated into FLOWS_DIR and LOCALES_DIR.

    Run it where you keep the files, with DATABASE_URL and DATA_KEYS of the installation. Then run "bot translations
    extract", "bot translations update" and "bot check", look at the difference, and commit. The desk's words stay in
    use.

    \b
    Example:  bot answers pull --dry-run
    """
    from bot.app import now_ms
    from bot.workshop.pulling_answers import pull as write
    from bot.workshop.pulling_answers import waiting

    house = migrated_house()
    found: Pulled = or_sentence(lambda: waiting(house))
    if found.nothing:
        click.echo("There is nothing to pull: the folders have all that the desk knows.")
        return
    for line in found.lines:
        click.echo(line)
    if dry_run:
        click.echo('Nothing was written. Leave out "--dry-run" to write it.')
        return
    try:
        or_sentence(lambda: write(house, found, now_ms()))
    except OSError as bad:
        fail(f"{bad.filename} cannot be written: {bad.strerror}. Run it again when it can.")
    click.echo('Written. Run "bot translations extract", "bot translations update" and "bot check", and commit.')
