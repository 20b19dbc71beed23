"""What every command stands on: the group, the settings, the house, and clear ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from bot import settings as table
from bot.settings import SettingError, Settings

if TYPE_CHECKING:
    from bot.app import House

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")


def fail(sentence: str) -> None:
    """End with this sentence on standard error and exit status 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def read_settings() -> Settings:
    """The settings, or a clear end."""
    try:
        return table.load()
    except SettingError as bad:
        fail(f'{bad}\nSee all settings with "bot settings".')
        raise


def open_house(settings: Settings | None = None) -> House:
    """The whole house, or a clear end when a flow file or a catalogue is broken, or no database can be kept here."""
    from bot.app import build
    from bot.knowledge.content_error import ContentErrors
    from bot.language.catalogue import CatalogueError
    from bot.store.database import DatabaseAway
    from bot.store.postcodes import PostcodesError

    try:
        return build(settings or read_settings())
    except DatabaseAway as away:
        fail(str(away))
        raise
    except (ContentErrors, CatalogueError, PostcodesError) as bad:
        fail(f"{bad}\nNothing was started. Mend the file and try again.")
        raise


def migrated_house() -> House:
    """The whole house, or a clear end when its database is away or its tables are not what this code needs."""
    from bot.store.migrate import is_current

    house = open_house()
    if not or_sentence(lambda: is_current(house.parts.db)):
        fail('The database has no tables yet, or not those of this version. Run "bot migrate" first.')
    return house


def or_sentence(work: Callable[[], Any]) -> Any:
    """Do the work; what can be expected to go wrong ends in a sentence, not in a traceback."""
    from bot.knowledge.content_error import ContentErrors
    from bot.language.catalogue import CatalogueError
    from bot.language.extract import ExtractionError
    from bot.language.translations import TranslationsError
    from bot.store.database import DatabaseAway

    try:
        return work()
    except (CatalogueError, ContentErrors, DatabaseAway, ExtractionError, SettingError, TranslationsError) as bad:
        fail(str(bad))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Help in people's own language by SMS and WhatsApp, and a safe way to say what happened to them.

    \b
    To begin:    bot serve --demo      then open http://127.0.0.1:8000/phone
    To try:      bot chat              the same phone, here in the terminal
    """
