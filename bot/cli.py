"""The ``bot`` command. Heavy imports wait inside the commands, so that ``bot --help`` is quick."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import settings as table
from bot.settings import SettingError, Settings

if TYPE_CHECKING:
    from bot.app import House
    from bot.flow.check.finding import Finding

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
SEVERITIES = (("error", "errors"), ("warning", "warnings"), ("info", "notes"))


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

    try:
        return build(settings or read_settings())
    except DatabaseAway as away:
        fail(str(away))
        raise
    except (ContentErrors, CatalogueError) as bad:
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
    from bot.store.database import DatabaseAway

    try:
        return work()
    except (ContentErrors, DatabaseAway, SettingError) as bad:
        fail(str(bad))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Help in people's own language by SMS and WhatsApp, and a safe way to say what happened to them.

    \b
    To begin:    bot serve --demo      then open http://127.0.0.1:8000/phone
    To try:      bot chat              the same phone, here in the terminal
    """


@main.command()
@click.option("--demo", is_flag=True, help="Load the made-up borough of Wexmoor and open /phone to everyone.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(demo: bool, host: str, port: int) -> None:
    """Serve the web pages and do the background work, in one go. For a laptop or a small server.

    For more traffic run the web server and "bot work" apart, as the Procfile does.
    """
    from bot import serving

    try:
        or_sentence(lambda: serving.serve(open_house, read_settings, demo=demo, host=host, port=port))
    except serving.AddressRefused as refused:
        fail(str(refused))


@main.command()
def work() -> None:
    """Do the background work: send texts, try again, ring timers. Ends gracefully on SIGTERM."""
    from bot.observe import set_up_logs

    set_up_logs()
    migrated_house().jobs.run()


@main.command()
@click.option("--channel", type=click.Choice(["sms", "whatsapp"]), default="sms", show_default=True)
@click.option("--language", help='A settled language, like "pl". Without it the welcome asks, as for anyone new.')
@JSON_OPTION
def chat(channel: str, language: str | None, as_json: bool) -> None:
    """Talk with the bot in the terminal: one line in is one message.

    Uses a throw-away database with the made-up borough (try the postcode ZZ1 1AA); nothing is kept or sent.

    \b
    Example:  printf 'MENU\\n1\\n1\\nZZ1 1AA\\n1\\n' | bot chat --language en
    """
    from bot.channel.message import Channel
    from bot.terminal import Chat, talk, throw_away_house

    settings = read_settings()
    if language and language not in settings.languages:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    with or_sentence(lambda: throw_away_house(settings)) as house:
        if sys.stdin.isatty() and not as_json:
            click.echo("You are texting the bot. Try: Hello. Ctrl-D ends.")
        said = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
        talk(Chat(house, Channel(channel), language or ""), said, sys.stdout, as_json=as_json)


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "info"]),
    help="Show only what is at least so grave. Without it: warnings for people, everything with --json.",
)
@JSON_OPTION
def check(files: tuple[Path, ...], severity: str | None, as_json: bool) -> None:
    """Check flows, answers, services, danger signs and catalogues; all of the shipped ones when no FILE is named.

    Each finding says file:line:column, what is wrong and how to mend it. Ends with status 1 when there are errors.
    """
    from bot.checking import at_least, check_everything, check_files
    from bot.flow.check.finding import Severity

    settings = read_settings()
    every = at_least(check_files(files, settings) if files else check_everything(settings), Severity.INFO)
    findings = at_least(every, Severity(severity or ("info" if as_json else "warning")))
    if as_json:
        for found in findings:
            click.echo(json.dumps(found.as_object(), ensure_ascii=False))
    else:
        _show_findings(findings, every)
    sys.exit(1 if any(found.severity is Severity.ERROR for found in every) else 0)


def _show_findings(findings: list[Finding], every: list[Finding]) -> None:
    """The findings by file, and a last line that counts them all."""
    from itertools import groupby

    for _, group in groupby(findings, key=lambda found: found.file):
        click.echo("".join(f"{found}\n" for found in group))
    counts = Counter(str(found.severity) for found in every)
    parts = [f"{counts[name]} {name if counts[name] == 1 else names}" for name, names in SEVERITIES if counts[name]]
    hidden = ' See all with "--severity info".' if len(findings) < len(every) else ""
    click.echo(f"{', '.join(parts) or 'All is well'}.{hidden}")


@main.command()
def schema() -> None:
    """Print the JSON Schema of flow files, for editors. It is kept in docs/flow.schema.json."""
    from bot.flow.schema import flow_schema

    click.echo(json.dumps(flow_schema(), indent=2))


