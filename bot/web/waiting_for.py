"""What waits for each person of the desk, and what of it nobody else can take: for the e-mails that tell them."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.store import reminders
from bot.story.reminding import About, Reader, Waits, shared_out
from bot.web import users
from bot.web.permissions import Permission, allowed
from bot.web.scoped import scope_for
from bot.web.users import User

NEEDED = {
    About.STORIES: Permission.DECIDE_STORIES,
    About.QUESTIONS: Permission.QUESTIONS,
    About.TALKS: Permission.TALK,
}


def what_waits(conn: Connection, now_ms: int) -> dict[int, Waits]:
    """For everybody who may sign in, by her id. It reads what waits, so it costs the same whatever the archive."""
    people = [_reader(one) for one in users.everyone(conn) if one.active]
    return shared_out(reminders.waiting(conn, now_ms), people)


def may_be_told_of(person: User) -> list[About]:
    """The kinds of things that can wait for her at all, by what she may do."""
    mine = [about for about, permission in NEEDED.items() if allowed(person.role_names, permission)]
    advises = allowed(person.role_names, Permission.ADVISE_ON_STORIES)
    return [*[About.STORIES] * (advises and About.STORIES not in mine), *mine]


def _reader(person: User) -> Reader:
    sees = {about: scope_for(person, permission) for about, permission in NEEDED.items()}
    return Reader(person.id, frozenset(person.languages), sees, scope_for(person, Permission.ADVISE_ON_STORIES))
