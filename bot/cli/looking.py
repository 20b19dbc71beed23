"""Commands that look things up and keep the tables: ask, identify, segments, places, translations."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import settings as table
from bot.cli.ground import JSON_OPTION, fail, main, migrated_house, open_house, or_sentence, read_settings

if TYPE_CHECKING:
    from bot.app import House

MEANINGS_AT_ONCE = 5_000  # texts, a minute's work


@main.command()
@click.argument("text")
@click.option("--language", help='The language it is asked in, like "pl". Without it, it is guessed.')
@JSON_OPTION
def ask(text: str, language: str | None, as_json: bool) -> None:
    """The best three answers, and the best three services, for a question."""
    from bot.app import prepare
    from bot.store.migrate import is_current

    house = open_house()
    if not or_sentence(lambda: is_current(house.parts.db)):
        or_sentence(lambda: prepare(house))
    _make_meanings(house)
    directory = house.parts.directory()
    spoken = language or house.parts.identifier.guess(text).language or "en"
    answers = [("answer", found.key, found.title, score) for found, score in directory.match_answers(text, spoken, 3)]
    services = [("service", found.key, found.name, score) for found, score in directory.match_services(text, spoken, 3)]
    for kind, key, title, score in answers + services:
        row = {"kind": kind, "id": key, "title": title, "score": round(score, 3)}
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{kind:8} {score:5.2f}  {key:32} {title}")


@main.command()
def meanings() -> None:
    """Make what answers and services are found by in other words and other languages: once for each text.

    The background work does this by itself; this shows how far it is. Stopped half-way, it goes on where it was.
    """
    house = migrated_house()
    if trouble := house.embedding.trouble:
        fail(f"Questions are matched by letters and sound only: {trouble}")
    made = or_sentence(lambda: _made(house, or_sentence(house.embedding.left)))
    click.echo(f"{made:,} texts were new. Questions are now matched by meaning, too.")


def _make_meanings(house: House) -> None:
    """Before the first question; more than a minute's work is left to the background."""
    if house.embedding.trouble:
        return
    left = or_sentence(house.embedding.left)
    if len(left) > MEANINGS_AT_ONCE:
        click.echo(f'{len(left):,} texts are not ready to be found by meaning. Run "bot meanings" first.', err=True)
    elif left:
        or_sentence(lambda: _made(house, left))


def _made(house: House, left: list[str]) -> int:
    with click.progressbar(length=len(left), label="Reading", file=sys.stderr) as bar:
        made = house.embedding.make(bar.update)
    house.shelf.look_again()
    return made


@main.command()
@JSON_OPTION
def identify(as_json: bool) -> None:
    """Name the language of each line of standard input; "?" when it cannot be told."""
    from bot.language.identify import Identifier

    identifier = Identifier(read_settings().languages)
    for line in sys.stdin:
        guess = identifier.guess(line.rstrip("\n"))
        row = {"language": guess.language, "confidence": round(guess.confidence, 3), "sure": guess.sure}
        click.echo(json.dumps(row) if as_json else guess.language or "?")


@main.command()
@JSON_OPTION
def segments(as_json: bool) -> None:
    """Measure each line of standard input as an SMS: encoding, units and message parts."""
    from bot.language.segments import measure

    for line in sys.stdin:
        size = measure(line.rstrip("\n"))
        row = {"encoding": size.encoding, "units": size.units, "segments": size.segments}
        click.echo(json.dumps(row) if as_json else f"{size.encoding}, {size.units} units, {size.segments} parts")


@main.group()
def places() -> None:
    """The tables of where postcodes and towns are."""


@places.command("build")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--imd",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='"File 7" of the English Indices of Deprivation, 2019 or 2025, as CSV. May be given twice.',
)
@click.option("--sectors", is_flag=True, help="Build the small table of sectors that is shipped, and nothing else.")
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where to write it, if not to POSTCODES_FILE.")
def places_build(source: Path, imd: tuple[Path, ...], sectors: bool, target: Path | None) -> None:
    """Build the table of all postcodes of England from SOURCE: the ONS Postcode Directory (CSV or ZIP)."""
    from bot.knowledge.postcode_source import PlacesSourceError

    try:
        _build_sectors(source, target) if sectors else _build_postcodes(source, imd, target)
    except PlacesSourceError as bad:
        fail(str(bad))