@main.command()
@click.option("--language", default="all", show_default=True, help='One language, like "pl", or all that are offered.')
@click.option("--flow", default="", help="Look only at this flow.")
@click.option("--update", is_flag=True, help="Write the transcripts of the rehearsals anew. Read what has changed.")
@JSON_OPTION
def rehearse(language: str, flow: str, update: bool, as_json: bool) -> None:
    """Try out every conversation: the rehearsals of flows/rehearsals, and a walk down every branch.

    Shows how much of each flow was reached in each language, and what fails: file:line, and how to mend it. Ends with
    status 1 when something fails. Needs no database; nothing is kept or sent.
    """
    from bot.flow.rehearse.report import lines, objects
    from bot.language.catalogue import CatalogueError
    from bot.language.extract import ExtractionError
    from bot.rehearsing import House, Rehearsing

    settings = read_settings()
    if language not in {"all", *settings.languages}:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    try:
        house = or_sentence(lambda: House(settings))
    except (CatalogueError, ExtractionError) as bad:
        fail(str(bad))
        raise
    if flow and flow not in house.flows:
        fail(f'There is no flow "{flow}". The flows are: {", ".join(sorted(house.flows))}.')
    run = Rehearsing(house, settings.languages if language == "all" else (language,), flow=flow, update=update)
    with click.progressbar(run.parts(), label="Rehearsing", file=sys.stderr, hidden=not sys.stderr.isatty()) as parts:
        for part in parts:
            part()
    report = run.finished()
    if as_json:
        for row in objects(report):
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo("\n".join(lines(report)))
    sys.exit(1 if report.problems else 0)


@main.command()
@click.argument("flow")
@click.option("--language", default="en", show_default=True, help='The language of its texts, like "pl".')
@click.option("--narrow", is_flag=True, help="One card beneath the other, to be read on a phone.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
def draw(flow: str, language: str, narrow: bool, out: Path | None) -> None:
    """Draw FLOW, the name of a conversation or the path of its file, as an SVG picture on standard output.

    \b
    Example:  bot draw share-story --language ur --out share-story.svg
    """
    from bot.drawing import FlowUnknown, draw_named
    from bot.language.catalogue import CatalogueError

    settings = read_settings()
    if language not in settings.languages:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    try:
        picture: str = or_sentence(lambda: draw_named(settings, flow, language, narrow=narrow))
        if out:
            out.write_text(picture, encoding="utf-8")
        else:
            sys.stdout.buffer.write(picture.encode())
    except (FlowUnknown, CatalogueError) as bad:
        fail(str(bad))
    except OSError as bad:
        fail(f"{bad.filename or out} cannot be read or written: {bad.strerror}.")


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
    directory = house.parts.directory()
    spoken = language or house.parts.identifier.guess(text).language or "en"
    answers = [("answer", found.key, found.title, score) for found, score in directory.match_answers(text, spoken, 3)]
    services = [("service", found.key, found.name, score) for found, score in directory.match_services(text, spoken, 3)]
    for kind, key, title, score in answers + services:
        row = {"kind": kind, "id": key, "title": title, "score": round(score, 3)}
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{kind:8} {score:5.2f}  {key:32} {title}")


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
    "--to", "target", type=click.Path(path_type=Path), help="Where to write it; the shipped table if left out."
)
def places_build(source: Path, target: Path | None) -> None:
    """Build the table of postcode sectors from SOURCE: the ONS Postcode Directory (CSV or ZIP)."""
    from bot.knowledge.build_places import TABLE, PlacesSourceError, build_places

    try:
        count = build_places(source, target or TABLE, progress=lambda line: click.echo(line, err=True))
    except PlacesSourceError as bad:
        fail(str(bad))
        raise
    click.echo(f"{count:,} sectors written to {target or TABLE}.", err=True)


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

    for row in work.status(read_settings().locales_dir):
        shown = {name: getattr(row, name) for name in row.__dataclass_fields__}
        line = f"{row.language:4} {row.domain:9} {row.done:5} of {row.texts:5}   fuzzy {row.fuzzy}, broken {row.broken}"
        click.echo(json.dumps(shown) if as_json else line)


@translations.command()
def extract() -> None:
    """Collect every text of the flows, answers, services, bot and desk into locales/*.pot."""
    from bot.language import translations as work
    from bot.language.extract import ExtractionError

    settings = read_settings()
    try:
        counts = work.extract(work.Sources(settings.flows_dir, table.PACKAGE), settings.locales_dir)
    except ExtractionError as bad:
        fail(str(bad))
        raise
    for domain, count in counts.items():
        click.echo(f"{domain}: {count} texts")


