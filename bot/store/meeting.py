"""Who wrote: finding a contact by what a message came with, locking her row, meeting somebody new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection

from bot.channel.message import Channel, Inbound
from bot.store import plain
from bot.store.vault import Vault

ANIMALS = (
    "Badger", "Curlew", "Dipper", "Finch", "Hare", "Heron", "Kestrel", "Lapwing", "Linnet", "Marten", "Otter", "Plover",
    "Robin", "Swift", "Wren", "Vole",
)  # fmt: skip


COLOURS = (
    "Amber", "Ash", "Blue", "Coral", "Fern", "Gold", "Green", "Grey", "Indigo", "Ivory", "Lilac", "Moss", "Olive",
    "Rose", "Silver", "Teal",
)  # fmt: skip


class Row(NamedTuple):
    """What a turn reads of a contact."""

    id: int
    language: str | None
    status: str
    session_enc: str | None
    session_stamp: int
    pseudonym: str
    channel: str
    simulated: bool
    last_inbound_at: int | None
    external_lookup: str | None
    address_enc: str
    rehearses: str | None


_CONTACT = ", ".join(Row._fields)


class Known(Struct, frozen=True):
    """A contact as the turn found it, its row locked. ``session`` is JSON, "" when nothing is under way.

    ``rehearses`` is the revision of the draft that a made-up person tries; "" for everybody else.
    """

    contact_id: int
    language: str
    status: str
    session: str
    stamp: int
    pseudonym: str
    channel: str
    simulated: bool
    last_inbound_at: int | None
    rehearses: str = ""


def meet(conn: Connection, vault: Vault, inbound: Inbound, now_ms: int) -> Known:
    """The contact who wrote, locked until the transaction ends; made when she is new.

    She is found by her number or by her WhatsApp user id, whichever she shows (messaging.md, case 10).
    """
    found = _find(conn, vault, inbound)
    if found is None:
        row = newcomer(vault, inbound, now_ms)
        plain.run(conn, inserting(tuple(row)), *row.values())
        found = _find(conn, vault, inbound)
        if found is None:
            raise RuntimeError("A contact that was just written cannot be found.")
    _note_identity(conn, vault, inbound, found)
    return known(vault, found)


def keep_address(conn: Connection, vault: Vault, contact_id: int, address: str) -> None:
    """Where to answer from now on: she has come back after STOP."""
    plain.run(conn, "UPDATE contact SET address_enc = ? WHERE id = ?", vault.seal(address), contact_id)


def contact_lookup(vault: Vault, channel: Channel, address: str, *, simulated: bool) -> str:
    """The blind index by which a contact of this address is found."""
    return vault.lookup(*_keys(channel, address, simulated=simulated))


def contact_lookups(vault: Vault, channel: Channel, address: str, *, simulated: bool) -> tuple[str, ...]:
    """The blind indexes, of every key that is kept, by which a contact of this address may be found."""
    return tuple(vault.lookups(*_keys(channel, address, simulated=simulated)))


def lock(conn: Connection, vault: Vault, contact_id: int) -> Known | None:
    """The contact of this id, locked; None when it is gone."""
    row = plain.run(conn, f"SELECT {_CONTACT} FROM contact WHERE id = ?{plain.for_update(conn)}", contact_id).fetchone()
    return known(vault, Row(*row)) if row else None


def _keys(channel: Channel, address: str, *, simulated: bool) -> tuple[str, ...]:
    return ("contact", "simulated" if simulated else "real", str(channel), address)


def _address_keys(inbound: Inbound, address: str) -> tuple[str, ...]:
    return _keys(inbound.channel, address, simulated=inbound.simulated)


def finding(vault: Vault, inbound: Inbound) -> tuple[str, tuple[str, ...]]:
    """The statement that finds who wrote, and its values."""
    by_address = vault.lookups(*_address_keys(inbound, inbound.address))
    by_id = vault.lookups(*_address_keys(inbound, inbound.external_id)) if inbound.external_id else ()
    keys = (*by_address, *by_id)
    return _finding(len(keys)), keys * 3


@lru_cache(maxsize=32)
def _finding(keys: int) -> str:
    marks = ", ".join("?" * keys)
    return (
        f"SELECT {_CONTACT} FROM contact WHERE lookup IN ({marks}) OR external_lookup IN ({marks})"
        f" ORDER BY CASE WHEN lookup IN ({marks}) THEN 0 ELSE 1 END, id LIMIT 1"
    )


@lru_cache(maxsize=8)
def inserting(columns: tuple[str, ...]) -> str:
    """The statement that writes down a newcomer, unless another message of hers was quicker."""
    return f"{plain.putting('contact', columns)} ON CONFLICT DO NOTHING"


def _find(conn: Connection, vault: Vault, inbound: Inbound) -> Row | None:
    sql, keys = finding(vault, inbound)
    row = plain.run(conn, f"{sql}{plain.for_update(conn)}", *keys).fetchone()
    return Row(*row) if row else None


def is_plain(vault: Vault, inbound: Inbound, row: Row) -> bool:
    """True when she is somebody we know, who has not stopped, and writes from where she wrote before.

    An address that is no other's id can only be the one that it was found by: it need not be opened.
    """
    if row.status != "active" or (inbound.external_id and row.external_lookup is None):
        return False
    return row.external_lookup is None or vault.open(row.address_enc) == inbound.address


def newcomer(vault: Vault, inbound: Inbound, now_ms: int) -> dict[str, Any]:
    """The row, by column, of somebody who writes for the first time."""
    lookup = vault.lookup(*_address_keys(inbound, inbound.address))
    external = vault.lookup(*_address_keys(inbound, inbound.external_id)) if inbound.external_id else None
    return {
        "lookup": lookup, "external_lookup": external, "channel": str(inbound.channel),
        "simulated": inbound.simulated, "address_enc": vault.seal(inbound.address), "pseudonym": pseudonym(lookup),
        "status": "active", "session_stamp": 0, "created_at": now_ms,
    }  # fmt: skip


def unknown(row: Mapping[str, Any]) -> Known:
    """Who that is before her row is written: its id is 0."""
    simulated = bool(row["simulated"])
    return Known(0, "", row["status"], "", row["session_stamp"], row["pseudonym"], row["channel"], simulated, None)


def _note_identity(conn: Connection, vault: Vault, inbound: Inbound, row: Row) -> None:
    """Answer where she last wrote from, and learn the user id that stands for her number.

    Nothing is learned about somebody who has said STOP: her number may have been erased.
    """
    if row.status == "stopped":
        return
    if inbound.external_id and row.external_lookup is None:
        external = vault.lookup(*_address_keys(inbound, inbound.external_id))
        taken = plain.run(conn, "SELECT 1 FROM contact WHERE external_lookup = ?", external).fetchone()
        if not taken:
            plain.run(conn, "UPDATE contact SET external_lookup = ? WHERE id = ?", external, row.id)
    if vault.open(row.address_enc) != inbound.address:
        plain.run(conn, "UPDATE contact SET address_enc = ? WHERE id = ?", vault.seal(inbound.address), row.id)


def known(vault: Vault, row: Row) -> Known:
    session = vault.open(row.session_enc) if row.session_enc else ""
    return Known(
        row.id, row.language or "", row.status, session, row.session_stamp, row.pseudonym, row.channel,
        bool(row.simulated), row.last_inbound_at, (row.rehearses or "") if row.simulated else "",
    )  # fmt: skip


def pseudonym(lookup: str) -> str:
    """A name for the desk and the log that says nothing: "Amber Otter 417"."""
    number = int(hashlib.sha256(lookup.encode()).hexdigest()[:8], 16)
    return f"{COLOURS[number % 16]} {ANIMALS[number // 16 % 16]} {number // 256 % 1000:03d}"
