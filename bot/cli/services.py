"""``bot services``: fetch services from a directory, again when it is time, and see how that went."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bot.cli.ground import JSON_OPTION, fail, main, migrated_house, open_house, or_sentence

if TYPE_CHECKING:
    from bot.app import House
    from bot.background.importing import Outcome
    from bot.store.sources import Source

LONGEST_KEY = 40
WAIT_S = 2.0
REMARKS = 20  # shown at once; the desk shows all


@main.group()
def services() -> None:
    """Services from directories: Open Referral UK, or a table."""


@services.command("import")
@click.argument("where", metavar="SOURCE")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a CSV table: the file that says which column is what.",
)
@click.option("--key", help="A short name for this directory, like bristol. Left out, it is made from SOURCE.")
@click.option("--area", help="The area that its services belong to. Left out, it is the key.")
@click.option("--accept-missing", is_flag=True, help="Believe it when it lacks more than half of what it had.")
@JSON_OPTION
def import_services(
    where: str, mapping: Path | None, key: str | None, area: str | None, accept_missing: bool, as_json: bool
) -> None:
    """Fetch services from SOURCE: an address, a file (JSON or CSV), or the key of a directory that is known.

    What is fetched from an address is fetched again each day. An import that is killed goes on where it was.

    \b
    Examples:  bot services import https://directory.example.org/v3
               bot services import food-banks.csv --mapping food-banks.yaml --area wexmoor
    """
    house = _ready_house()
    id = or_sentence(lambda: _registered(house, where, mapping, key, area))
    outcome = _fetched(house, id, accept_missing=accept_missing)
    click.echo(json.dumps(_as_object(outcome), ensure_ascii=False)) if as_json else _show(outcome)
    sys.exit(0 if outcome.complete else 1)


@services.command()
@click.argument("key", required=False)
@JSON_OPTION
def refresh(key: str | None, as_json: bool) -> None:
    """Fetch the directory KEY again, or all that are fetched by themselves."""
    house = migrated_house()
    found = [one for one in or_sentence(lambda: _every(house)) if (one.key == key if key else one.active)]
    if not found:
        fail(f'There is no directory "{key}".' if key else 'There are no directories. "bot services import" adds one.')
    outcomes = [_fetched(house, one.id, accept_missing=False) for one in found]
    for outcome in outcomes:
        if as_json:
            click.echo(json.dumps(_as_object(outcome), ensure_ascii=False))
        else:
            click.echo(f"{outcome.source.key}:")
            _show(outcome)
    sys.exit(0 if all(one.complete for one in outcomes) else 1)


@services.command("sources")
@JSON_OPTION
def list_sources(as_json: bool) -> None:
    """The directories that services come from, and how the last fetch of each went."""
    for one in or_sentence(lambda: _every(migrated_house())):
        row = {
            "key": one.key, "location": one.location, "area": one.area, "active": one.active, "state": one.state.value,
            "next": _moment(one.next_at), "last": _moment(one.ended_at), "last_good": _moment(one.good_at),
            "trouble": one.trouble, **vars(one.counts),
        }  # fmt: skip
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            when = _moment(one.ended_at) or "never"
            click.echo(f"{one.key:20} {one.state.value:8} last {when}  {one.counts.read:,} read")
            click.echo(f"    {one.location}{'' if one.active else '   (not fetched by itself)'}")
            click.echo(f"    {one.trouble}\n" if one.trouble else "", nl=False)


def _ready_house() -> House:
    """The whole house, with its tables made when it is new."""
    from bot.app import prepare
    from bot.store.migrate import is_current

    house = open_house()
    if not or_sentence(lambda: is_current(house.parts.db)):
        or_sentence(lambda: prepare(house))
    return house


def _registered(house: House, where: str, mapping: Path | None, key: str | None, area: str | None) -> int:
    """The id of the directory, with what is told of it now."""
    from bot.background.listing import is_address
    from bot.knowledge.feed.mapping import read_mapping
    from bot.store import sources

    text = mapping.read_text(encoding="utf-8") if mapping else None
    if mapping and text is not None:
        read_mapping(text, str(mapping))
    with house.parts.db.begin() as conn:
        known = sources.named(conn, key or _place(where))
        if known and not key and not Path(where).exists() and not is_address(where):
            where = known.location
        location = _place(where)
        key = _checked_key(key or (known.key if known else _key_of(conn, location)))
        area = area or (known.area if known else key)
        if text is None and known and known.location == location:
            text = known.mapping
        _refuse_wrong_kind(location, text)
        return sources.register(
            conn, key=key, location=location, area=_checked_key(area), mapping=text, alone=is_address(location),
            now_ms=house.parts.now_ms(),
        )  # fmt: skip


def _refuse_wrong_kind(location: str, mapping: str | None) -> None:
    from bot.background.listing import is_address

    if not is_address(location) and not Path(location).is_file():
        fail(
            f'There is no file "{location}", and no directory of that key. '
            'Give an address, a file, or a key that "bot services sources" lists.'
        )
    if mapping is None and re.search(r"\.csv(\.gz)?$", urlsplit(location).path, re.IGNORECASE):
        fail("A CSV table needs --mapping, a file that says which of its columns is what. See docs/services.md.")


def _place(where: str) -> str:
    from bot.background.listing import is_address

    return where if is_address(where) or not Path(where).exists() else str(Path(where).resolve())


def _key_of(conn: object, location: str) -> str:
    """A name made from the host or the file's name; with a mark when another directory has it."""
    from bot.background.listing import is_address
    from bot.store import sources

    parts = urlsplit(location)
    name = (
        (parts.hostname or "").removeprefix("www.") if is_address(location) else Path(location).name.partition(".")[0]
    )
    key = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[: LONGEST_KEY - 9].strip("-") or "directory"
    if not key[0].isalpha():
        key = f"d-{key}"[: LONGEST_KEY - 9]
    taken = sources.named(conn, key)  # type: ignore[arg-type] # a connection
    return f"{key}-{hashlib.sha256(location.encode()).hexdigest()[:8]}" if taken else key


