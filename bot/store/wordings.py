"""The words of a story beside the original: prepared by one champion, approved by another, translated.

The original is never touched. Every version is kept, sealed. Of a story that only champions may read they stay with the
champions: nobody approves them to leave.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import story, story_redaction, story_translation, user
from bot.store.swap import hold, stale
from bot.store.vault import Vault, opened

CLOSED = frozenset({"approved", "declined", "withdrawn"})  # what was approved is what is read: nobody changes it

NEWEST = (
    select(func.max(story_redaction.c.version))
    .where(story_redaction.c.story_id == story_translation.c.story_id)
    .correlate(story_translation)
    .scalar_subquery()
)


class Made(StrEnum):
    """Who made these words, as it stands beside them wherever they are read."""

    ORIGINAL = "original"  # the teller, in her language, with personal details taken out
    DRAFT = "draft"  # a machine; nobody has checked it
    CHAMPION = "champion"


CURRENT = (story_translation.c.made == Made.CHAMPION) & (story_translation.c.version == NEWEST)


class Decided(ValueError):
    """The story was decided: its words may not be changed until it is put back in the queue."""


@dataclass(frozen=True)
class Leaving:
    """Words that may be shown outside the champions. ``translations``: (language, text, label), the label one of
    original, draft, champion."""

    language: str
    text: str
    translations: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Prepared:
    """Words that a champion prepared. ``by`` is her id, None when she has left the desk."""

    text: str
    by: int | None
    version: int
    by_name: str = ""
    at: int = 0


@dataclass(frozen=True)
class Translation:
    """The prepared words in another language. ``version`` is the version that they translate."""

    language: str
    made: Made
    text: str
    version: int
    by_name: str
    at: int


def leaving(conn: Connection, vault: Vault, story_id: int) -> Leaving | None:
    """The newest words with the translations of just these, when a second champion has approved them; else None."""
    newest = _rows(conn, story_id, 1)
    if not newest or newest[0].approved_at is None:
        return None
    language = conn.execute(select(story.c.language).where(story.c.id == story_id)).scalar_one()
    current = [one for one in translations(conn, vault, story_id) if one.version == newest[0].version]
    others = tuple((one.language, one.text, one.made.value) for one in current)
    return Leaving(language, opened(vault, newest[0].text_enc), others)


def prepared(conn: Connection, vault: Vault, story_id: int) -> Prepared | None:
    """The newest words that were prepared, approved or not, for champions; None when there are none."""
    return next(iter(versions(conn, vault, story_id, 1)), None)


def versions(conn: Connection, vault: Vault, story_id: int, limit: int = 20) -> list[Prepared]:
    """The last versions of the prepared words, the newest first."""
    return [
        Prepared(opened(vault, row.text_enc), row.by, row.version, row.by_name or "", row.at)
        for row in _rows(conn, story_id, limit)
    ]


def translations(conn: Connection, vault: Vault, story_id: int) -> list[Translation]:
    """The newest translation of each language and maker, stale ones too."""
    newest = (
        select(func.max(story_translation.c.id))
        .where(story_translation.c.story_id == story_id)
        .group_by(story_translation.c.language, story_translation.c.made)
    )
    rows = conn.execute(
        select(story_translation, user.c.name.label("by_name"))
        .outerjoin(user, user.c.id == story_translation.c.by)
        .where(story_translation.c.id.in_(newest))
        .order_by(story_translation.c.language, story_translation.c.made)
    )
    return [
        Translation(row.language, Made(row.made), opened(vault, row.text_enc), row.version, row.by_name or "", row.at)
        for row in rows
    ]


def translated_into(conn: Connection, story_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Of each of these stories, into which languages champions have translated its newest words, and who did."""
    found: dict[int, dict[str, str]] = {}
    rows = conn.execute(
        select(story_translation.c.story_id, story_translation.c.language, user.c.name)
        .outerjoin(user, user.c.id == story_translation.c.by)
        .where(story_translation.c.story_id.in_(story_ids), CURRENT)
        .order_by(story_translation.c.id)
    )
    for row in rows:
        found.setdefault(row.story_id, {})[row.language] = row.name or ""
    return found


