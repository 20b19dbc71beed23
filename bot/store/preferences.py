"""What each person on the desk chose for herself: keys, and which numbers she is shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import preference


class Preference(StrEnum):
    """One choice of yes or no. ``badge_*``: a number in the way around; ``title_*``: counted in the window's title."""

    KEYS = "keys"
    BADGE_STORIES = "badge_stories"
    BADGE_QUESTIONS = "badge_questions"
    BADGE_TALKS = "badge_talks"
    BADGE_NOTES = "badge_notes"
    TITLE_STORIES = "title_stories"
    TITLE_QUESTIONS = "title_questions"
    TITLE_TALKS = "title_talks"
    TITLE_NOTES = "title_notes"


AT_FIRST: Mapping[Preference, bool] = {
    one: one not in {Preference.TITLE_STORIES, Preference.TITLE_QUESTIONS} for one in Preference
}


def of(conn: Connection, user_id: int) -> dict[Preference, bool]:
    """Every choice of this person, as she made it or as all have it at first."""
    rows = conn.execute(select(preference.c.name, preference.c.wanted).where(preference.c.user_id == user_id))
    made = {row.name: row.wanted for row in rows}
    return {one: made.get(one.value, AT_FIRST[one]) for one in Preference}


def choose(conn: Connection, user_id: int, wanted: Mapping[Preference, bool], now_ms: int) -> None:
    """Keep these choices; what all have at first is not kept."""
    before = of(conn, user_id)
    changed = {one: value for one, value in wanted.items() if before[one] != value}
    for one, value in changed.items():
        conn.execute(delete(preference).where(preference.c.user_id == user_id, preference.c.name == one.value))
        if value != AT_FIRST[one]:
            conn.execute(insert(preference).values(user_id=user_id, name=one.value, wanted=value))
        audit.append(
            conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.PREFERENCE_CHANGED, subject=f"user:{user_id}",
            detail={"name": one.value, "before": before[one], "after": value},
        )  # fmt: skip