@translations.command()
@click.argument("languages", nargs=-1)
def update(languages: tuple[str, ...]) -> None:
    """Bring the catalogues of LANGUAGES (all of them if none is named) up to the templates. No translation is lost."""
    from bot.language import translations as work
    from bot.language.catalogue import CatalogueError

    folder = read_settings().locales_dir
    if unknown := [language for language in languages if language not in work.languages_in(folder)]:
        known = ", ".join(work.languages_in(folder))
        fail(f'"{unknown[0]}" has no catalogues: there are {known}. "bot translations add" begins a language.')
    try:
        for merge in work.update(folder, languages or None):
            lost = (
                f", {merge.fuzzy} to look at again, {merge.retired} no longer used"
                if merge.fuzzy or merge.retired
                else ""
            )
            click.echo(f"{merge.language} {merge.domain}: {merge.texts} texts, {merge.added} new{lost}")
    except (work.TranslationsError, CatalogueError) as bad:
        fail(str(bad))


@translations.command()
@click.argument("language")
def add(language: str) -> None:
    """Begin the catalogues of a LANGUAGE, like "so"."""
    from bot.language import translations as work

    try:
        files = work.add(read_settings().locales_dir, language)
    except work.TranslationsError as bad:
        fail(str(bad))
        raise
    click.echo("\n".join(f"Made {file}" for file in files))
    click.echo(f"Fill them with Poedit or Weblate, then add {language} to LANGUAGES.")


@main.group()
def users() -> None:
    """The people of the desk."""


@users.command("add")
@click.argument("email")
@click.option("--name", prompt=True)
@click.option(
    "--role", "roles", multiple=True, required=True, help="champion, translator, lead or admin; may be repeated."
)
@click.option("--language", "languages", multiple=True, default=("en",), help="A language they read; may be repeated.")
@click.password_option(help="Asked for when left out.")
def add_user(email: str, name: str, roles: tuple[str, ...], languages: tuple[str, ...], password: str) -> None:
    """Add a person who may sign in at /desk."""
    from bot.app import now_ms
    from bot.language.names import LANGUAGES
    from bot.store import audit
    from bot.store.audit import Event
    from bot.web.users import EmailRefused, EmailTaken, RoleUnknown, TooShort
    from bot.web.users import add as add_person

    if not name.strip():
        fail("Give the person a name, with --name: the desk says who did what.")
    if unknown := [code for code in languages if code not in LANGUAGES]:
        fail(f'"{unknown[0]}" is not a language I know. Use a code: {", ".join(LANGUAGES)}.')
    house = migrated_house()
    detail = {"role": ".".join(roles)}

    def invite() -> None:
        with house.parts.db.begin() as conn:
            id = add_person(conn, email=email, name=name, roles=roles, languages=languages, password=password)
            audit.append(
                conn, now_ms=now_ms(), actor="system", event=Event.USER_INVITED, subject=f"user:{id}", detail=detail
            )

    try:
        or_sentence(invite)
    except (EmailTaken, EmailRefused, RoleUnknown, TooShort) as bad:
        fail(str(bad))
    click.echo(f"{email} may sign in at /desk.")


@main.command()
def migrate() -> None:
    """Bring the database up to date: tables, flows, answers and services. Safe to run again, and by two at once."""
    from bot.app import prepare

    house = open_house()
    done = or_sentence(lambda: prepare(house))
    click.echo(
        f"The database is up to date. In the files: {done.answers} answers and {done.services} services; {done.stored} "
        f"stored, {done.unchanged} unchanged, {done.left_to_desk} left to the desk, {done.retired} retired."
    )


@main.command("settings")
@click.option("--new-key", is_flag=True, help="Print a fresh key for DATA_KEYS or SECRET_KEY.")
def show_settings(new_key: bool) -> None:
    """Every setting: its name, its value now (never a secret one) and what it is for."""
    if new_key:
        click.echo(table.new_key())
        return
    import os

    for setting in table.SETTINGS:
        given = os.environ.get(setting.name, "")
        value = ("(set)" if given else "(not set)") if setting.secret else given or setting.default or "(not set)"
        click.echo(f"{setting.name}\n    now: {value}\n    {setting.help}")


@main.command()
def doctor() -> None:
    """Look at everything this installation needs, and say what is missing and how to mend it."""
    from bot.doctor import examine

    trouble = 0
    for finding in examine():
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.sentence}")
        trouble += not finding.well
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
