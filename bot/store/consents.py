"""What somebody said yes or no to. Rows are only ever added; of a purpose the newest is in force."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, insert, select

from bot.store.schema import consent, contact

GIVEN, WITHDRAWN = "given", "withdrawn"
NEWS = "news"


@dataclass(frozen=True, slots=True)
class Said:
    """A yes (``given``) or a no, how it came ("flow", "word", "stop"), in which language, and to which words:
    the question as it was read, and the digest of the flows it stands in; "" when nothing was asked."""

    purpose: str
    given: bool
    how: str
    language: str
    wording: str = ""
    revision: str = ""


def keep(conn: Connection, contact_id: int, said: Said, now_ms: int) -> bool:
    """Write it down while the contact is locked. False for a no where there was no yes: nothing changes by that."""
    if not said.given and said.purpose not in in_force(conn, contact_id):
        return False
    row = {
        "contact_id": contact_id, "purpose": said.purpose, "state": GIVEN if said.given else WITHDRAWN,
        "how": said.how, "language": said.language, "wording": said.wording or None,
        "flow_revision": said.revision or None, "at": now_ms,
    }  # fmt: skip
    conn.execute(insert(consent).values(row))
    return True


def in_force(conn: Connection, contact_id: int) -> list[str]:
    """The purposes that this person has said yes to, and not taken it back."""
    rows = conn.execute(
        select(consent.c.purpose, consent.c.state).where(consent.c.contact_id == contact_id).order_by(consent.c.id)
    )
    newest = {row.purpose: row.state for row in rows}
    return [purpose for purpose, state in newest.items() if state == GIVEN]


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of what somebody said: ``Said``, and when."""

    purpose: str
    given: bool
    how: str
    language: str
    wording: str
    at: int


def history(conn: Connection, contact_id: int) -> list[Kept]:
    """All that this person said yes or no to, oldest first."""
    rows = conn.execute(select(consent).where(consent.c.contact_id == contact_id).order_by(consent.c.id))
    return [Kept(row.purpose, row.state == GIVEN, row.how, row.language, row.wording or "", row.at) for row in rows]


def withdraw_all(conn: Connection, contact_id: int, how: str, language: str, now_ms: int) -> list[str]:
    """Take back every yes, after a STOP: START alone gives none of them again. The purposes it concerned."""
    purposes = in_force(conn, contact_id)
    for purpose in purposes:
        keep(conn, contact_id, Said(purpose, False, how, language), now_ms)
    return purposes


def has_given(purpose: str) -> ColumnElement[bool]:
    """The condition that the newest row of a ``contact`` for this purpose is a yes."""
    newer = consent.alias()
    later = exists().where(
        newer.c.contact_id == consent.c.contact_id, newer.c.purpose == purpose, newer.c.id > consent.c.id
    )
    hers = consent.c.contact_id == contact.c.id
    return exists().where(hers, consent.c.purpose == purpose, consent.c.state == GIVEN, ~later)
