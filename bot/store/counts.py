"""What residents did at each step, as the desk reads it: the counts, who waits where, and words not understood."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, case, delete, false, func, or_, select, true

from bot.store.schema import contact, flow_count, flow_revision, missed
from bot.store.tally import DAY_MS
from bot.store.vault import Vault

KEPT_MS = 90 * DAY_MS  # how long the words that were not understood are kept
MOST_WORDS = 1000  # of one conversation on one page, the newest


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened at one step. ``reached``, ``left`` and ``missed`` are times; ``waiting`` is people, now."""

    reached: int = 0
    left: int = 0
    missed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be counted: from when, until now, and whether simulated people count too. Moments in ms.

    ``away_ms``: who has not moved for so long has left the question that is open.
    """

    since: int
    now: int
    away_ms: int
    simulated: bool

    @property
    def put_down_before(self) -> int:
        """Who has waited since before this moment has left."""
        return self.now - self.away_ms


@dataclass(frozen=True, slots=True)
class Words:
    """An answer that was not understood, as it was texted."""

    step: str
    words: str
    language: str
    at: int


@dataclass(frozen=True, slots=True)
class Group:
    """People whose conversations wait at one step of one revision; flow and step are "" when that is not known.

    ``oldest`` is since when the first of them waits, None when not known; ``away`` of them have left it.
    """

    revision: str
    published_at: int | None
    flow: str
    step: str
    people: int
    away: int
    oldest: int | None


def of_flow(conn: Connection, flow: str, *, named: Collection[str], newest: str, span: Span) -> Mapping[str, Numbers]:
    """The numbers of a conversation's steps, by name. "" is its end.

    Steps in ``named`` are the same step in every revision; a step that has only a number ("step3") may have been
    another one before, and is counted in the ``newest`` revision alone.
    """
    counted = _counted(conn, flow, named, newest, span)
    standing = _standing(conn, flow, named, newest, span)
    found = {}
    for step in {*counted, *standing}:
        reached, left, missed_times = counted.get(step, (0, 0, 0))
        waiting, put_down = standing.get(step, (0, 0))
        found[step] = Numbers(reached, left + put_down, missed_times, waiting)
    return found


def waiting_by_flow(conn: Connection, span: Span) -> dict[str, int]:
    """How many people wait in each conversation now."""
    rows = conn.execute(
        select(contact.c.at_flow, func.count())
        .where(contact.c.at_flow.is_not(None), contact.c.at_since >= span.put_down_before, _counts(span))
        .group_by(contact.c.at_flow)
    )
    return {row[0]: row[1] for row in rows}


def words_missed(conn: Connection, vault: Vault, flow: str, span: Span) -> list[Words]:
    """Answers that were not understood in this conversation, the newest first."""
    rows = conn.execute(
        select(missed.c.step, missed.c.words_enc, missed.c.language, missed.c.at)
        .where(missed.c.flow == flow, missed.c.at >= span.since, _real(missed, span))
        .order_by(missed.c.at.desc(), missed.c.id.desc())
        .limit(MOST_WORDS)
    )
    return [Words(row.step, vault.open(row.words_enc), row.language, row.at) for row in rows]


def forget_words(conn: Connection, now_ms: int) -> int:
    """Delete the words that were not understood more than 90 days ago. How many."""
    return conn.execute(delete(missed).where(missed.c.at < now_ms - KEPT_MS)).rowcount


def groups(conn: Connection, span: Span) -> list[Group]:
    """Who is in the middle of something, by revision and place: the newest revision first, then the most people."""
    away = func.sum(case((contact.c.at_since < span.put_down_before, 1), else_=0))
    rows = conn.execute(
        select(
            contact.c.flow_revision, flow_revision.c.published_at, func.coalesce(contact.c.at_flow, ""),
            func.coalesce(contact.c.at_step, ""), func.count(), func.coalesce(away, 0),
            func.min(func.coalesce(contact.c.at_since, contact.c.last_inbound_at)),
        )
        .select_from(contact.outerjoin(flow_revision, flow_revision.c.digest == contact.c.flow_revision))
        .where(contact.c.flow_revision.is_not(None), _counts(span))
        .group_by(contact.c.flow_revision, flow_revision.c.published_at, contact.c.at_flow, contact.c.at_step)
    )  # fmt: skip
    found = [Group(*row) for row in rows]
    return sorted(found, key=lambda one: (-(one.published_at or 0), one.revision, -one.people, one.flow, one.step))


def _counted(
    conn: Connection, flow: str, named: Collection[str], newest: str, span: Span
) -> dict[str, tuple[int, int, int]]:
    table = flow_count.c
    rows = conn.execute(
        select(table.step, func.sum(table.reached), func.sum(table.gone), func.sum(table.missed))
        .where(
            table.flow == flow,
            table.day >= span.since // DAY_MS,
            _same_step(table.step, table.revision, named, newest),
            _real(flow_count, span),
        )
        .group_by(table.step)
    )
    return {step: (int(reached), int(gone), int(not_understood)) for step, reached, gone, not_understood in rows}


def _standing(
    conn: Connection, flow: str, named: Collection[str], newest: str, span: Span
) -> dict[str, tuple[int, int]]:
    """Who stands at each step: (waits there, has put it down within the span)."""
    table = contact.c
    waits = table.at_since >= span.put_down_before
    put_down = and_(~waits, table.at_since >= span.since - span.away_ms)
    rows = conn.execute(
        select(table.at_step, func.sum(case((waits, 1), else_=0)), func.sum(case((put_down, 1), else_=0)))
        .where(
            table.at_flow == flow,
            _same_step(table.at_step, table.flow_revision, named, newest),
            _counts(span),
        )
        .group_by(table.at_step)
    )
    return {step: (int(waiting), int(gone)) for step, waiting, gone in rows}


def _same_step(
    step: ColumnElement[str], revision: ColumnElement[str], named: Collection[str], newest: str
) -> ColumnElement[bool]:
    return or_(step.in_(["", *named]), revision == newest)


def _counts(span: Span) -> ColumnElement[bool]:
    """A contact who counts: not one that was made up to try a draft."""
    return and_(contact.c.rehearses.is_(None), _real(contact, span))


def _real(table: Table, span: Span) -> ColumnElement[bool]:
    """Simulated people are counted apart, and only shown when that is asked for."""
    return true() if span.simulated else table.c.simulated == false()
