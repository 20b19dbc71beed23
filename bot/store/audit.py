"""The append-only, hash-chained record of who did what to what. It holds nobody's words or number."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from bot.store import plain, schema
from bot.store.locks import Lock, hold
from bot.store.plain import Adding

NEWEST = "SELECT hash FROM audit ORDER BY id DESC LIMIT 1"
FIRST = "0" * 64  # what the first row names as the one before it
PENDING = "bot.audit"  # where a connection keeps the entries of its transaction
ROWS_AT_A_TIME = 1000
# Ids, keys, statuses and codes. A number with nothing before it could be a phone's, and a space means words.
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}")


class AuditError(ValueError):
    """An entry that may not be written. The sentence names the event and the field."""


class Event(StrEnum):
    """What can be recorded."""

    STORY_RECEIVED = "story_received"
    STORY_APPROVED = "story_approved"
    STORY_DECLINED = "story_declined"
    STORY_TO_LEAD = "story_to_lead"
    STORY_REOPENED = "story_reopened"
    STORY_CLAIMED = "story_claimed"
    STORY_RELEASED = "story_released"
    STORY_HANDED = "story_handed"
    STORY_HANDED_BACK = "story_handed_back"
    STORY_TO_TRANSLATE = "story_to_translate"
    STORY_TO_SECOND = "story_to_second"
    STORY_CONSENT_LOWERED = "story_consent_lowered"
    STORY_REPLY_SENT = "story_reply_sent"
    STORY_PREPARED = "story_prepared"
    STORY_TRANSLATED = "story_translated"
    STORY_DRAFTED = "story_drafted"
    STORY_WITHDRAWN = "story_withdrawn"
    QUESTION_RECEIVED = "question_received"
    QUESTION_ANSWERED = "question_answered"
    QUESTION_CLOSED = "question_closed"
    TALK_BEGAN = "talk_began"
    TALK_TAKEN = "talk_taken"
    TALK_PASSED_ON = "talk_passed_on"
    TALK_TEXT_SENT = "talk_text_sent"
    TALK_FINISHED = "talk_finished"
    ANSWER_KEPT = "answer_kept"
    ALERT_RAISED = "alert_raised"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    ALERT_STEP = "alert_step"
    ALERT_ACTION = "alert_action"
    ROTA_CHANGED = "rota_changed"
    STORY_RATED = "story_rated"
    CONTACT_STOPPED = "contact_stopped"
    CONTACT_STARTED = "contact_started"
    CONTACT_ERASED = "contact_erased"
    PERSON_EXPORTED = "person_exported"
    RETENTION_ERASED = "retention_erased"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    BROADCAST_BEGUN = "broadcast_begun"
    BROADCAST_ASKED = "broadcast_asked"
    BROADCAST_CONFIRMED = "broadcast_confirmed"
    BROADCAST_CHANGED = "broadcast_changed"
    BROADCAST_PAUSED = "broadcast_paused"
    BROADCAST_RESUMED = "broadcast_resumed"
    BROADCAST_CANCELED = "broadcast_canceled"
    BROADCAST_FINISHED = "broadcast_finished"
    MESSAGE_RESENT = "message_resent"
    MESSAGE_DONE = "message_done"
    CHANNEL_PAUSED = "channel_paused"
    CHANNEL_RESUMED = "channel_resumed"
    USER_INVITED = "user_invited"
    USER_CHANGED = "user_changed"
    USER_SIGNED_IN = "user_signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_UNLOCKED = "account_unlocked"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of what happened
    SECOND_STEP_CHANGED = "second_step_changed"
    SESSIONS_ENDED = "sessions_ended"
    REACH_CHANGED = "reach_changed"
    ORGANISATION_CHANGED = "organisation_changed"
    AREA_CHANGED = "area_changed"
    CONTENT_LOADED = "content_loaded"
    SERVICE_CHANGED = "service_changed"
    ANSWER_CHANGED = "answer_changed"
    SOURCE_ADDED = "source_added"
    SOURCE_CHANGED = "source_changed"
    CHECK_UNDONE = "check_undone"
    TEXT_TRANSLATED = "text_translated"
    ANSWERS_PULLED = "answers_pulled"
    LESSON_CHANGED = "lesson_changed"
    DRAFT_BEGUN = "draft_begun"
    DRAFT_THROWN_AWAY = "draft_thrown_away"
    DRAFT_TAKEN_BACK = "draft_taken_back"
    FLOWS_PUBLISHED = "flows_published"
    FLOWS_PUT_BACK = "flows_put_back"
    FLOWS_PULLED = "flows_pulled"
    TAG_CHANGED = "tag_changed"
    NOTE_CHANGED = "note_changed"
    CONTENT_NOTE_CHANGED = "content_note_changed"
    CANNED_REPLY_CHANGED = "canned_reply_changed"
    PREFERENCE_CHANGED = "preference_changed"
    DAY_LIMIT_CHANGED = "day_limit_changed"


FIELDS: dict[Event, frozenset[str]] = {
    Event.STORY_RECEIVED: frozenset({"language", "consent", "simulated"}),
    Event.STORY_APPROVED: frozenset({"before", "after", "language"}),
    Event.STORY_DECLINED: frozenset({"before", "after", "language"}),
    Event.STORY_TO_LEAD: frozenset({"before", "after", "language"}),
    Event.STORY_REOPENED: frozenset({"before", "after", "language"}),
    Event.STORY_CLAIMED: frozenset({"before", "after", "language"}),
    Event.STORY_RELEASED: frozenset({"before", "after", "language"}),
    Event.STORY_HANDED: frozenset({"before", "after", "language"}),
    Event.STORY_HANDED_BACK: frozenset({"before", "after", "language"}),
    Event.STORY_TO_TRANSLATE: frozenset({"before", "after", "language"}),
    Event.STORY_TO_SECOND: frozenset({"before", "after", "language"}),
    Event.STORY_CONSENT_LOWERED: frozenset({"before", "after"}),
    Event.STORY_REPLY_SENT: frozenset({"outbound"}),
    Event.STORY_PREPARED: frozenset({"before", "after", "taken_out"}),
    Event.STORY_TRANSLATED: frozenset({"before", "after", "language", "version"}),
    Event.STORY_DRAFTED: frozenset({"before", "after", "language", "version", "service"}),
    Event.STORY_WITHDRAWN: frozenset({"before", "after", "language", "rows", "issued"}),
    Event.QUESTION_RECEIVED: frozenset({"language", "simulated"}),
    Event.QUESTION_ANSWERED: frozenset({"before", "after", "language"}),
    Event.QUESTION_CLOSED: frozenset({"before", "after", "language"}),
    Event.TALK_BEGAN: frozenset({"language", "simulated"}),
    Event.TALK_TAKEN: frozenset({"before", "after", "language"}),
    Event.TALK_PASSED_ON: frozenset({"before", "after", "language", "to"}),
    Event.TALK_TEXT_SENT: frozenset({"outbound"}),
    Event.TALK_FINISHED: frozenset({"before", "after", "language"}),
    Event.ANSWER_KEPT: frozenset({"language", "topic"}),
    Event.ALERT_RAISED: frozenset({"kind", "language", "simulated"}),
    Event.ALERT_ACKNOWLEDGED: frozenset({"kind"}),
    Event.ALERT_STEP: frozenset({"step", "who", "people"}),
    Event.ALERT_ACTION: frozenset({"what", "before", "after"}),
    Event.ROTA_CHANGED: frozenset({"before", "after"}),
    Event.STORY_RATED: frozenset({"before", "after"}),
    Event.CONTACT_STOPPED: frozenset({"channel", "simulated"}),
    Event.CONTACT_STARTED: frozenset({"channel", "simulated"}),
    Event.CONTACT_ERASED: frozenset(
        {"inbound", "outbound", "timers", "stories", "questions", "talks", "alerts", "stop_kept"}
    ),
    Event.PERSON_EXPORTED: frozenset({"stories", "questions", "messages", "media"}),
    Event.RETENTION_ERASED: frozenset({"kind", "rows"}),
    Event.CONSENT_GIVEN: frozenset({"purpose", "how", "simulated"}),
    Event.CONSENT_WITHDRAWN: frozenset({"purpose", "how", "simulated"}),
    Event.BROADCAST_BEGUN: frozenset({"simulated"}),
    Event.BROADCAST_ASKED: frozenset({"people", "languages"}),
    Event.BROADCAST_CONFIRMED: frozenset({"people", "asked_by"}),
    Event.BROADCAST_CHANGED: frozenset({"before", "after"}),
    Event.BROADCAST_PAUSED: frozenset({"before", "after"}),
    Event.BROADCAST_RESUMED: frozenset({"before", "after"}),
    Event.BROADCAST_CANCELED: frozenset({"before", "after", "taken_back"}),
    Event.BROADCAST_FINISHED: frozenset({"sent", "left_out"}),
    Event.MESSAGE_RESENT: frozenset({"before", "error_code"}),
    Event.MESSAGE_DONE: frozenset({"before", "error_code"}),
    Event.CHANNEL_PAUSED: frozenset({"error_code"}),
    Event.CHANNEL_RESUMED: frozenset({"error_code"}),
    Event.USER_INVITED: frozenset({"role"}),
    Event.USER_CHANGED: frozenset({"before", "after"}),
    Event.USER_SIGNED_IN: frozenset(),
    Event.SIGN_IN_FAILED: frozenset(),
    Event.ACCOUNT_LOCKED: frozenset(),
    Event.ACCOUNT_UNLOCKED: frozenset({"before", "after"}),
    Event.INVITATION_WITHDRAWN: frozenset({"before", "after"}),
    Event.PASSWORD_CHANGED: frozenset(),
    Event.SECOND_STEP_CHANGED: frozenset({"before", "after"}),
    Event.SESSIONS_ENDED: frozenset({"ended"}),
    Event.REACH_CHANGED: frozenset({"role", "before", "after"}),
    Event.ORGANISATION_CHANGED: frozenset({"before", "after"}),
    Event.AREA_CHANGED: frozenset({"before", "after"}),
    Event.CONTENT_LOADED: frozenset({"answers", "services", "stored", "retired"}),
    Event.SERVICE_CHANGED: frozenset({"before", "after"}),
    Event.ANSWER_CHANGED: frozenset({"before", "after"}),
    Event.SOURCE_ADDED: frozenset(),
    Event.SOURCE_CHANGED: frozenset({"done"}),
    Event.CHECK_UNDONE: frozenset({"before", "after"}),
    Event.TEXT_TRANSLATED: frozenset({"language", "texts"}),
    Event.ANSWERS_PULLED: frozenset({"answers", "texts"}),
    Event.LESSON_CHANGED: frozenset({"before", "after"}),
    Event.DRAFT_BEGUN: frozenset({"version"}),
    Event.DRAFT_THROWN_AWAY: frozenset({"version"}),
    Event.DRAFT_TAKEN_BACK: frozenset({"version"}),
    Event.FLOWS_PUBLISHED: frozenset({"before", "after", "files", "draft"}),
    Event.FLOWS_PUT_BACK: frozenset({"before", "after", "files", "publication"}),
    Event.FLOWS_PULLED: frozenset({"files"}),
    Event.TAG_CHANGED: frozenset({"tag", "before", "after"}),
    Event.NOTE_CHANGED: frozenset({"note", "before", "after", "named"}),
    Event.CONTENT_NOTE_CHANGED: frozenset({"before", "after"}),
    Event.CANNED_REPLY_CHANGED: frozenset({"language", "before", "after"}),
    Event.PREFERENCE_CHANGED: frozenset({"name", "before", "after"}),
    Event.DAY_LIMIT_CHANGED: frozenset({"before", "after"}),
}


@dataclass(frozen=True)
class Entry:
    """One event, before it has its place in the chain. See ``entry``."""

    at: int
    actor: str
    event: str
    subject: str
    detail: dict[str, object]

    def about(self, id: int | str) -> Entry:
        """The same, of a subject that had no id yet: "story" becomes "story:12"."""
        return replace(self, subject=f"{self.subject}:{id}")

    def chained(self, previous: str) -> str:
        """The text whose SHA-256 is this entry's hash, when ``previous`` is the hash of the one before."""
        parts = [previous, self.at, self.actor, self.event, self.subject, self.detail]
        return json.dumps(parts, sort_keys=True, separators=(",", ":"))

    def hash(self, previous: str) -> str:
        """Its hash, in hexadecimal digits."""
        return hashlib.sha256(self.chained(previous).encode()).hexdigest()

    def row(self, previous: str) -> dict[str, object]:
        """The row, by column, that follows the one of this hash."""
        return {**vars(self), "detail": self.detail_json, "previous": previous, "hash": self.hash(previous)}

    @property
    def detail_json(self) -> str:
        """The detail as its column holds it."""
        return json.dumps(self.detail)


