"""What people told about themselves: kept once a person, in a table of its own that leads to nobody and no story.

Who answered is found again by a blind index made for this alone, so she can change her answers and erase them. They are
never shown of one person; whoever counts them goes through ``bot.story.insight``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from bot.flow.hours import day_of
from bot.store.gaps import month_of
from bot.store.schema import about_you
from bot.store.vault import Vault
from bot.story.about_you import AGES, ETHNIC_GROUPS, NAMES


def keep(
    conn: Connection,
    vault: Vault,
    contact_id: int,
    answers: Sequence[tuple[str, str]],
    *,
    language: str,
    simulated: bool,
    now_ms: int,
) -> None:
    """Keep these answers, in place of those she gave before. Of when, only the month."""
    erase(conn, vault, contact_id)
    said = dict(answers)
    sets = {
        "age_set": AGES.name if "age" in said else None,
        "ethnic_group_set": ETHNIC_GROUPS.name if "ethnic_group" in said else None,
    }
    person = vault.lookup("about you", str(contact_id))
    row = {"person": person, "month": month_of(day_of(now_ms)), "language": language, "simulated": simulated}
    conn.execute(insert(about_you).values(**row, **sets, **{name: said.get(name) for name in NAMES}))


def erase(conn: Connection, vault: Vault, contact_id: int) -> int:
    """Erase what this person told about herself. How many rows."""
    hers = about_you.c.person.in_(vault.lookups("about you", str(contact_id)))
    return conn.execute(delete(about_you).where(hers)).rowcount


def of_person(conn: Connection, vault: Vault, contact_id: int) -> dict[str, str]:
    """What this person told about herself, for her alone: the copy of all that is kept about her."""
    hers = about_you.c.person.in_(vault.lookups("about you", str(contact_id)))
    row = conn.execute(select(about_you).where(hers)).mappings().first()
    return {name: row[name] for name in NAMES if row[name]} if row else {}
