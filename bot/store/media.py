"""What came beside words: noted with the message, fetched when a person may see it, sealed in parts, gone with her.

Nothing is fetched that nobody asked for: an item is ``held`` until a story or a talk claims it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert, select, update

from bot.channel.message import Media
from bot.store.schema import contact, media, media_part
from bot.store.vault import Vault

PART = 256 * 1024  # bytes: what is opened at once when a player asks for the middle of a film
HELD_MS = 7 * 86_400_000  # a story that is still being told may claim it until then
LEASE_MS = 5 * 60_000  # longer than the longest fetch


class State(StrEnum):
    """Where an item is on its way. ``leaving`` is only to be deleted where the carrier keeps it."""

    HELD = "held"
    WAITING = "waiting"
    KEPT = "kept"
    REFUSED = "refused"
    GONE = "gone"
    LEAVING = "leaving"


class Reason(StrEnum):
    """Why it is not kept."""

    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    ELSEWHERE = "elsewhere"  # its address is not the carrier's
    NOT_THERE = "not_there"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Item:
    """One thing that came, as the desk shows it. ``size`` is in bytes: of what is kept, or of what was too large."""

    id: int
    kind: str
    content_type: str
    state: State
    reason: Reason | None
    size: int
    story_id: int | None
    talk_line_id: int | None


@dataclass(frozen=True)
class Work:
    """One thing to fetch, or (``state`` is not waiting) to delete at the carrier; leased to whoever asked."""

    id: int
    contact_id: int | None
    state: State
    url: str
    content_type: str
    attempts: int
    simulated: bool


# what a turn writes ---------------------------------------------------------------------------------------------------
def note(
    conn: Connection, vault: Vault, contact_id: int, inbound_id: int, items: Iterable[Media], *, real: bool, now_ms: int
) -> None:
    """Write down what came with a message. ``real``: it lies with a carrier."""
    rows = [
        {
            "contact_id": contact_id, "inbound_id": inbound_id, "kind": item.kind,
            "content_type": item.content_type[:80], "state": State.HELD.value, "url_enc": vault.seal(item.url),
            "at_carrier": real, "attempts": 0, "next_try_at": now_ms + HELD_MS, "created_at": now_ms,
        }
        for item in items
    ]  # fmt: skip
    if rows:
        conn.execute(insert(media), rows)


def claim(
    conn: Connection, vault: Vault, contact_id: int, items: Collection[Media], *, now_ms: int, **owner: int
) -> None:
    """A story (``story_id``) or a line of a talk (``talk_line_id``) has these now: they are to be fetched."""
    ids = _held(conn, vault, contact_id, {item.url for item in items})
    if ids:
        values = {"state": State.WAITING.value, "next_try_at": now_ms, **owner}
        conn.execute(update(media).where(media.c.id.in_(ids)).values(**values))


def forget(conn: Connection, vault: Vault, contact_id: int, items: Collection[Media]) -> None:
    """She changed her mind before anybody could see these."""
    ids = _held(conn, vault, contact_id, {item.url for item in items})
    if ids:
        _let_go(conn, media.c.id.in_(ids))


def forget_story(conn: Connection, story_id: int) -> None:
    """Its story is taken back, or was kept long enough: nothing here leads to it any more."""
    _let_go(conn, media.c.story_id == story_id)


def forget_these(conn: Connection, ids: Select[int]) -> None:
    """These were kept long enough."""
    _let_go(conn, media.c.id.in_(ids))


def forget_all(conn: Connection, contact_id: int) -> None:
    """She is erased: what lies with the carrier is deleted there by and by; nothing here leads to her any more."""
    _let_go(conn, media.c.contact_id == contact_id)


def _held(conn: Connection, vault: Vault, contact_id: int, urls: Collection[str]) -> list[int]:
    if not urls:
        return []
    hers = select(media.c.id, media.c.url_enc).where(
        media.c.contact_id == contact_id, media.c.state == State.HELD.value
    )
    return [row.id for row in conn.execute(hers) if vault.open(row.url_enc) in urls]


def _let_go(conn: Connection, which: ColumnElement[bool]) -> None:
    ids = list(conn.scalars(select(media.c.id).where(which)))
    conn.execute(delete(media_part).where(media_part.c.media_id.in_(ids)))
    conn.execute(delete(media).where(media.c.id.in_(ids), media.c.at_carrier.is_(False)))
    nobody = dict.fromkeys(("contact_id", "inbound_id", "story_id", "talk_line_id", "size", "reason"))
    left = {"state": State.LEAVING.value, "attempts": 0, "next_try_at": 0, **nobody}
    conn.execute(update(media).where(media.c.id.in_(ids)).values(**left))


# what fetching reads and writes ---------------------------------------------------------------------------------------
def lease(conn: Connection, vault: Vault, now_ms: int) -> Work | None:
    """The next thing that is due, ours for LEASE_MS; None when nothing is. What was held too long is let go."""
    _let_go(conn, (media.c.state == State.HELD.value) & (media.c.next_try_at <= now_ms))
    query = (
        select(media, contact.c.simulated)
        .outerjoin(contact, contact.c.id == media.c.contact_id)
        .where(media.c.next_try_at <= now_ms)
        .order_by(media.c.state != State.WAITING.value, media.c.next_try_at, media.c.id)
        .limit(1)
        .with_for_update(of=media, skip_locked=True)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    conn.execute(update(media).where(media.c.id == row.id).values(next_try_at=now_ms + LEASE_MS))
    url = vault.open(row.url_enc)
    state, simulated = State(row.state), bool(row.simulated)
    return Work(row.id, row.contact_id, state, url, row.content_type, row.attempts, simulated)


def due(conn: Connection, now_ms: int) -> bool:
    """True when there is something to do."""
    return conn.scalar(select(media.c.id).where(media.c.next_try_at <= now_ms).limit(1)) is not None


def hold(conn: Connection, work: Work) -> Row[Any] | None:
    """The row of this work, locked, when it still is to be done: None when she was erased meanwhile."""
    same = (media.c.id == work.id) & (media.c.state == work.state.value)
    return conn.execute(select(media).where(same).with_for_update()).first()


def keep(
    conn: Connection, vault: Vault, id: int, data: bytes, *, kind: str, content_type: str, delete_at: int | None
) -> None:
    """Seal it. ``delete_at``: when the carrier's copy is to be deleted; None: never."""
    for number, start in enumerate(range(0, len(data), PART)):
        sealed = vault.seal_bytes(data[start : start + PART], _label(id, number))
        conn.execute(insert(media_part).values(media_id=id, number=number, sealed=sealed))
    kept = {"kind": kind, "content_type": content_type, "size": len(data)}
    _settle(conn, id, State.KEPT, delete_at, **kept)


