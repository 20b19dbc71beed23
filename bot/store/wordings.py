"""The words of a story that others than champions may read: prepared by one champion, approved by another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from bot.store.schema import story, story_redaction
from bot.store.vault import Vault, opened


@dataclass(frozen=True)
class Leaving:
    """Words that may be shown outside the champions. ``translations``: (language, text, label), the label one of
    original, draft, champion."""

    language: str
    text: str
    translations: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Prepared:
    """The newest words that a champion prepared. ``by`` is her id, None when she has left the desk."""

    text: str
    by: int | None
    version: int


def leaving(conn: Connection, vault: Vault, story_id: int) -> Leaving | None:
    """The newest words, when a second champion has approved just these; None when nobody has."""
    row = conn.execute(
        select(story_redaction.c.text_enc, story_redaction.c.approved_at, story.c.language)
        .join(story)
        .where(story_redaction.c.story_id == story_id)
        .order_by(story_redaction.c.version.desc())
        .limit(1)
    ).first()
    return Leaving(row.language, opened(vault, row.text_enc)) if row and row.approved_at is not None else None


def prepared(conn: Connection, vault: Vault, story_id: int) -> Prepared | None:
    """The newest words that were prepared, approved or not, for champions; None when there are none."""
    row = conn.execute(
        select(story_redaction)
        .where(story_redaction.c.story_id == story_id)
        .order_by(story_redaction.c.version.desc())
        .limit(1)
    ).first()
    return Prepared(opened(vault, row.text_enc), row.by, row.version) if row else None


def prepare(conn: Connection, vault: Vault, story_id: int, text: str, *, user_id: int, now_ms: int) -> bool:
    """Keep these as the newest words, unless they are the same; True when they are new."""
    before = prepared(conn, vault, story_id)
    if before and before.text == text:
        return False
    version = before.version + 1 if before else 1
    values = {"story_id": story_id, "version": version, "text_enc": vault.seal(text), "by": user_id, "at": now_ms}
    conn.execute(insert(story_redaction).values(values))
    return True


def approve(conn: Connection, story_id: int, *, user_id: int, now_ms: int) -> None:
    """The second reader approves the newest words."""
    newest = select(func.max(story_redaction.c.version)).where(story_redaction.c.story_id == story_id).scalar_subquery()
    hers = (story_redaction.c.story_id == story_id) & (story_redaction.c.version == newest)
    conn.execute(update(story_redaction).where(hers).values(approved_by_second=user_id, approved_at=now_ms))


def forget_approval(conn: Connection, story_id: int) -> None:
    """The story is to be read anew: no words of it may leave until they are approved again."""
    values = {"approved_by_second": None, "approved_at": None}
    conn.execute(update(story_redaction).where(story_redaction.c.story_id == story_id).values(values))
