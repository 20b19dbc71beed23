"""Commands for people who write conversations: check, schema, rehearse, draw."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.ground import JSON_OPTION, fail, main, or_sentence, read_settings

if TYPE_CHECKING:
    from bot.flow.check.finding import Finding
    from bot.settings import Settings

SEVERITIES = (("error", "errors"), ("warning", "warnings"), ("info", "notes"))


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "info"]),
    help="Show only what is at least so grave. Without it: warnings for people, everything with --json.",
)
@click.option("--language", default="all", show_default=True, help='English and one language, like "pl", or all.')
@JSON_OPTION
def check(files: tuple[Path, ...], severity: str | None, language: str, as_json: bool) -> None:
    """Check flows, answers, services, danger signs and catalogues; all of the shipped ones when no FILE is named.

    Each finding says file:line:column, what is wrong and how to mend it. Ends with status 1 when there are errors.
    """
    from bot.flow.check.finding import Severity
    from bot.workshop.checking import at_least, check_everything, check_files

    settings = _in_language(read_settings(), language)
    every = at_least(check_files(files, settings) if files else check_everything(settings), Severity.INFO)
    findings = at_least(every, Severity(severity or ("info" if as_json else "warning")))
    if as_json:
        for found in findings:
            click.echo(json.dumps(found.as_object(), ensure_ascii=False))
    else:
        _show_findings(findings, every)
    sys.exit(1 if any(found.severity is Severity.ERROR for found in every) else 0)


def _in_language(settings: Settings, language: str) -> Settings:
    """The same house with English and this one language; all of them for "all"."""
    if language == "all":
        return settings
    if language not in settings.languages:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    return replace(settings, languages=tuple(dict.fromkeys(("en", language))))


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
@click.option(
    "--flow", default="", help="Look only at this flow: the rehearsals that come to it, and what leads to it."
)
@click.option("--update", is_flag=True, help="Write the transcripts of the rehearsals anew. Read what has changed.")
@click.option("--strict", is_flag=True, help="Texts that are not translated yet count as failures, too.")
@JSON_OPTION
def rehearse(language: str, flow: str, update: bool, strict: bool, as_json: bool) -> None:
    """Try out every conversation: the rehearsals of flows/rehearsals, and a walk down every branch.

    Shows how much of each flow was reached in each language, and what fails: file:line, and how to mend it. Ends with
    status 1 when something fails; a text that is not translated yet is a warning. Needs no database; nothing is kept or
    sent.
    """
    from bot.flow.rehearse.report import fails, lines, objects
    from bot.workshop.rehearsing import House, Rehearsing

    settings = read_settings()
    if language not in {"all", *settings.languages}:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    house = or_sentence(lambda: House(settings))
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
    sys.exit(1 if fails(report, strict=strict) else 0)


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
    from bot.workshop.drawing import FlowUnknown, draw_named

    settings = read_settings()
    if language not in settings.languages:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    try:
        picture: str = or_sentence(lambda: draw_named(settings, flow, language, narrow=narrow))
        if out:
            out.write_text(picture, encoding="utf-8")
        else:
            sys.stdout.buffer.write(picture.encode())
    except FlowUnknown as bad:
        fail(str(bad))
    except OSError as bad:
        fail(f"{bad.filename or out} cannot be read or written: {bad.strerror}.")


@main.command("poster")
@click.option("--language", default="all", show_default=True, help='Its language, like "pl".')
@click.option(
    "--out",
    default="posters",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
@click.option("--number", help="The number for SMS, like 07700 900123. Without it, TWILIO_SMS_FROM.")
@click.option("--whatsapp", help="The number for WhatsApp. Without it, TWILIO_WHATSAPP_FROM.")
def poster(language: str, out: Path, number: str | None, whatsapp: str | None) -> None:
    """Make posters to print on A4: the number, and codes that a phone's camera turns into a first message.

    \b
    Example:  bot poster --language ur --number "07700 900123"
    """
    from bot.workshop.postering import NoNumber, numbers_of, write_posters

    settings = read_settings()
    if language not in {"all", *settings.languages}:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    languages = settings.languages if language == "all" else (language,)
    try:
        numbers = numbers_of(settings, number, whatsapp)
        written: list[Path] = or_sentence(lambda: write_posters(settings, languages, numbers, out))
    except NoNumber as bad:
        fail(str(bad))
    except OSError as bad:
        fail(f"{bad.filename or out} cannot be written: {bad.strerror}.")
    else:
        click.echo("\n".join(map(str, written)))
        click.echo("Open a .html file in a browser and print it on A4, without margins.", err=True)