def append(
    conn: Connection, *, now_ms: int, actor: str, event: Event, subject: str, detail: Mapping[str, object]
) -> None:
    """Record one event in this transaction of ``Database.begin``; it is written just before the commit.

    ``actor``, ``subject`` and ``detail`` as in ``entry``, which says what raises AuditError.
    """
    made = entry(now_ms=now_ms, actor=actor, event=event, subject=subject, detail=detail)
    pending = cast("list[Entry] | None", conn.info.get(PENDING))
    if pending is None:
        raise AuditError(f'"{event}" can only be recorded inside "with db.begin() as conn": nothing else keeps it.')
    pending.append(made)


def entry(*, now_ms: int, actor: str, event: Event, subject: str, detail: Mapping[str, object]) -> Entry:
    """One event as it may be recorded.

    ``actor`` is "user:7", "resident" or "system"; ``subject`` is like "story:12". Raises AuditError when
    ``detail`` has a field the event does not declare, lacks one it does, or holds anything but ids, codes,
    counts and yes or no.
    """
    _check(event, detail)
    _check_codes(event, {"actor": actor, "subject": subject})
    return Entry(now_ms, actor, event.value, subject, _plain(detail))


@contextmanager
def collected(conn: Connection) -> Iterator[None]:
    """Collect a transaction's entries and write them at its end.

    Last, because PostgreSQL's writers take turns at the chain's end: held for a moment, with no other
    lock still to come, it can neither slow them nor lock them up.
    """
    info = conn.info
    pending: list[Entry] = []
    info[PENDING] = pending
    try:
        yield
        if pending:
            _write(conn, pending)
    finally:
        info.pop(PENDING, None)


