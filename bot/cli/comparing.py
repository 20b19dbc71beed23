"""Commands about the conversations that are in use: flows diff."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.cli.flows import flows
from bot.cli.ground import JSON_OPTION, fail, migrated_house, or_sentence


@flows.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@JSON_OPTION
def diff(folder: Path | None, as_json: bool) -> None:
    """Compare the flow files in FOLDER with those that were published last, before you publish them.

    Without FOLDER it takes the folder that the bot reads (FLOWS_DIR). First come the differences, step by step: a line
    with "-" is the text as it was, one with "+" as it would be. Then come the people who are in the middle of a
    conversation now, and what the change is to them. Nobody is ever thrown out: everyone finishes in the words that she
    began in, and gets the new ones the next time.

    \b
    Example:  bot flows diff flows/
    """
    from bot.workshop.comparing import NothingPublished, as_rows, compare_folder, told

    house = migrated_house()
    try:
        found = or_sentence(lambda: compare_folder(house, folder or house.parts.settings.flows_dir))
    except NothingPublished as nothing:
        fail(str(nothing))
        raise
    for row in as_rows(found) if as_json else ():
        click.echo(json.dumps(row, ensure_ascii=False))
    for line in () if as_json else told(found):
        click.echo(line)
