"""The hot path's reads and writes in plain SQL: SQLAlchemy's expressions cost several times as much as the driver.

One turn is one transaction: the contact's row is locked, so that messages of one person take turns and those of
different people do not wait for each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.channel.message import Channel, Inbound, Media, Outbound
from bot.flow.session import Session
from bot.language.segments import measure, split
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


NOT_KEPT = "[not kept]"
FORGET_AMONG = 100  # a story that is given up is at most this many messages old


@dataclass(frozen=True, slots=True)
class Known:
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


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that this turn sends."""

    outbound: Outbound
    kind: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that has come. ``payload`` is what a follow-up goes on with, the reference of a talk that is "late",
    "" for a silence."""

    id: int
    contact_id: int
    kind: str
    stamp: int
    payload: str


def meet(conn: Connection, vault: Vault, inbound: Inbound, now_ms: int) -> Known:
    """The contact who wrote, locked until the transaction ends; made when she is new.

    She is found by her number or by her WhatsApp user id, whichever she shows (messaging.md, case 10).
    """
    found = _find(conn, vault, inbound)
    if found is None:
        _insert_contact(conn, vault, inbound, now_ms)
        found = _find(conn, vault, inbound)
        if found is None:
            raise RuntimeError("A contact that was just written cannot be found.")
    _note_identity(conn, vault, inbound, found)
    return known(vault, found)


def keep_address(conn: Connection, vault: Vault, contact_id: int, address: str) -> None:
    """Where to answer from now on: she has come back after STOP."""
    _run(conn, "UPDATE contact SET address_enc = ? WHERE id = ?", vault.seal(address), contact_id)


def contact_lookup(vault: Vault, channel: Channel, address: str, *, simulated: bool) -> str:
    """The blind index by which a contact of this address is found."""
    return vault.lookup(*_keys(channel, address, simulated=simulated))


def contact_lookups(vault: Vault, channel: Channel, address: str, *, simulated: bool) -> tuple[str, ...]:
    """The blind indexes, of every key that is kept, by which a contact of this address may be found."""
    return tuple(vault.lookups(*_keys(channel, address, simulated=simulated)))


def lock(conn: Connection, vault: Vault, contact_id: int) -> Known | None:
    """The contact of this id, locked; None when it is gone."""
    row = _run(conn, f"SELECT {_CONTACT} FROM contact WHERE id = ?{_for_update(conn)}", contact_id).fetchone()
    return known(vault, Row(*row)) if row else None


def is_duplicate(conn: Connection, provider_id: str) -> bool:
    """True when this message was taken before. Ask while the contact is locked."""
    return _run(conn, "SELECT 1 FROM inbound WHERE provider_id = ?", provider_id).fetchone() is not None


def is_behind(conn: Connection, vault: Vault, contact_id: int, provider_id: str, *, named: bool) -> bool:
    """True when a later turn has asked her something else than this text of ours (messaging.md, case 15).

    The same question, asked again because an answer was not understood, does not make it old. When the tapped button
    does not name its question (``named``), whatever a later turn said does.
    """
    sql = (
        "SELECT new.options_enc, old.options_enc FROM outbound AS old"
        " JOIN outbound AS new ON new.contact_id = old.contact_id AND new.id > old.id"
        " WHERE old.contact_id = ? AND old.provider_id = ?"
        " AND COALESCE(new.inbound_id, 0) <> COALESCE(old.inbound_id, 0) ORDER BY new.id"
    )
    later = _run(conn, sql, contact_id, provider_id)
    if not named:
        return later.fetchone() is not None
    return any(new and old and _asked(vault, new) != _asked(vault, old) for new, old in later)


def _asked(vault: Vault, options_enc: str) -> str:
    """The step whose options these are: the part of a button's id before its key."""
    first = json.loads(vault.open(options_enc))["options"][0]
    return str(first[0]).partition(".")[0]


def keep_inbound(
    conn: Connection, vault: Vault, contact_id: int, inbound: Inbound, text: str, language: str, now_ms: int
) -> int:
    """Write the message down, and give its id. ``text`` is what may be kept of its words."""
    return _insert(conn, "inbound", inbound_row(vault, contact_id, inbound, text, language, now_ms))


def inbound_row(
    vault: Vault, contact_id: int, inbound: Inbound, text: str, language: str, now_ms: int
) -> dict[str, Any]:
    """The row of ``keep_inbound``."""
    media = [{"url": item.url, "content_type": item.content_type} for item in inbound.media]
    return {
        "contact_id": contact_id, "provider_id": inbound.provider_id, "text_enc": vault.seal(text),
        "media_enc": vault.seal(json.dumps(media)) if media else None, "language": language or None,
        "received_at": now_ms,
    }  # fmt: skip


