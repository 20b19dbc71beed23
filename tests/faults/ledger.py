"""Who got what: every text against its row, its effect and the replies that reached Twilio's side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from bot.store.database import Database
from tests.faults.senders import Line, sid_of

HEARD = re.compile(r"Heard note (\d+) after (?:note (\d+)|nothing)\.")
ROWS = (
    "SELECT inbound.contact_id, inbound.provider_id, count(outbound.id) FROM inbound"
    " LEFT JOIN outbound ON outbound.inbound_id = inbound.id"
    " GROUP BY inbound.id, inbound.contact_id, inbound.provider_id ORDER BY inbound.id"
)
WAITING = "SELECT count(*) FROM outbound WHERE status IN ('waiting', 'sending_now')"
NOT_DELIVERED = "SELECT count(*) FROM outbound WHERE status <> 'delivered'"


@dataclass(frozen=True)
class Reply:
    """One text that Twilio's side took: to whom, what, and the monotonic moment."""

    to: str
    body: str
    at: float


@dataclass(frozen=True)
class Kept:
    """What the database holds: each person's texts in the order they were taken, and how many replies each caused."""

    sids: Sequence[str]
    replies: Mapping[str, int]


@dataclass(frozen=True)
class Count:
    """``strange``: texts that are no reply to anything sent. ``disorder`` has a sentence for each thing amiss."""

    lost: int
    repeated: int
    out_of_order: int
    strange: int
    disorder: Sequence[str]


def waiting(conn: Connection) -> int:
    """How many replies have not gone yet."""
    return int(conn.execute(text(WAITING)).scalar_one())


def not_delivered(conn: Connection) -> int:
    """How many replies are not known to have arrived."""
    return int(conn.execute(text(NOT_DELIVERED)).scalar_one())


def kept(db: Database) -> Kept:
    """Read it off."""
    with db.read() as conn:
        rows = conn.execute(text(ROWS)).all()
    return Kept([row[1] for row in rows], {row[1]: row[2] for row in rows})


def is_sound(db: Database) -> bool:
    """SQLite's own check of the whole file; PostgreSQL has none to ask."""
    if db.dialect != "sqlite":
        return True
    with db.read() as conn:
        return str(conn.execute(text("PRAGMA integrity_check")).scalar_one()) == "ok"


def counted(lines: Sequence[Line], kept: Kept, replies: Sequence[Reply]) -> Count:
    """Compare. Order is the order in which the house took them; where they were sent one by one, that of sending."""
    heard: dict[str, list[Reply]] = defaultdict(list)
    for reply in replies:
        heard[reply.to].append(reply)
    sids = Counter(kept.sids)
    amiss: list[tuple[str, str]] = []
    for line in lines:
        amiss += _of_person(line, sids, kept, heard.pop(line.address, []))
    amiss += [("strange", f"a text to {to}, who sent none") for to, texts in heard.items() for _ in texts]
    found = Counter(kind for kind, _ in amiss)
    sentences = [f"{kind}: {sentence}" for kind, sentence in amiss]
    return Count(found["lost"], found["repeated"], found["out of order"], found["strange"], sentences)


def _of_person(line: Line, sids: Mapping[str, int], kept: Kept, replies: Sequence[Reply]) -> Iterator[tuple[str, str]]:
    numbers = sorted({number for volley in line.volleys for number in volley})
    place = {sid: at for at, sid in enumerate(kept.sids)}
    of = {number: sid_of(line.person, number) for number in numbers}
    taken = sorted((number for number in numbers if of[number] in place), key=lambda number: place[of[number]])
    matched = [HEARD.fullmatch(reply.body) for reply in replies]
    got = Counter(int(match[1]) for match in matched if match)
    who = f"person {line.person}"
    yield from (("strange", f'{who} got "{r.body}"') for r, match in zip(replies, matched, strict=True) if not match)
    for number in numbers:
        rows, effects, times = sids.get(of[number], 0), kept.replies.get(of[number], 0), got[number]
        if not rows or not effects or not times:
            yield "lost", f"{who}, note {number}: {rows} rows, {effects} replies kept, {times} sent"
        if rows > 1 or effects > 1 or times > 1:
            yield "repeated", f"{who}, note {number}: {rows} rows, {effects} replies kept, {times} sent"
    pairs = [(int(match[1]), int(match[2] or 0)) for match in matched if match]
    yield from (("out of order", f"{who}: {sentence}") for sentence in _disorder(line, taken, pairs))


def _disorder(line: Line, taken: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Iterator[str]:
    one_by_one = all(len(volley) == 1 for volley in line.volleys)
    sent = list(dict.fromkeys(volley[0] for volley in line.volleys)) if one_by_one else list(taken)
    yield from (f"note {b} was sent next, {a} was taken" for a, b in zip(taken, sent, strict=False) if a != b)
    first = list(dict.fromkeys(pairs))
    yield from (
        f"reply to note {said} (after {before}) came where that to {number} was due"
        for (said, before), number in zip(first, taken, strict=False)
        if said != number
    )
    before_of = dict(zip(taken, [0, *taken], strict=False))
    yield from (
        f"note {said} knew of {before} before it, not of {before_of.get(said)}"
        for said, before in first
        if before != before_of.get(said)
    )
