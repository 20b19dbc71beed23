"""Texts that the desk wrote in another language: they win over the catalogues of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from bot.knowledge.answers import Answer
from bot.language.catalogue import Catalogues, Key
from bot.store import audit
from bot.store.audit import Event
from bot.store.content import CONTENT, DESK
from bot.store.counter import bump
from bot.store.locks import Lock, hold
from bot.store.schema import answer, translation

ANSWERS = "answers"  # the catalogues' domain


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer kept on the desk that some languages lack."""

    id: int
    key: str
    title: str
    language: str
    topic: str
    lacking: tuple[str, ...]


def texts(conn: Connection) -> dict[Key, str]:
    """Every text that was written on the desk, as a catalogue has it."""
    return {(row.language, row.domain, None, row.msgid): row.msgstr for row in conn.execute(select(translation))}


def keep(
    conn: Connection,
    said: Mapping[str, str],
    *,
    language: str,
    subject: str,
    user_id: int,
    now_ms: int,
    domain: str = ANSWERS,
) -> None:
    """Write down what these texts are in this language. ``subject`` is what they belong to, like "answer:7"."""
    hold(conn, Lock.CONTENT)
    for msgid, msgstr in said.items():
        digest = hashlib.sha256(msgid.encode()).hexdigest()
        ours = (
            (translation.c.domain == domain) & (translation.c.language == language) & (translation.c.digest == digest)
        )
        values = {"msgstr": msgstr, "user_id": user_id, "at": now_ms}
        if conn.execute(update(translation).where(ours).values(**values)).rowcount == 0:
            row = {"domain": domain, "language": language, "digest": digest, "msgid": msgid}
            conn.execute(insert(translation).values(**row, **values))
    bump(conn, CONTENT)
    detail = {"language": language, "texts": len(said)}
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.TEXT_TRANSLATED, subject=subject, detail=detail
    )


def texts_of(one: Answer) -> list[str]:
    """What of an answer is to be translated: what people read first, and how they ask."""
    return [text for text in (one.title, one.short, one.detail, one.say, *one.questions) if text]


def read_by_people(one: Answer) -> list[str]:
    """What of an answer people read: with these it is translated."""
    return [text for text in (one.title, one.short, one.detail, one.say) if text]


def lacking(one: Answer, catalogues: Catalogues, offered: Iterable[str]) -> tuple[str, ...]:
    """The offered languages in which people would still read it in the one it was written in."""
    return tuple(
        code
        for code in offered
        if code != one.language and not all(catalogues.knows(text, code, ANSWERS) for text in read_by_people(one))
    )


def waiting(conn: Connection, catalogues: Catalogues, offered: Iterable[str]) -> list[Waiting]:
    """The answers kept on the desk that wait for a translation, the newest first. Those of the files wait with their
    catalogues."""
    rows = conn.execute(select(answer).where(answer.c.origin == DESK, answer.c.active).order_by(answer.c.id.desc()))
    found = []
    for row in rows:
        one = Answer(
            row.key, row.language, row.topic, row.title, tuple(row.questions), row.short, row.detail, row.say,
            row.rights, row.source, row.source_name, row.verified, row.review_by,
        )  # fmt: skip
        if codes := lacking(one, catalogues, tuple(offered)):
            found.append(Waiting(row.id, row.key, row.title, row.language, row.topic, codes))
    return found
