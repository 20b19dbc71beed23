"""The made-up people who can sign in on a demo desk. Their passwords are shown on the sign-in page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, String, cast, select, update

from bot.language.catalogue import N_
from bot.settings import SettingError, Settings
from bot.store.schema import contact, user
from bot.web import users


@dataclass(frozen=True)
class DemoAccount:
    """One made-up person of the desk. ``about`` is shown beside her on the sign-in page."""

    email: str
    password: str
    name: str
    about: str
    roles: tuple[str, ...]
    languages: tuple[str, ...]


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        "amina@example.org",
        "wexmoor-demo",
        "Amina",
        N_("Champion. Reads stories and answers questions."),
        ("champion",),
        ("en", "ur"),
    ),
    DemoAccount(
        "piotr@example.org",
        "wexmoor-demo",
        "Piotr",
        N_("Champion and translator."),
        ("champion", "translator"),
        ("en", "pl"),
    ),
    DemoAccount(
        "ruth@example.org",
        "wexmoor-demo",
        "Ruth",
        N_("Lead. Sees alerts, and stories meant for leaders."),
        ("lead",),
        ("en",),
    ),
    DemoAccount(
        "sam@example.org", "wexmoor-demo", "Sam", N_("Runs the desk. May do everything."), ("admin",), ("en", "bn")
    ),
)


def refuse_real_people(conn: Connection, settings: Settings) -> None:
    """Raises SettingError when people with a real phone are in this database: a demo is open to everyone.

    With Twilio's stand-in set, nobody's phone is real.
    """
    real = select(contact.c.id).where(~contact.c.simulated).limit(1)
    if not settings.twilio_on and conn.scalar(real) is not None:
        raise SettingError(
            "DEMO cannot be yes: there are real people in this database, and a demo has public passwords and made-up "
            "services. Leave it out, or give the demo a database of its own with DATABASE_URL."
        )


def close_demo_accounts(conn: Connection) -> int:
    """Let none of them sign in: their passwords are public. Gives how many were open."""
    emails = [account.email for account in DEMO_ACCOUNTS]
    theirs = user.c.email.in_(emails) & user.c.active
    return conn.execute(update(user).where(theirs).values(active=False, fs_uniquifier=_fresh())).rowcount


def _fresh() -> ColumnElement[str]:
    """A new uniquifier ends every session that is open."""
    return cast(user.c.id, String) + uuid.uuid4().hex


def add_demo_accounts(conn: Connection) -> int:
    """Add those who are missing, and open those that were closed. Gives how many were added."""
    conn.execute(update(user).where(user.c.email.in_([one.email for one in DEMO_ACCOUNTS])).values(active=True))
    here = set(conn.execute(select(user.c.email)).scalars())
    missing = [account for account in DEMO_ACCOUNTS if account.email not in here]
    for account in missing:
        users.add(
            conn,
            email=account.email,
            name=account.name,
            roles=account.roles,
            languages=account.languages,
            password=account.password,
        )
    return len(missing)
