"""Stories, as the desk reads and decides them. Who may read which is for ``bot.story.consent`` to say."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select, update

from bot.store import audit, issuing, second_looks, wordings
from bot.store.audit import Event
from bot.store.issuing import Place
from bot.store.schema import contact, story, story_handed, user
from bot.store.swap import Queue, Stale, count_by, hold, stale, write
from bot.store.vault import LOCKED, Vault, opened
from bot.story.consent import REACHES, Audience, Consent, approved_by, goes_out, lower, may_read
from bot.story.status import HANDED, WAITING, MoveRefused, StoryStatus, move, standing

QUEUE = Queue(story, story.c.decided_by, story.c.decided_at)
EVENTS = {
    StoryStatus.APPROVED: Event.STORY_APPROVED,
    StoryStatus.DECLINED: Event.STORY_DECLINED,
    StoryStatus.NEEDS_LEAD: Event.STORY_TO_LEAD,
    StoryStatus.NEEDS_TRANSLATION: Event.STORY_TO_TRANSLATE,
    StoryStatus.NEEDS_SECOND: Event.STORY_TO_SECOND,
    StoryStatus.RECEIVED: Event.STORY_REOPENED,
}
LIVE = (*WAITING, StoryStatus.NEEDS_LEAD)  # what is still to be done, and so may be counted: the archive only grows
DECIDER, READER, FIRST = user.alias("decider"), user.alias("reader"), user.alias("first_reader")
SOURCE = (
    story.outerjoin(contact, contact.c.id == story.c.contact_id)
    .outerjoin(DECIDER, DECIDER.c.id == story.c.decided_by)
    .outerjoin(READER, READER.c.id == story.c.claimed_by)
    .outerjoin(FIRST, FIRST.c.id == story.c.first_by)
)
FOR_LEADERS = (story.c.status == StoryStatus.NEEDS_LEAD.value) | (
    (story.c.status == StoryStatus.APPROVED.value)
    & story.c.consent.in_([consent.value for consent in REACHES[Audience.LEADERS]])
)
COLUMNS = (
    story,
    contact.c.pseudonym,
    contact.c.channel,
    contact.c.status.label("contact_status"),
    DECIDER.c.name.label("decided_by_name"),
    READER.c.name.label("claimed_by_name"),
    FIRST.c.name.label("first_by_name"),
    second_looks.NEAR_STORY.label("near_danger"),
)
AudienceOf = Callable[[str | None, str], Audience | None]  # as whom somebody reads stories of an area and a language
BOARD = "heard"  # the public page, as it stands where it is written down what went out
NOTHING_OUT = {"claimed_by": None, "claimed_at": None, "claim_until": None}


class NotPrepared(ValueError):
    """No words are there yet that others than champions may read."""


@dataclass(frozen=True)
class StoryRow:
    """One line of the queue. ``texts`` are the messages as they were texted, opened: to champions.

    To everybody else they are the words that two champions let out, or nothing. ``claimed_by`` may read undisturbed
    until ``claim_until``; ``standing`` says whether that still holds. ``first_by`` approved it first.
    ``near_danger``: it waits, and by what it means it may be about danger. ``translated`` gives, to champions, the
    languages it was translated into, and by whom.
    """

    id: int
    reference: str
    language: str
    consent: Consent
    follow_up: bool
    status: StoryStatus
    version: int
    simulated: bool
    created_at: int
    decided_at: int | None
    decided_by_name: str
    area: str | None
    claimed_by: int | None
    claimed_by_name: str
    claim_until: int | None
    first_by: int | None
    first_by_name: str
    near_danger: bool
    texts: tuple[str, ...]
    translated: dict[str, str]

    def standing(self, now_ms: int) -> StoryStatus:
        """Its status at this moment."""
        return standing(self.status, self.claim_until, now_ms)

    def taken_from(self, user_id: int, now_ms: int) -> bool:
        """True while somebody else than this champion reads it."""
        return self.standing(now_ms) is StoryStatus.CLAIMED and self.claimed_by != user_id


@dataclass(frozen=True)
class Story(StoryRow):
    """One story, opened. ``reason``: why it was declined, or what a lead is asked. ``decided_by`` acted last.

    ``stopped`` is True when its teller has said STOP: she may not be texted. ``media`` are the kinds of what came with
    it (``bot.flow.media.KINDS``), one for each.
    """

    wish: str
    media: tuple[str, ...]
    reason: str
    decided_by: int | None
    contact_id: int | None
    pseudonym: str
    channel: str
    stopped: bool


def page(
    conn: Connection,
    vault: Vault,
    *,
    status: Collection[StoryStatus] | None = None,
    languages: Collection[str] | None = None,
    audience: Audience | AudienceOf = Audience.CHAMPIONS,
    within: ColumnElement[bool] | None = None,
    newest_first: bool = False,
    but: ColumnElement[bool] | None = None,
    offset: int = 0,
    limit: int = 25,
) -> list[StoryRow]:
    """Stories of these states and languages (None: all), oldest first, so that nobody's waits for ever;
    before them what may be about danger.

    ``within`` narrows it to somebody's areas, ``but`` further. To leaders only those they may read, and those they are
    asked about; somebody who reads some stories as a champion and others as a leader sees to that by ``within``.
    """
    query = select(story.c.id)
    if isinstance(audience, Audience) and audience is not Audience.CHAMPIONS:
        query = query.where(FOR_LEADERS)
    if within is not None:
        query = query.where(within)
    if status is not None:
        query = query.where(story.c.status.in_([one.value for one in status]))
    if languages is not None:
        query = query.where(story.c.language.in_(languages))
    if but is not None:
        query = query.where(but)
    order = (story.c.created_at, story.c.id)
    waits = status is not None and second_looks.AT_WORK.issuperset(status)  # all that is over would have to be sorted
    near = [second_looks.first(second_looks.NEAR_STORY)] if waits else []
    query = query.order_by(*([column.desc() for column in order] if newest_first else [*near, *order]))
    return listed(conn, vault, query.offset(offset).limit(limit), audience)


def listed(conn: Connection, vault: Vault, ids: Select[tuple[int]], audience: Audience | AudienceOf) -> list[StoryRow]:
    """The rows of these ids, in their order. Only what is shown is opened."""
    wanted: list[Any] = list(conn.scalars(ids))
    found = conn.execute(select(*COLUMNS).select_from(SOURCE).where(story.c.id.in_(wanted)))
    into = wordings.translated_into(conn, wanted)
    rows = {row.id: StoryRow(**_row(conn, vault, row, _of(audience, row), into)) for row in found}
    return [rows[id] for id in wanted]


def counts(conn: Connection, *within: ColumnElement[bool]) -> dict[StoryStatus, int]:
    """How many stories, of those ``within`` somebody's areas, are in each state that somebody has yet to do something
    about, none of these left out."""
    found = count_by(conn, story.c.status, story.c.status.in_([status.value for status in LIVE]), *within)
    return {status: found.get(status.value, 0) for status in LIVE}


def get(conn: Connection, vault: Vault, id: int, audience: Audience | AudienceOf = Audience.CHAMPIONS) -> Story | None:
    """One story, or None when there is none, or no longer. Of the words what this audience may see."""
    row = conn.execute(select(*COLUMNS).select_from(SOURCE).where(story.c.id == id)).first()
    return _story(conn, vault, row, _of(audience, row)) if row else None


def decide(
    conn: Connection,
    vault: Vault,
    *,
    id: int,
    version: int,
    new_status: StoryStatus,
    reason: str = "",
    wording: str = "",
    user_id: int,
    now_ms: int,
) -> StoryStatus:
    """Move the story that was read at ``version`` to its new state, and give the state it reached.

    A story that leaves the champions is approved twice: the first approval makes it ``needs_second``. ``wording``:
    the words for others, when they were prepared with it. Raises Stale, with who acted, when somebody was faster or
    reads it now; Gone when its teller took it back; MoveRefused when a story cannot go there from where it is;
    NotPrepared; SameReader when she who approved it first approves it again.
    """
    row = held(conn, id, version, user_id, now_ms)
    old = StoryStatus(row.status)
    new = new_status
    if new is StoryStatus.APPROVED and old is not StoryStatus.APPROVED and goes_out(Consent(row.consent)):
        new = _approve_words(conn, vault, row, wording, user_id, now_ms)
    values = {
        "status": move(old, new).value,
        "reason_enc": vault.seal(reason) if reason else None,
        "first_by": _first(row, new, user_id),
        **NOTHING_OUT,
    }
    write(conn, QUEUE, row, values, user_id=user_id, now_ms=now_ms)
    if new is StoryStatus.APPROVED and Consent(row.consent) is Consent.BOARD:
        issuing.note(conn, id, Place.BOARD, BOARD, now_ms)
    if old is StoryStatus.APPROVED:
        wordings.forget_approval(conn, id)
    note(conn, EVENTS[new], row, new, user_id, now_ms)
    return new


def held(conn: Connection, id: int, version: int, user_id: int, now_ms: int) -> Row[Any]:
    """The story, locked until the transaction ends, for somebody to act on it.

    Raises Gone; Stale when its version moved on, or when somebody else reads it just now.
    """
    row = hold(conn, story, id)
    now = standing(StoryStatus(row.status), row.claim_until, now_ms)
    if now is StoryStatus.CLAIMED and row.claimed_by != user_id:
        raise stale(conn, now, row.claimed_by, row.claim_until)
    if row.version != version:
        raise last_act(conn, row)
    return row


def last_act(conn: Connection, row: Row[Any]) -> Stale:
    """What was done to a story last: a decision, that somebody took it to read, or that a lead handed it on."""
    handed = conn.execute(select(story_handed).where(story_handed.c.story_id == row.id)).first()
    if handed and handed.at >= max(row.claimed_at or 0, row.decided_at or 0):
        return stale(conn, HANDED, handed.by, handed.at)
    if row.claimed_at is not None:  # every decision ends the claim before it
        return stale(conn, StoryStatus.CLAIMED, row.claimed_by, row.claim_until)
    return stale(conn, row.status, row.decided_by, row.decided_at)


def note(conn: Connection, event: Event, row: Row[Any], new: StoryStatus, user_id: int, now_ms: int) -> None:
    """Record what was done to a story that was ``row`` before."""
    before = standing(StoryStatus(row.status), row.claim_until, now_ms)
    detail = {"before": before, "after": new, "language": row.language}
    actor, subject = f"user:{user_id}", f"story:{row.id}"
    audit.append(conn, now_ms=now_ms, actor=actor, event=event, subject=subject, detail=detail)


def lower_consent(conn: Connection, id: int, new: Consent, now_ms: int) -> None:
    """Let fewer people read a story, at once. One that waits for a second reader is read anew by its new measure, and
    what was approved to leave the champions stays with them when the story does.

    Raises Gone, and MoveRefused when that would let more people read it, or nobody: then it is taken back.
    """
    row = hold(conn, story, id)
    old, status = Consent(row.consent), StoryStatus(row.status)
    if new is Consent.NOBODY or not lower(new=new, old=old):
        raise MoveRefused(f"A story for {old.value} cannot be opened up to {new.value}: ask its teller anew.")
    again = status is StoryStatus.NEEDS_SECOND and not goes_out(new)
    values = {"status": StoryStatus.RECEIVED.value, "first_by": None} if again else {}
    conn.execute(update(story).where(story.c.id == id).values(consent=new.value, version=row.version + 1, **values))
    if not goes_out(new):
        wordings.forget_approval(conn, id)
    detail = {"before": old, "after": new}
    event = Event.STORY_CONSENT_LOWERED
    audit.append(conn, now_ms=now_ms, actor="resident", event=event, subject=f"story:{id}", detail=detail)


def _approve_words(
    conn: Connection, vault: Vault, row: Row[Any], wording: str, user_id: int, now_ms: int
) -> StoryStatus:
    """The words for others: prepared by one champion, approved by another, and read anew whenever they changed."""
    old = StoryStatus(row.status)
    changed = bool(wording) and wordings.prepare(conn, vault, row.id, wording, user_id=user_id, now_ms=now_ms)
    words = wordings.prepared(conn, vault, row.id)
    if words is None or not words.text:
        raise NotPrepared("Nobody has prepared the words yet that others may read.")
    hers = changed or (words.by == user_id and row.first_by != user_id)
    known = StoryStatus.RECEIVED if hers else old
    new = approved_by(Consent(row.consent), known, row.first_by, user_id)
    if new is StoryStatus.APPROVED:
        wordings.approve(conn, row.id, user_id=user_id, now_ms=now_ms)
    return new


def _first(row: Row[Any], new: StoryStatus, user_id: int) -> int | None:
    """Who approved it first: forgotten when the story is to be read anew."""
    if new is StoryStatus.NEEDS_SECOND:
        return user_id
    first: int | None = row.first_by
    return first if new is StoryStatus.APPROVED else None


def _of(audience: Audience | AudienceOf, row: Row[Any]) -> Audience | None:
    return audience if isinstance(audience, Audience) else audience(row.area, row.language)


def _shown(conn: Connection, vault: Vault, row: Row[Any], audience: Audience | None) -> tuple[str, ...]:
    """The words that this audience may see."""
    if audience is None or not may_read(Consent(row.consent), StoryStatus(row.status), audience):
        return ()
    if audience is Audience.CHAMPIONS:
        return _texts(opened(vault, row.text_enc))
    out = wordings.leaving(conn, vault, row.id)
    return (out.text,) if out else ()


def _row(
    conn: Connection, vault: Vault, row: Row[Any], audience: Audience | None, into: dict[int, dict[str, str]]
) -> dict[str, Any]:
    return {
        "id": row.id,
        "reference": row.reference,
        "language": row.language,
        "consent": Consent(row.consent),
        "follow_up": row.follow_up,
        "status": StoryStatus(row.status),
        "version": row.version,
        "simulated": row.simulated,
        "created_at": row.created_at,
        "decided_at": row.decided_at,
        "decided_by_name": row.decided_by_name or "",
        "area": row.area,
        "claimed_by": row.claimed_by,
        "claimed_by_name": row.claimed_by_name or "",
        "claim_until": row.claim_until,
        "first_by": row.first_by,
        "first_by_name": row.first_by_name or "",
        "near_danger": bool(row.near_danger),
        "texts": _shown(conn, vault, row, audience),
        "translated": into.get(row.id, {}) if audience is Audience.CHAMPIONS else {},
    }


def _texts(words: str) -> tuple[str, ...]:
    return (LOCKED,) if words == LOCKED else tuple(json.loads(words or "[]"))


def _media(kept: str) -> tuple[str, ...]:
    return tuple(item["kind"] for item in json.loads(kept)) if kept and kept != LOCKED else ()


def _story(conn: Connection, vault: Vault, row: Row[Any], audience: Audience | None) -> Story:
    moderates = audience is Audience.CHAMPIONS
    return Story(
        **_row(conn, vault, row, audience, wordings.translated_into(conn, [row.id])),
        wish=opened(vault, row.wish_enc) if moderates else "",
        media=_media(opened(vault, row.media_enc)) if moderates else (),
        reason=opened(vault, row.reason_enc),
        decided_by=row.decided_by,
        contact_id=row.contact_id,
        pseudonym=row.pseudonym or "",
        channel=row.channel or "",
        stopped=row.contact_status == "stopped",
    )