def _build_sectors(source: Path, target: Path | None) -> None:
    from bot.knowledge.build_places import TABLE, build_places

    count = build_places(source, target or TABLE, progress=lambda line: click.echo(line, err=True))
    click.echo(f"{count:,} sectors written to {target or TABLE}.", err=True)


def _build_postcodes(source: Path, imd: tuple[Path, ...], target: Path | None) -> None:
    from bot.knowledge.build_postcodes import districts_of
    from bot.knowledge.deprivation import read_deciles
    from bot.store.postcodes import write_postcodes

    target = target or read_settings().postcodes_file
    editions = [read_deciles(file) for file in imd]
    with click.progressbar(length=1000, label="Reading postcodes", file=sys.stderr) as bar:
        districts = districts_of(source, editions, lambda share: bar.update(int(share * 1000) - bar.pos))
        count = write_postcodes(districts, target, source=source.name, editions=[one.edition for one in editions])
    size = target.stat().st_size / 1_000_000
    known = " and ".join(str(one.edition) for one in editions)
    told = f", with deprivation deciles of {known}" if known else ""
    click.echo(f"{count:,} postcodes written to {target} ({size:.1f} MB){told}.", err=True)


@places.command("towns")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("words", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="The folder to write to; the shipped tables if left out."
)
def places_towns(source: Path, words: Path, target: Path | None) -> None:
    """Build the table of towns from SOURCE, GeoNames' GB.zip or cities500.zip, and WORDS, a list of English words."""
    from bot.knowledge.build_places import PlacesSourceError
    from bot.knowledge.build_towns import DATA, build_towns

    try:
        count = build_towns(source, words, target or DATA, progress=lambda line: click.echo(line, err=True))
    except PlacesSourceError as bad:
        fail(str(bad))
        raise
    click.echo(f"{count:,} towns written to {target or DATA}.", err=True)


@main.group()
def translations() -> None:
    """The gettext catalogues in locales/: what is there, and what is missing."""


@translations.command()
@JSON_OPTION
def status(as_json: bool) -> None:
    """How far each language is."""
    from bot.language import translations as work

    folder = read_settings().locales_dir
    for row in or_sentence(lambda: work.status(folder)):
        shown = {name: getattr(row, name) for name in row.__dataclass_fields__}
        line = f"{row.language:4} {row.domain:9} {row.done:5} of {row.texts:5}   fuzzy {row.fuzzy}, broken {row.broken}"
        click.echo(json.dumps(shown) if as_json else line)


@translations.command()
def extract() -> None:
    """Collect every text of the flows, answers, services, bot and desk into locales/*.pot."""
    from bot.language import translations as work

    settings = read_settings()
    sources = work.Sources(settings.flows_dir, table.PACKAGE)
    counts = or_sentence(lambda: work.extract(sources, settings.locales_dir))
    for domain, count in counts.items():
        click.echo(f"{domain}: {count} texts")


@translations.command()
@click.argument("languages", nargs=-1)
def update(languages: tuple[str, ...]) -> None:
    """Bring the catalogues of LANGUAGES (all of them if none is named) up to the templates. No translation is lost."""
    from bot.language import translations as work

    folder = read_settings().locales_dir
    if unknown := [language for language in languages if language not in work.languages_in(folder)]:
        known = ", ".join(work.languages_in(folder))
        fail(f'"{unknown[0]}" has no catalogues: there are {known}. "bot translations add" begins a language.')
    for merge in or_sentence(lambda: work.update(folder, languages or None)):
        lost = (
            f", {merge.fuzzy} to look at again, {merge.retired} no longer used" if merge.fuzzy or merge.retired else ""
        )
        click.echo(f"{merge.language} {merge.domain}: {merge.texts} texts, {merge.added} new{lost}")


@translations.command()
@click.argument("language")
def add(language: str) -> None:
    """Begin the catalogues of a LANGUAGE, like "so"."""
    from bot.language import translations as work

    folder = read_settings().locales_dir
    files = or_sentence(lambda: work.add(folder, language))
    click.echo("\n".join(f"Made {file}" for file in files))
    click.echo(f"Fill them with Poedit or Weblate, then add {language} to LANGUAGES.")
