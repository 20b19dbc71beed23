"""Who of the desk can answer a question in which language."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.schema import role, user, user_role

ANSWER = ("champion", "admin")  # the roles that answer questions


def moderating(conn: Connection) -> dict[int, frozenset[str]]:
    """The languages that each person reads who moderates stories and may sign in."""
    rows = conn.execute(
        select(user.c.id, user.c.languages)
        .select_from(user.join(user_role, user_role.c.user_id == user.c.id).join(role))
        .where(user.c.active, role.c.name.in_(ANSWER))
    )
    return {row.id: frozenset(row.languages) for row in rows}


def languages_read(conn: Connection) -> frozenset[str] | None:
    """The languages that somebody who answers questions reads; English when anybody does.

    None when there is nobody on the desk at all: it has not been set up yet.
    """
    rows = conn.execute(
        select(user.c.languages, role.c.name)
        .select_from(user.join(user_role, user_role.c.user_id == user.c.id).join(role))
        .where(user.c.active)
    ).all()
    if not rows:
        return None
    answering = [row.languages for row in rows if row.name in ANSWER]
    return frozenset({code for languages in answering for code in languages} | ({"en"} if answering else set()))