KEEP_SESSION = (
    "UPDATE contact SET session_enc = ?, session_stamp = ?, flow_revision = ?, at_flow = ?, at_step = ?,"
    " at_since = ?, language = ?, status = ?,"
    " stopped_at = CASE WHEN ? = 'stopped' THEN COALESCE(stopped_at, ?) ELSE NULL END,"
    " last_inbound_at = COALESCE(?, last_inbound_at) WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation's new state. ``session`` is JSON; ``flow`` and ``step`` wait, "" when nothing is under way.

    ``wrote`` says that she herself wrote: it opens WhatsApp's 24 hours.
    """

    session: str
    stamp: int
    revision: str
    language: str
    status: str
    wrote: bool
    flow: str = ""
    step: str = ""

    def values(self, vault: Vault, contact_id: int, now_ms: int) -> tuple[Any, ...]:
        """What KEEP_SESSION takes."""
        since = now_ms if self.flow else None
        return (
            vault.seal(self.session), self.stamp, self.revision or None, self.flow or None,
            self.step if self.flow else None, since, self.language or None, self.status, self.status, now_ms,
            now_ms if self.wrote else None, contact_id,
        )  # fmt: skip


def settled(language: str) -> Place:
    """Somebody who writes in this language and has nothing under way."""
    return Place(Session(language=language, settled=True).to_json(), 0, "", language, "active", wrote=False)


def keep_session(conn: Connection, vault: Vault, contact_id: int, place: Place, now_ms: int) -> None:
    """Write the conversation's new state."""
    _run(conn, KEEP_SESSION, *place.values(vault, contact_id, now_ms))


def queue_replies(
    conn: Connection,
    vault: Vault,
    contact_id: int,
    inbound_id: int | None,
    language: str,
    messages: Sequence[Queued],
    now_ms: int,
) -> None:
    """Put this turn's messages in the outbox, in order; what is too long for one message goes as several."""
    for row in outbound_rows(vault, contact_id, language, messages, now_ms):
        _insert(conn, "outbound", {**row, "inbound_id": inbound_id})


def outbound_rows(
    vault: Vault, contact_id: int, language: str, messages: Sequence[Queued], now_ms: int
) -> list[dict[str, Any]]:
    """The rows of ``queue_replies``, without the message that they answer."""
    rows = []
    for message in messages:
        parts = split(message.outbound.text)
        for number, part in enumerate(parts, 1):
            options = message.outbound.options if number == len(parts) else ()
            rows.append(_outbound_row(vault, contact_id, language, message, part, options, now_ms))
    return rows


def keep_story(
    conn: Connection, vault: Vault, row: dict[str, Any], messages: Sequence[str], media: Sequence[Media] = ()
) -> int:
    """Write a story down, each of its messages as it came and what came with it, and give its id."""
    sealed = vault.seal(json.dumps(list(messages), ensure_ascii=False))
    more = {"media_enc": vault.seal(json.dumps([item.kept() for item in media]))} if media else {}
    return _insert(conn, "story", {**row, "text_enc": sealed, **more, "status": "received", "version": 1})


def complete_story(conn: Connection, vault: Vault, contact_id: int, reference: str, more: dict[str, Any]) -> None:
    """Add to her own story what she said after it was safe: ``wish`` (text) or ``follow_up`` (yes or no)."""
    for name, value in more.items():
        column, kept = ("wish_enc", vault.seal(value)) if name == "wish" else (name, value)
        _run(
            conn,
            f"UPDATE story SET {column} = ? WHERE reference = ? AND contact_id = ?",
            kept,
            reference,
            contact_id,
        )


def forget_words(
    conn: Connection, vault: Vault, contact_id: int, texts: Sequence[str], media: Sequence[Media] = ()
) -> None:
    """Blank those of her newest messages that hold these very texts, or brought these photos and the like: she changed
    her mind before they were sent."""
    rows = _run(
        conn,
        "SELECT id, text_enc, media_enc FROM inbound WHERE contact_id = ? ORDER BY id DESC LIMIT ?",
        contact_id,
        FORGET_AMONG,
    ).fetchall()
    urls = {item.url for item in media}
    for number, text_enc, media_enc in rows:
        brought = json.loads(vault.open(media_enc)) if urls and media_enc else []
        if vault.open(text_enc) in texts or any(item["url"] in urls for item in brought):
            sealed = vault.seal(NOT_KEPT)
            _run(conn, "UPDATE inbound SET text_enc = ?, media_enc = NULL WHERE id = ?", sealed, number)


def keep_question(conn: Connection, vault: Vault, row: dict[str, Any], text: str) -> int:
    """Write a question down and give its id."""
    return _insert(conn, "question", {**row, "text_enc": vault.seal(text), "status": "waiting", "version": 1})


def keep_alert(conn: Connection, vault: Vault, row: dict[str, Any], text: str) -> int:
    """Write an alert down and give its id."""
    return _insert(conn, "alert", {**row, "text_enc": vault.seal(text)})


def keep_missed(conn: Connection, row: dict[str, Any]) -> None:
    """Write down an answer that was not understood, in her own words."""
    _insert(conn, "missed", row)


def set_timer(conn: Connection, contact_id: int, stamp: int, due_at: int) -> None:
    """Wake this contact's conversation at ``due_at`` if its stamp is still this one. One such timer a contact."""
    _run(conn, "DELETE FROM timer WHERE contact_id = ? AND kind = 'silence'", contact_id)
    _insert(conn, "timer", {"contact_id": contact_id, "kind": "silence", "stamp": stamp, "due_at": due_at})


def set_follow_up(conn: Connection, vault: Vault, contact_id: int, payload: str, due_at: int) -> None:
    """Go on with this (JSON) at ``due_at``."""
    row = {"contact_id": contact_id, "kind": "follow_up", "stamp": 0, "payload_enc": vault.seal(payload)}
    _insert(conn, "timer", row | {"due_at": due_at})


def keep_talk(conn: Connection, vault: Vault, row: dict[str, Any], late_at: int) -> int:
    """Write down that she wants to talk with a champion, set the timer for when nobody comes, and give the id."""
    made = {"status": "waiting", "version": 1, "with_bot": False, "late_at": late_at, "waits_since": row["created_at"]}
    late = {"contact_id": row["contact_id"], "kind": "late", "stamp": 0, "due_at": late_at}
    _insert(conn, "timer", late | {"payload_enc": vault.seal(str(row["reference"]))})
    return _insert(conn, "talk", row | made)


def keep_talk_line(
    conn: Connection, vault: Vault, contact_id: int, reference: str, text: str, *, danger: bool, now_ms: int
) -> int:
    """Add her words to her talk, and give the line's id (0: the talk is gone); from now on she waits for an answer,
    unless she did already."""
    made = _run(
        conn,
        "INSERT INTO talk_line (talk_id, text_enc, danger, at) SELECT id, ?, ?, ? FROM talk"
        " WHERE reference = ? AND contact_id = ? RETURNING id",
        vault.seal(text), danger, now_ms, reference, contact_id,
    ).fetchall()  # fmt: skip
    _run(
        conn,
        "UPDATE talk SET waits_since = COALESCE(waits_since, ?) WHERE reference = ? AND contact_id = ?",
        now_ms, reference, contact_id,
    )  # fmt: skip
    return int(made[0][0]) if made else 0


def note_with_bot(conn: Connection, contact_id: int, reference: str, *, with_bot: bool) -> None:
    """Whether she is with the bot just now, though her talk is open."""
    _run(conn, "UPDATE talk SET with_bot = ? WHERE reference = ? AND contact_id = ?", with_bot, reference, contact_id)


def talk_waits(conn: Connection, contact_id: int, reference: str) -> bool:
    """True while nobody has taken her talk. Ask while the contact is locked."""
    sql = "SELECT 1 FROM talk WHERE reference = ? AND contact_id = ? AND status = 'waiting'"
    return _run(conn, sql, reference, contact_id).fetchone() is not None


def put_off(conn: Connection, timer_id: int, due_at: int) -> None:
    """She is in the middle of something else: later."""
    _run(conn, "UPDATE timer SET due_at = ? WHERE id = ?", due_at, timer_id)


def cancel_waiting(conn: Connection, contact_id: int, now_ms: int) -> None:
    """Take back what has not gone out yet, and every timer: she said STOP."""
    _run(
        conn,
        "UPDATE outbound SET status = 'canceled', status_at = ?"
        " WHERE contact_id = ? AND status = 'waiting' AND leased_until IS NULL",
        now_ms,
        contact_id,
    )
    _run(conn, "DELETE FROM timer WHERE contact_id = ?", contact_id)


def due_timers(conn: Connection, vault: Vault, now_ms: int, limit: int) -> list[Timer]:
    """The timers that are due, the oldest first."""
    rows = _run(
        conn,
        "SELECT id, contact_id, kind, stamp, payload_enc FROM timer WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        now_ms,
        limit,
    )
    return [Timer(row[0], row[1], row[2], row[3], vault.open(row[4]) if row[4] else "") for row in rows]


def drop_timer(conn: Connection, timer_id: int) -> None:
    """The timer has done its work, or came too late."""
    _run(conn, "DELETE FROM timer WHERE id = ?", timer_id)


# ----------------------------------------------------------------------------------------------------------------------


def _run(conn: Connection, sql: str, *values: Any) -> Any:
    """A cursor of the driver itself: SQLAlchemy would add 60 microseconds to each statement."""
    driver: Any = conn.connection.driver_connection
    return driver.execute(sql.replace("?", "%s") if conn.dialect.name == "postgresql" else sql, values)


def _for_update(conn: Connection) -> str:
    return " FOR UPDATE" if conn.dialect.name == "postgresql" else ""  # SQLite: the whole database is ours


def _insert(conn: Connection, table: str, row: dict[str, Any]) -> int:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id"
    ((number,),) = _run(conn, sql, *row.values()).fetchall()
    return int(number)


def _keys(channel: Channel, address: str, *, simulated: bool) -> tuple[str, ...]:
    return ("contact", "simulated" if simulated else "real", channel.value, address)


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


def _find(conn: Connection, vault: Vault, inbound: Inbound) -> Row | None:
    sql, keys = finding(vault, inbound)
    row = _run(conn, f"{sql}{_for_update(conn)}", *keys).fetchone()
    return Row(*row) if row else None


def is_plain(vault: Vault, inbound: Inbound, row: Row) -> bool:
    """True when she is somebody we know, who has not stopped, and writes from where she wrote before.

    An address that is no other's id can only be the one that it was found by: it need not be opened.
    """
    if row.status != "active" or (inbound.external_id and row.external_lookup is None):
        return False
    return row.external_lookup is None or vault.open(row.address_enc) == inbound.address


def _insert_contact(conn: Connection, vault: Vault, inbound: Inbound, now_ms: int) -> None:
    lookup = vault.lookup(*_address_keys(inbound, inbound.address))
    external = vault.lookup(*_address_keys(inbound, inbound.external_id)) if inbound.external_id else None
    _run(
        conn,
        "INSERT INTO contact"
        " (lookup, external_lookup, channel, simulated, address_enc, pseudonym, status, session_stamp, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'active', 0, ?) ON CONFLICT DO NOTHING",
        lookup, external, inbound.channel.value, inbound.simulated, vault.seal(inbound.address), pseudonym(lookup),
        now_ms,
    )  # fmt: skip


def _note_identity(conn: Connection, vault: Vault, inbound: Inbound, row: Row) -> None:
    """Answer where she last wrote from, and learn the user id that stands for her number.

    Nothing is learned about somebody who has said STOP: her number may have been erased.
    """
    if row.status == "stopped":
        return
    if inbound.external_id and row.external_lookup is None:
        external = vault.lookup(*_address_keys(inbound, inbound.external_id))
        taken = _run(conn, "SELECT 1 FROM contact WHERE external_lookup = ?", external).fetchone()
        if not taken:
            _run(conn, "UPDATE contact SET external_lookup = ? WHERE id = ?", external, row.id)
    if vault.open(row.address_enc) != inbound.address:
        _run(conn, "UPDATE contact SET address_enc = ? WHERE id = ?", vault.seal(inbound.address), row.id)


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


def _outbound_row(
    vault: Vault, contact_id: int, language: str, message: Queued, part: str, options: Sequence[tuple[str, str]],
    now_ms: int,
) -> dict[str, Any]:  # fmt: skip
    size = measure(part)
    shown = json.dumps({"prompt": message.outbound.prompt, "options": options}, ensure_ascii=False) if options else None
    return {
        "contact_id": contact_id, "kind": message.kind, "text_enc": vault.seal(part),
        "options_enc": vault.seal(shown) if shown else None, "language": language or None, "encoding": size.encoding,
        "segments": size.segments, "status": "waiting", "attempts": 0, "created_at": now_ms, "status_at": now_ms,
        "template": message.outbound.template or None,
    }  # fmt: skip