def prepare(
    conn: Connection,
    vault: Vault,
    story_id: int,
    text: str,
    *,
    user_id: int,
    now_ms: int,
    seen: int | None = None,
    taken_out: int = 0,
) -> bool:
    """Keep these as the newest words, unless they are the same; True when they are new.

    ``seen`` is the version that the champion had before her (0: none); ``taken_out``, for the audit log, how many
    details she took out. Raises Stale, with who prepared others meanwhile; Decided; Gone.
    """
    kept = _open(conn, story_id)
    before = prepared(conn, vault, story_id)
    _refuse_unseen(conn, before, seen)
    if before and before.text == text:
        return False
    old = before.version if before else 0
    _insert(conn, vault, story_redaction, kept, text, user_id, now_ms, version=old + 1)
    detail = {"before": old, "after": old + 1, "taken_out": taken_out}
    _note(conn, Event.STORY_PREPARED, story_id, user_id, now_ms, detail)
    return True


def translate(
    conn: Connection,
    vault: Vault,
    story_id: int,
    text: str,
    *,
    language: str,
    version: int,
    user_id: int,
    now_ms: int,
    service: str = "",
) -> None:
    """Keep the words of one version in another language: a champion's, or those of a ``service`` that drafted them.

    Raises Stale when newer words were prepared meanwhile; Decided; Gone.
    """
    kept = _open(conn, story_id)
    _refuse_unseen(conn, prepared(conn, vault, story_id), version)
    made = Made.DRAFT if service else Made.CHAMPION
    earlier = (story_translation.c.story_id == story_id) & (story_translation.c.language == language)
    count = conn.scalar(
        select(func.count()).select_from(story_translation).where(earlier, story_translation.c.made == made)
    )
    _insert(conn, vault, story_translation, kept, text, user_id, now_ms, version=version, language=language, made=made)
    detail = {"before": count or 0, "after": (count or 0) + 1, "language": language, "version": version}
    if service:
        _note(conn, Event.STORY_DRAFTED, story_id, user_id, now_ms, {**detail, "service": service})
    else:
        _note(conn, Event.STORY_TRANSLATED, story_id, user_id, now_ms, detail)


def approve(conn: Connection, story_id: int, *, user_id: int, now_ms: int) -> None:
    """The second reader approves the newest words."""
    newest = select(func.max(story_redaction.c.version)).where(story_redaction.c.story_id == story_id).scalar_subquery()
    hers = (story_redaction.c.story_id == story_id) & (story_redaction.c.version == newest)
    conn.execute(update(story_redaction).where(hers).values(approved_by_second=user_id, approved_at=now_ms))


def forget_approval(conn: Connection, story_id: int) -> None:
    """The story is to be read anew: no words of it may leave until they are approved again."""
    values = {"approved_by_second": None, "approved_at": None}
    conn.execute(update(story_redaction).where(story_redaction.c.story_id == story_id).values(values))


def tellers(conn: Connection, language: str, most: int) -> int:
    """How many people have told a story in this language, counted up to ``most``."""
    people = select(story.c.contact_id).where(story.c.language == language).distinct().limit(most).subquery()
    return conn.scalar(select(func.count()).select_from(people)) or 0


def _rows(conn: Connection, story_id: int, limit: int) -> list[Row[Any]]:
    return list(
        conn.execute(
            select(story_redaction, user.c.name.label("by_name"))
            .outerjoin(user, user.c.id == story_redaction.c.by)
            .where(story_redaction.c.story_id == story_id)
            .order_by(story_redaction.c.version.desc())
            .limit(limit)
        )
    )


def _open(conn: Connection, story_id: int) -> Row[Any]:
    """The story, held. Who has it open to decide must read the new words first, so its version moves on."""
    row = hold(conn, story, story_id)
    if row.status in CLOSED:
        raise Decided("This story was decided: put it back in the queue to change its words.")
    return row


def _refuse_unseen(conn: Connection, newest: Prepared | None, seen: int | None) -> None:
    if seen is not None and seen != (newest.version if newest else 0):
        raise stale(conn, "prepared", newest.by if newest else None, newest.at if newest else None)


def _insert(
    conn: Connection, vault: Vault, table: Any, kept: Row[Any], text: str, user_id: int, now_ms: int, **more: Any
) -> None:
    values = {"story_id": kept.id, "text_enc": vault.seal(text), "by": user_id, "at": now_ms, **more}
    conn.execute(insert(table).values(values))
    conn.execute(update(story).where(story.c.id == kept.id).values(version=kept.version + 1))


def _note(
    conn: Connection, event: Event, story_id: int, user_id: int, now_ms: int, detail: Mapping[str, object]
) -> None:
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=f"story:{story_id}", detail=detail)
