"""The hot path's reads and writes in plain SQL: SQLAlchemy's expressions cost several times as much as the driver.

One turn is one transaction: the contact's row is locked, so that messages of one person take turns and those of
different people do not wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from bot.channel.message import Inbound, Media, Outbound
from bot.flow.session import Session
from bot.language.segments import measure, split
from bot.store import plain
from bot.store.vault import Vault

NOT_KEPT = "[not kept]"


FORGET_AMONG = 100  # a story that is given up is at most this many messages old


class Queued(Struct, frozen=True):
    """A message that this turn sends."""

    outbound: Outbound
    kind: str


def is_duplicate(conn: Connection, provider_id: str) -> bool:
    """True when this message was taken before. Ask while the contact is locked."""
    return plain.run(conn, "SELECT 1 FROM inbound WHERE provider_id = ?", provider_id).fetchone() is not None


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
    later = plain.run(conn, sql, contact_id, provider_id)
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
    return plain.insert(conn, "inbound", inbound_row(vault, contact_id, inbound, text, language, now_ms))


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


# What of a conversation's new state stands in the first values of KEEP_SESSION, in their order.
STATE = ("session_enc", "session_stamp", "flow_revision", "at_flow", "at_step", "at_since", "language", "status")
KEEP_SESSION = (
    f"UPDATE contact SET {', '.join(f'{name} = ?' for name in STATE)},"
    " stopped_at = CASE WHEN ? = 'stopped' THEN COALESCE(stopped_at, ?) ELSE NULL END,"
    " last_inbound_at = COALESCE(?, last_inbound_at) WHERE id = ?"
)
KEEP_IF_ALONE = f"{KEEP_SESSION} AND session_stamp = ? AND status = 'active'"  # unless somebody came between


class Place(Struct, frozen=True):
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
    plain.run(conn, KEEP_SESSION, *place.values(vault, contact_id, now_ms))


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
        plain.insert(conn, "outbound", {**row, "inbound_id": inbound_id})


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
    return plain.insert(conn, "story", story_row(vault, row, messages, media))


def story_row(
    vault: Vault, row: dict[str, Any], messages: Sequence[str], media: Sequence[Media] = ()
) -> dict[str, Any]:
    """The row of ``keep_story``."""
    sealed = vault.seal(json.dumps(list(messages), ensure_ascii=False))
    more = {"media_enc": vault.seal(json.dumps([item.kept() for item in media]))} if media else {}
    return {**row, "text_enc": sealed, **more, "status": "received", "version": 1}


def completing(vault: Vault, wish: str | None, follow_up: bool | None, area: str | None = None) -> dict[str, Any]:
    """The columns of a story that she adds to when it is safe; None: not said. ``area`` as ``area_key`` writes it."""
    said = {"wish_enc": None if wish is None else vault.seal(wish), "follow_up": follow_up, "area": area}
    return {column: value for column, value in said.items() if value is not None}


def complete_story(conn: Connection, contact_id: int, reference: str, columns: dict[str, Any]) -> None:
    """Add to her own story what she said after it was safe: the columns of ``completing``."""
    if columns:
        plain.run(conn, completing_story(tuple(columns)), *columns.values(), reference, contact_id)


@lru_cache(maxsize=4)
def completing_story(columns: tuple[str, ...]) -> str:
    """The statement of ``complete_story``; it takes the columns' values, the reference, and the contact's id."""
    return f"UPDATE story SET {', '.join(f'{name} = ?' for name in columns)} WHERE reference = ? AND contact_id = ?"


def forget_words(
    conn: Connection, vault: Vault, contact_id: int, texts: Sequence[str], media: Sequence[Media] = ()
) -> None:
    """Blank those of her newest messages that hold these very texts, or brought these photos and the like: she changed
    her mind before they were sent."""
    rows = plain.run(
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
            plain.run(conn, "UPDATE inbound SET text_enc = ?, media_enc = NULL WHERE id = ?", sealed, number)


def keep_question(conn: Connection, vault: Vault, row: dict[str, Any], text: str) -> int:
    """Write a question down and give its id."""
    return plain.insert(conn, "question", {**row, "text_enc": vault.seal(text), "status": "waiting", "version": 1})


def keep_alert(conn: Connection, vault: Vault, row: dict[str, Any], text: str) -> int:
    """Write an alert down and give its id."""
    return plain.insert(conn, "alert", {**row, "text_enc": vault.seal(text)})


def keep_talk(conn: Connection, vault: Vault, row: dict[str, Any], late_at: int) -> int:
    """Write down that she wants to talk with a champion, set the timer for when nobody comes, and give the id."""
    made = {"status": "waiting", "version": 1, "with_bot": False, "late_at": late_at, "waits_since": row["created_at"]}
    late = {"contact_id": row["contact_id"], "kind": "late", "stamp": 0, "due_at": late_at}
    plain.insert(conn, "timer", late | {"payload_enc": vault.seal(str(row["reference"]))})
    return plain.insert(conn, "talk", row | made)


def keep_talk_line(
    conn: Connection, vault: Vault, contact_id: int, reference: str, text: str, *, danger: bool, now_ms: int
) -> int:
    """Add her words to her talk, and give the line's id (0: the talk is gone); from now on she waits for an answer,
    unless she did already."""
    made = plain.run(
        conn,
        "INSERT INTO talk_line (talk_id, text_enc, danger, at) SELECT id, ?, ?, ? FROM talk"
        " WHERE reference = ? AND contact_id = ? RETURNING id",
        vault.seal(text), danger, now_ms, reference, contact_id,
    ).fetchall()  # fmt: skip
    plain.run(
        conn,
        "UPDATE talk SET waits_since = COALESCE(waits_since, ?) WHERE reference = ? AND contact_id = ?",
        now_ms, reference, contact_id,
    )  # fmt: skip
    return int(made[0][0]) if made else 0


def note_with_bot(conn: Connection, contact_id: int, reference: str, *, with_bot: bool) -> None:
    """Whether she is with the bot just now, though her talk is open."""
    plain.run(
        conn, "UPDATE talk SET with_bot = ? WHERE reference = ? AND contact_id = ?", with_bot, reference, contact_id
    )


def talk_waits(conn: Connection, contact_id: int, reference: str) -> bool:
    """True while nobody has taken her talk. Ask while the contact is locked."""
    sql = "SELECT 1 FROM talk WHERE reference = ? AND contact_id = ? AND status = 'waiting'"
    return plain.run(conn, sql, reference, contact_id).fetchone() is not None


def cancel_waiting(conn: Connection, contact_id: int, now_ms: int) -> None:
    """Take back what has not gone out yet, and every timer: she said STOP."""
    plain.run(
        conn,
        "UPDATE outbound SET status = 'canceled', status_at = ?"
        " WHERE contact_id = ? AND status = 'waiting' AND leased_until IS NULL",
        now_ms,
        contact_id,
    )
    plain.run(conn, "DELETE FROM timer WHERE contact_id = ?", contact_id)


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
