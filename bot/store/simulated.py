"""The people of the simulated phone: added, listed, read. Nothing here can see or touch a real contact."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select, update

from bot.channel.message import ENDS, ORDER, Channel, DeliveryStatus, Inbound
from bot.store import meeting
from bot.store.schema import contact, inbound, outbound
from bot.store.vault import Vault

# Ofcom keeps these numbers for film and drama: they never belong to anybody.
DRAMA_NUMBERS = tuple(f"+447700900{number:03}" for number in range(1000))
COLOURS = (
    "Amber",
    "Blue",
    "Coral",
    "Golden",
    "Green",
    "Indigo",
    "Lilac",
    "Olive",
    "Rose",
    "Ruby",
    "Silver",
    "Teal",
)
BIRDS = (
    "Finch",
    "Heron",
    "Ibis",
    "Jay",
    "Kite",
    "Lark",
    "Linnet",
    "Plover",
    "Robin",
    "Swift",
    "Tern",
    "Wren",
)
SHOWN_PEOPLE = 60
LINE_KEY = re.compile(r"o[0-9]{1,15}")
SHOWN_LINES = 200  # of each direction: a phone shows the end of a conversation

# What lies on her phone: the carrier has it, and has not given it up.
ARRIVED = tuple(
    status.value
    for status in DeliveryStatus
    if ORDER[status] >= ORDER[DeliveryStatus.ACCEPTED] and status not in ENDS - {DeliveryStatus.READ}
)


class NoNumberLeft(Exception):
    """All the made-up numbers of this channel are in use."""


@dataclass(frozen=True)
class Person:
    """One made-up resident. ``heard``: how many of the bot's messages reached her. ``last_text``: the newest.

    ``draft`` says that she tries a draft: her flows are not those that residents get.
    """

    id: int
    label: str
    number: str
    channel: Channel
    language: str | None
    stopped: bool
    heard: int
    last_text: str
    last_at: int
    draft: bool = False


@dataclass(frozen=True)
class Line:
    """One message on her phone. ``size`` is (encoding, segments) as it was queued; None for what she sent."""

    key: str
    from_bot: bool
    text: str
    at: int
    language: str | None
    status: str = ""
    error_code: str | None = None
    size: tuple[str, int] | None = None
    prompt: str = ""
    options: tuple[tuple[str, str], ...] = ()
    media: tuple[str, ...] = ()
    provider_id: str | None = None


def add(conn: Connection, vault: Vault, *, channel: Channel, now_ms: int, rehearses: str = "") -> int:
    """A new person's id. Her number is one of the drama numbers that nobody here has; raises NoNumberLeft.

    ``rehearses`` is the revision of a draft: it is the newest for her, and for nobody else.
    """
    hers = select(contact.c.address_enc).where(contact.c.simulated.is_(True), contact.c.channel == channel.value)
    taken = {vault.open(sealed) for sealed in conn.scalars(hers)}
    free = [number for number in DRAMA_NUMBERS if number not in taken]
    for number in random.sample(free, len(free)):
        with conn.begin_nested() as attempt:
            known = meeting.meet(conn, vault, Inbound(channel, number, "", "", simulated=True), now_ms)
            if known.status == "active":
                _rehearse(conn, known.contact_id, rehearses)
                return known.contact_id
            attempt.rollback()  # its last owner was erased, but her STOP still holds
    raise NoNumberLeft


def _rehearse(conn: Connection, contact_id: int, digest: str) -> None:
    if digest:
        conn.execute(update(contact).where(contact.c.id == contact_id).values(rehearses=digest))


def rehearsed(conn: Connection, contact_id: int) -> str:
    """The revision of the draft that this made-up person tries; "" for anybody else."""
    hers = select(contact.c.rehearses).where(contact.c.id == contact_id, contact.c.simulated.is_(True))
    return conn.scalar(hers) or ""


def person(conn: Connection, vault: Vault, contact_id: int) -> Person | None:
    """The simulated person with this id; None for a real contact, an erased one, or nobody."""
    found = _people(conn, vault, contact.c.id == contact_id)
    return found[0] if found else None


def people(conn: Connection, vault: Vault, *, drafts: bool = False) -> list[Person]:
    """The simulated people, those with the newest messages first. ``drafts``: those who try a draft, too."""
    return _people(conn, vault) if drafts else _people(conn, vault, contact.c.rehearses.is_(None))


def _people(conn: Connection, vault: Vault, *where: Any) -> list[Person]:
    newest = func.coalesce(contact.c.last_inbound_at, contact.c.created_at)
    rows = conn.execute(
        select(contact)
        .where(contact.c.simulated.is_(True), *where)
        .order_by(newest.desc(), contact.c.id.desc())
        .limit(SHOWN_PEOPLE)
    ).all()
    heard = _heard(conn, [row.id for row in rows])
    made = (_person(vault, row, heard.get(row.id)) for row in rows)
    return [one for one in made if one.number]


def _heard(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    counted = (
        select(outbound.c.contact_id, func.count().label("heard"), func.max(outbound.c.id).label("newest"))
        .where(outbound.c.contact_id.in_(ids), outbound.c.status.in_(ARRIVED))
        .group_by(outbound.c.contact_id)
        .subquery()
    )
    rows = conn.execute(
        select(counted.c.contact_id, counted.c.heard, outbound.c.text_enc, outbound.c.created_at).join_from(
            counted, outbound, counted.c.newest == outbound.c.id
        )
    )
    return {row.contact_id: row for row in rows}


def _person(vault: Vault, row: Row[Any], heard: Any) -> Person:
    return Person(
        id=row.id,
        label=row.pseudonym,
        number=vault.open(row.address_enc),
        channel=Channel(row.channel),
        language=row.language,
        stopped=row.status == "stopped",
        heard=heard.heard if heard else 0,
        last_text=vault.open(heard.text_enc) if heard else "",
        last_at=heard.created_at if heard else row.last_inbound_at or row.created_at,
        draft=bool(row.rehearses),
    )


def as_of(conn: Connection, one: Person) -> str:
    """A short mark that changes whenever a message comes, goes, is erased, or its delivery status moves."""
    state = select(outbound.c.id, outbound.c.status, outbound.c.error_code)
    went = state.where(outbound.c.contact_id == one.id).order_by(outbound.c.id.desc()).limit(SHOWN_LINES)
    came = select(func.count(), func.max(inbound.c.id)).where(inbound.c.contact_id == one.id)
    rows = [tuple(row) for row in conn.execute(went)]
    seen = json.dumps([rows, tuple(conn.execute(came).one()), one.stopped, one.language])
    return hashlib.sha256(seen.encode()).hexdigest()[:20]


def conversation(conn: Connection, vault: Vault, one: Person) -> list[Line]:
    """The end of her conversation, both directions, oldest first."""
    lines = [(row.received_at, 0, row.id, _from_her(vault, row)) for row in _newest(conn, inbound, one)]
    lines += [(row.created_at, 1, row.id, _from_bot(vault, row)) for row in _newest(conn, outbound, one)]
    return [line for *_order, line in sorted(lines, key=lambda placed: placed[:3])]


def _newest(conn: Connection, table: Table, one: Person) -> Sequence[Row[Any]]:
    hers = select(table).where(table.c.contact_id == one.id)
    return conn.execute(hers.order_by(table.c.id.desc()).limit(SHOWN_LINES)).all()


def _from_her(vault: Vault, row: Row[Any]) -> Line:
    media = json.loads(vault.open(row.media_enc)) if row.media_enc else []
    return Line(
        key=f"i{row.id}",
        from_bot=False,
        text=vault.open(row.text_enc),
        at=row.received_at,
        language=row.language,
        media=tuple(item["content_type"] for item in media),
        provider_id=row.provider_id,
    )


def _from_bot(vault: Vault, row: Row[Any]) -> Line:
    shown = json.loads(vault.open(row.options_enc)) if row.options_enc else {}
    return Line(
        key=f"o{row.id}",
        from_bot=True,
        text=vault.open(row.text_enc),
        at=row.created_at,
        language=row.language,
        status=row.status,
        error_code=row.error_code,
        size=(row.encoding, row.segments),
        prompt=shown.get("prompt", ""),
        options=tuple((key, label) for key, label in shown.get("options", ())),
        provider_id=row.provider_id,
    )


def option(conn: Connection, vault: Vault, one: Person, line: str, key: str) -> tuple[str, str] | None:
    """(label, provider id) of an option that the bot offered her in that line; None when it did not."""
    if not LINE_KEY.fullmatch(line):
        return None
    its = select(outbound).where(outbound.c.id == int(line[1:]), outbound.c.contact_id == one.id)
    row = conn.execute(its).first()
    offered = _from_bot(vault, row) if row else None
    label = dict(offered.options).get(key) if offered else None
    return (label, offered.provider_id or "") if offered and label is not None else None
