"""Commands for conversations that were changed on the desk: what is in use, and bringing it into the folder."""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from bot.cli.ground import JSON_OPTION, fail, main, migrated_house, or_sentence

if TYPE_CHECKING:
    from bot.app import House
    from bot.workshop.pulling import Pulled

TOLD = {
    "new": "is not in the folder yet",
    "changed": "changes the folder's file",
    "gone": "was taken out",
    "same": "is in the folder already",
}


@main.group()
def flows() -> None:
    """The conversations in use: what the desk changed, how to bring it into the folder, what a change would do.

    \b
    The folder (FLOWS_DIR) is what a developer keeps and deploys. The desk publishes over it: a file that was
    published on the desk wins at once, everywhere, until it is pulled and deployed.
    """


@flows.command("list")
@JSON_OPTION
def list_flows(as_json: bool) -> None:
    """The conversations in use: the revision, what the desk published over the folder's files, and open drafts.

    \b
    Example:  bot flows list --json
    """
    house = migrated_house()
    rows = or_sentence(lambda: _rows(house))
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))


@flows.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
def pull(dry_run: bool) -> None:
    """Write what the desk published into the folder of flows (FLOWS_DIR).

    Run it where you keep the files, with DATABASE_URL and DATA_KEYS of the installation. Then look at the difference,
    run "bot check" and "bot translations extract", and commit. From the next deploy on the folder's words count again;
    until then the desk's words stay in use.

    \b
    Example:  bot flows pull --dry-run
    """
    from bot.app import now_ms
    from bot.workshop.pulling import pull as write
    from bot.workshop.pulling import waiting

    house = migrated_house()
    folder = house.parts.settings.flows_dir
    found: list[Pulled] = or_sentence(lambda: waiting(house, folder))
    if not found:
        click.echo("There is nothing to pull: the desk has published nothing that is not in the folder's keeping.")
        return
    for one in found:
        _tell(one, dry_run=dry_run)
    if dry_run:
        click.echo('Nothing was written. Leave out "--dry-run" to write it.')
        return
    try:
        or_sentence(lambda: write(house, folder, found, now_ms()))
    except OSError as bad:
        fail(f"{bad.filename or folder} cannot be written: {bad.strerror}. Nothing is noted as pulled.")
    click.echo(f'Files in {folder} now: {len(found)}. Run "bot check", look at them, and commit them.')


def _tell(one: Pulled, *, dry_run: bool) -> None:
    click.echo(f"{one.file} {TOLD[one.what]}.")
    if one.moved:
        click.echo("    Careful: the folder's file has changed since. Put both changes together before you commit.")
    if dry_run and one.what != "same":
        old, new = (one.before or "").splitlines(), (one.after or "").splitlines()
        for line in unified_diff(old, new, "folder", "desk", lineterm=""):
            click.echo(f"    {line}")


def _rows(house: House) -> list[dict[str, object]]:
    from bot.store import drafts

    live = house.shelf.live()
    rows: list[dict[str, object]] = [{"kind": "revision", "digest": live.flows.digest, "flows": len(live.flows.flows)}]
    rows += [{"kind": "desk", "file": one.file, "moved": one.file in live.moved} for one in live.edits]
    rows += [{"kind": "resting", "file": one.edit.file, "why": one.why} for one in live.resting]
    with house.parts.db.read() as conn:
        found = drafts.listed(conn)
    return [*rows, *({"kind": "draft", "id": one.id, "files": sorted(one.files), "by": one.by} for one in found)]


def _line(row: dict[str, object]) -> str:
    if row["kind"] == "revision":
        return f"in use    revision {str(row['digest'])[:12]}, {row['flows']} conversations"
    if row["kind"] == "desk":
        more = "; the folder's file has changed since" if row["moved"] else ""
        return f"desk      {row['file']} wins over the folder's file{more}"
    if row["kind"] == "resting":
        return f"resting   {row['file']} was published, and does not load any more: {row['why']}"
    files = row["files"]
    return f"draft {row['id']:<3} {', '.join(files) if isinstance(files, list) else files}, by {row['by']}"