def verify(conn: Connection) -> int | None:
    """The id of the first row that was changed, or follows one taken out or put in; None when all holds.

    Rows cut off the newest end leave no trace here; keep the newest hash somewhere else to see that.
    """
    previous = FIRST
    for row in _rows(conn):
        kept = Entry(row.at, row.actor, row.event, row.subject, row.detail)
        if row.previous != previous or row.hash != kept.hash(previous):
            return int(row.id)
        previous = row.hash
    return None


def _rows(conn: Connection) -> Iterator[Row[Any]]:
    """The whole record by id, a few rows in memory at a time."""
    seen = 0
    query = select(schema.audit).order_by(schema.audit.c.id).limit(ROWS_AT_A_TIME)
    while rows := conn.execute(query.where(schema.audit.c.id > seen)).all():
        yield from rows
        seen = rows[-1].id


def _write(conn: Connection, entries: list[Entry]) -> None:
    """In plain SQL: every question writes here, in the turn that somebody waits for."""
    hold(conn, Lock.AUDIT)
    newest = plain.run(conn, NEWEST).fetchone()
    previous = newest[0] if newest else FIRST
    for one in entries:
        row = one.row(previous)
        plain.put(conn, Adding("audit", row))
        previous = str(row["hash"])


def _check(event: Event, detail: Mapping[str, object]) -> None:
    declared = FIELDS[event]
    if undeclared := sorted(detail.keys() - declared):
        raise AuditError(f'"{event}" does not declare {", ".join(undeclared)}: add it to FIELDS in bot/store/audit.py.')
    if missing := sorted(declared - detail.keys()):
        raise AuditError(f'"{event}" must say {", ".join(missing)}.')
    _check_codes(event, detail)


def _check_codes(event: Event, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        fits = value is None or isinstance(value, int) or (isinstance(value, str) and CODE.fullmatch(value))
        if not fits:
            raise AuditError(f'"{event}" cannot keep this {name}: only ids, codes, counts and yes or no are kept.')


def _plain(detail: Mapping[str, object]) -> dict[str, object]:
    """As JSON gives it back, so that the hash is the same when it is read."""
    return {name: str(value) if isinstance(value, str) else value for name, value in detail.items()}
