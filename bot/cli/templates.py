"""``bot templates``: what WhatsApp must approve, in which language, and how that stands."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from bot.cli.ground import JSON_OPTION, fail, main, migrated_house, or_sentence

if TYPE_CHECKING:
    from bot.app import House
    from bot.background.templating import Done, Row


@main.group(invoke_without_command=True)
@JSON_OPTION
@click.pass_context
def templates(context: click.Context, as_json: bool) -> None:
    """What WhatsApp must approve, to be sent after 24 hours of silence: in which language, and how that stands.

    "submit" hands in what is missing, "refresh" asks Twilio how the approvals stand.
    """
    if context.invoked_subcommand is None:
        _show(or_sentence(migrated_house().parts.templates.rows), as_json=as_json)


@templates.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be handed in.")
def submit(dry_run: bool) -> None:
    """Make what is missing at Twilio and hand it in for WhatsApp's approval. Safe to run again."""
    house = migrated_house()
    if dry_run:
        rows = [row for row in or_sentence(house.parts.templates.rows) if row.can_submit]
        for row in rows:
            click.echo(f"Would hand in {row.name} in {row.language}: {row.text}")
        click.echo(f"{len(rows)} to hand in. Nothing was sent.")
        return
    _needs_account(house)
    _tell(or_sentence(lambda: house.parts.templates.submit(house.parts.now_ms())), "Nothing is missing.")


@templates.command()
def refresh() -> None:
    """Ask Twilio how each approval stands, and keep the answer."""
    house = migrated_house()
    _needs_account(house)
    _tell(or_sentence(lambda: house.parts.templates.refresh(house.parts.now_ms())), "There are no templates.")


def _needs_account(house: House) -> None:
    if not house.parts.settings.twilio_on:
        fail("TWILIO_ACCOUNT_SID is not set, so there is nobody to ask. Set it and TWILIO_AUTH_TOKEN.")


def _tell(done: list[Done], nothing: str) -> None:
    for one in done:
        click.echo(f"{_state(one.row):10} {one.row.name} {one.row.language}{f': {one.trouble}' if one.trouble else ''}")
    if not done:
        click.echo(nothing)
    sys.exit(1 if any(one.trouble for one in done) else 0)


def _show(rows: list[Row], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            said = {
                "name": row.name, "language": row.language, "text": row.text, "sid": row.sid, "state": row.state.value,
                "reason": row.reason, "translated": row.translated, "older_approved": row.older,
            }  # fmt: skip
            click.echo(json.dumps(said, ensure_ascii=False))
        else:
            click.echo(f"{_state(row):10} {row.name} {row.language} {row.sid}".rstrip())
            click.echo(f"    {row.text}")
            click.echo("".join(f"    {sentence}\n" for sentence in _sentences(row)), nl=False)
    if not as_json:
        click.echo("\n".join(_summary(rows)))


def _summary(rows: list[Row]) -> list[str]:
    """How many can go out, and what to do about the others."""
    from bot.store.templates import State

    said = [f"{sum(row.usable for row in rows)} of {len(rows)} can go out."]
    if missing := sum(row.can_submit for row in rows):
        said.append(f'{missing} missing. Hand them in with "bot templates submit".')
    if submitted := sum(row.state is State.SUBMITTED for row in rows):
        said.append(f'{submitted} with WhatsApp. Ask how they stand with "bot templates refresh".')
    if refused := sum(row.state is State.REJECTED for row in rows):
        said.append(f"{refused} refused. Change the words, or their translation, and hand them in again.")
    if untranslated := sum(not row.translated for row in rows):
        said.append(f'{untranslated} not translated yet. "bot translations status" counts.')
    return said


def _state(row: Row) -> str:
    return row.state.value


def _sentences(row: Row) -> list[str]:
    said = []
    if not row.translated:
        said.append("It is not translated yet, so it is not handed in in this language.")
    if row.reason:
        said.append(f"WhatsApp said: {row.reason}")
    if row.older:
        said.append("The text was changed: the one that was approved before goes out until this one is approved.")
    return said