def refuse(
    conn: Connection, id: int, state: State, reason: Reason, *, size: int | None = None, delete_at: int | None
) -> None:
    """It is not kept, and why. ``delete_at`` as for ``keep``."""
    _settle(conn, id, state, delete_at, reason=reason.value, size=size)


def again(conn: Connection, id: int, attempts: int, next_try_at: int) -> None:
    """It did not work this time."""
    conn.execute(update(media).where(media.c.id == id).values(attempts=attempts, next_try_at=next_try_at))


def deleted(conn: Connection, work: Work) -> None:
    """The carrier has no copy any more, or we give up on that; what was only to be deleted is forgotten wholly."""
    if work.state is State.LEAVING:
        conn.execute(delete(media).where(media.c.id == work.id))
    else:
        conn.execute(update(media).where(media.c.id == work.id).values(at_carrier=False, next_try_at=None))


def told_lately(conn: Connection, contact_id: int, but: int, since_ms: int) -> bool:
    """True when another file of hers was refused since then: one sentence about it is enough."""
    others = (media.c.contact_id == contact_id) & (media.c.id != but) & (media.c.created_at >= since_ms)
    return conn.scalar(select(media.c.id).where(others, media.c.state == State.REFUSED.value).limit(1)) is not None


def _settle(conn: Connection, id: int, state: State, delete_at: int | None, **values: Any) -> None:
    row = {"state": state.value, "attempts": 0, "next_try_at": delete_at, **values}
    conn.execute(update(media).where(media.c.id == id).values(**row))


# what the desk reads --------------------------------------------------------------------------------------------------
def of_story(conn: Connection, story_id: int) -> list[Item]:
    """What came with a story, in its order."""
    return _items(conn, media.c.story_id == story_id)


def of_person(conn: Connection, contact_id: int) -> list[Item]:
    """All that this person sent beside words."""
    return _items(conn, media.c.contact_id == contact_id)


def of_lines(conn: Connection, ids: Sequence[int]) -> dict[int, list[Item]]:
    """What came with these lines of a talk: line id -> items."""
    found: dict[int, list[Item]] = {}
    for item in _items(conn, media.c.talk_line_id.in_(ids)):
        found.setdefault(item.talk_line_id or 0, []).append(item)
    return found


def get(conn: Connection, id: int) -> Item | None:
    """One item, or None when there is none, or no longer."""
    return next(iter(_items(conn, media.c.id == id)), None)


def read(conn: Connection, vault: Vault, item: Item, start: int, end: int) -> bytes:
    """The bytes from ``start`` up to ``end`` of an item that is kept. Raises VaultError when no key opens them."""
    first, last = start // PART, max(start, end - 1) // PART
    parts = select(media_part).where(media_part.c.media_id == item.id, media_part.c.number.between(first, last))
    whole = b"".join(
        vault.open_bytes(row.sealed, _label(item.id, row.number))
        for row in conn.execute(parts.order_by(media_part.c.number))
    )
    return whole[start - first * PART : end - first * PART]


def _label(id: int, number: int) -> str:
    return f"media {id} {number}"


def _items(conn: Connection, which: ColumnElement[bool]) -> list[Item]:
    return [_item(row) for row in conn.execute(select(media).where(which).order_by(media.c.id))]


def _item(row: Row[Any]) -> Item:
    reason = Reason(row.reason) if row.reason else None
    return Item(
        row.id, row.kind, row.content_type, State(row.state), reason, row.size or 0, row.story_id, row.talk_line_id
    )