def _checked_key(key: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) or len(key) > LONGEST_KEY:
        fail(f'"{key}" is no key: use small letters, digits and single hyphens, {LONGEST_KEY} at most, like "bristol".')
    return key


def _fetched(house: House, id: int, *, accept_missing: bool) -> Outcome:
    """The outcome; while another process is at it, or was killed a moment ago, wait for it."""
    from bot.store.sources import LEASE_MS, Held

    until = time.monotonic() + LEASE_MS / 1000 + WAIT_S
    said = False
    with click.progressbar(length=0, label="Services", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.length = max(total or 0, done)
            bar.update(done - bar.pos)

        while True:
            try:
                outcome: Outcome = or_sentence(
                    lambda: house.importing.fetch(id, by_hand=True, accept_missing=accept_missing, progress=progress)
                )
                return outcome
            except Held:
                if time.monotonic() > until:
                    fail("Another process is fetching this directory just now. Try again when it is done.")
                if not said:
                    click.echo(
                        "Another process is at it, or was stopped a moment ago. Waiting up to two minutes.", err=True
                    )
                said = True
                time.sleep(WAIT_S)


def _every(house: House) -> list[Source]:
    from bot.store import sources

    with house.parts.db.read() as conn:
        return sources.every(conn)


def _as_object(outcome: Outcome) -> dict[str, object]:
    return {
        "source": outcome.source.key,
        **vars(outcome.counts),
        "complete": outcome.complete,
        "trouble": outcome.trouble,
        "errors": [{"record": one.record, "name": one.name, "sentence": one.sentence} for one in outcome.rejected],
        "remarks": [{"record": one.record, "name": one.name, "sentence": one.sentence} for one in outcome.remarks],
    }


def _show(outcome: Outcome) -> None:
    counts = outcome.counts
    click.echo(
        f"{counts.read:,} read: {counts.stored:,} stored, {counts.unchanged:,} unchanged, {counts.rejected:,} rejected."
        + (f" {counts.gone:,} no longer listed, and hidden." if counts.gone else "")
    )
    for one in outcome.rejected:
        click.echo(f"  rejected {one.record}{f' ({one.name})' if one.name else ''}: {one.sentence}")
    for one in outcome.remarks[:REMARKS]:
        click.echo(f"  left out of {one.record} ({one.name}): {one.sentence}")
    if len(outcome.remarks) > REMARKS:
        click.echo(f"  ... and {len(outcome.remarks) - REMARKS:,} more such remarks. The desk shows them all.")
    if outcome.trouble:
        click.echo(outcome.trouble, err=True)
    if not outcome.complete:
        click.echo("What came is kept, and nothing was taken away. Run it again: it goes on from there.", err=True)


def _moment(at: int | None) -> str | None:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="minutes") if at else None
