"""The desk's people: read and written in the house's own transactions, in the shape Flask-Security expects."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.store import audit, desk_sessions, reach
from bot.store.audit import Event
from bot.store.database import Database
from bot.store.reach import Held
from bot.store.schema import role, role_place, user, user_role
from bot.web.permissions import ROLES

SHORTEST_PASSWORD = 10
LONGEST_NAME = 120  # letters, as the column holds
SIGN_IN_COLUMNS = ("last_login_at", "current_login_at", "last_login_ip", "current_login_ip", "login_count")


class EmailTaken(ValueError):
    """Somebody with this e-mail address is on the desk already."""


class EmailRefused(ValueError):
    """What was typed is not an e-mail address."""


class RoleUnknown(ValueError):
    """There is no such role. The sentence lists those there are."""


class TooShort(ValueError):
    """The password is too short. The sentence says how long it must be."""


@dataclass(eq=False)
class Role(RoleMixin):
    """One role. What it may do stands in ``bot.web.permissions.ROLES``, not in the database."""

    name: str
    permissions: list[str] = field(default_factory=list)


@dataclass(eq=False)
class User(UserMixin):
    """One person of the desk, as the table holds her."""

    id: int
    email: str
    password: str | None
    name: str
    languages: list[str]
    active: bool
    fs_uniquifier: str = ""  # Flask-Security looks for it on the class, so it has a default
    confirmed_at: datetime | None = None
    last_login_at: datetime | None = None  # type: ignore[assignment]  # empty until the first sign-in
    current_login_at: datetime | None = None  # type: ignore[assignment]
    last_login_ip: str | None = None
    current_login_ip: str | None = None
    login_count: int | None = None  # type: ignore[assignment]
    invited_at: int | None = None
    totp_enc: str | None = None
    totp_step: int | None = None
    recovery: list[str] = field(default_factory=list)
    desk_language: str | None = None  # her texts and e-mails come in it
    roles: list[RoleMixin] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)  # where she holds each of her roles

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles she holds."""
        return tuple(role.name for role in self.roles)


class Users(UserDatastore):
    """Flask-Security's datastore over ``Database``: every put is a transaction, so nothing waits to be committed."""

    def __init__(self, database: Callable[[], Database]) -> None:
        super().__init__(User, Role)
        self._database = database

    def find_user(self, case_insensitive: bool = False, **kwargs: object) -> User | None:
        """The user with this id, fs_uniquifier or e-mail (whose letters' case never matters)."""
        ((name, value),) = kwargs.items()
        where = func.lower(user.c.email) == str(value).lower() if name == "email" else user.c[name] == value
        with self._database().read() as conn:
            row = conn.execute(select(user).where(where)).first()
            return _user(conn, row) if row else None

    def find_role(self, role: str) -> Role | None:
        """The role of this name, when the table of permissions knows it."""
        return Role(role, sorted(ROLES[role])) if role in ROLES else None

    def put(self, model: User) -> User:
        """Write when and whence she signed in, and no more: what an admin changed meanwhile stays changed."""
        values = {name: getattr(model, name) for name in SIGN_IN_COLUMNS}
        with self._database().begin() as conn:
            conn.execute(update(user).where(user.c.id == model.id).values(**values))
        return model

    def commit(self) -> None:
        """Nothing waits: ``put`` has written it."""


def _user(conn: Connection, row: Row[tuple[object, ...]]) -> User:
    return _holding(row, reach.held(conn, row.id))


def _holding(row: Row[tuple[object, ...]], held: dict[str, Held]) -> User:
    return User(**row._mapping, roles=[Role(name, sorted(ROLES.get(name, ()))) for name in held], held=held)


def everyone(conn: Connection) -> list[User]:
    """All the desk's people, those who may sign in first, then by name."""
    rows = conn.execute(select(user).order_by(user.c.active.desc(), func.lower(user.c.name), user.c.id))
    held = reach.everybodys(conn)
    return [_holding(row, held.get(row.id, {})) for row in rows]


def one(conn: Connection, user_id: int) -> User | None:
    """One person of the desk."""
    row = conn.execute(select(user).where(user.c.id == user_id)).first()
    return _user(conn, row) if row else None


def id_of(conn: Connection, email: str) -> int | None:
    """Whose address this is, whatever the case of its letters; None: nobody's."""
    return conn.scalar(select(user.c.id).where(func.lower(user.c.email) == email.strip().lower()))


def by_key(conn: Connection, key: str) -> User | None:
    """The person of this uniquifier, which changes with her password."""
    row = conn.execute(select(user).where(user.c.fs_uniquifier == key)).first()
    return _user(conn, row) if row else None


def names(conn: Connection) -> dict[int, str]:
    """What to call each person of the desk."""
    return {row.id: row.name or row.email for row in conn.execute(select(user.c.id, user.c.name, user.c.email))}


def normal_email(typed: str) -> str:
    """The address in the form it is kept in, by the rules the sign-in form reads it with. Raises EmailRefused."""
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as bad:
        sentence = f'"{typed}" is not an e-mail address. It should look like name@example.org.'
        raise EmailRefused(sentence) from bad


def add(
    conn: Connection,
    *,
    email: str,
    name: str,
    roles: Sequence[str],
    languages: Sequence[str],
    password: str | None = None,
) -> int:
    """Add a person and give her id. Without a password she chooses one by her link.

    Raises EmailTaken, EmailRefused, RoleUnknown and TooShort.
    """
    email = normal_email(email)
    if conn.execute(select(user.c.id).where(func.lower(user.c.email) == email)).first():
        raise EmailTaken(f'"{email}" is on the desk already. Look for that person in the list.')
    values = {
        "email": email,
        "name": name.strip(),
        "languages": list(languages),
        "active": True,
        "fs_uniquifier": uuid.uuid4().hex,
    }
    made = conn.execute(
        insert(user).values(**values, password=hash_password(password) if password else None).returning(user.c.id)
    )
    user_id = int(made.scalar_one())
    _set_roles(conn, user_id, roles)
    return user_id


def change(conn: Connection, user_id: int, *, roles: Sequence[str], languages: Sequence[str], active: bool) -> None:
    """Write what an admin may change. Someone made inactive is signed out everywhere, for good."""
    values: dict[str, object] = {"languages": list(languages), "active": active}
    if not active:
        values["fs_uniquifier"] = uuid.uuid4().hex
        desk_sessions.end(conn, user_id)
    conn.execute(update(user).where(user.c.id == user_id).values(**values))
    _set_roles(conn, user_id, roles)


def invite(conn: Connection, user_id: int, now_ms: int) -> None:
    """Begin her invitation anew: links made before stop working. For somebody who has no password yet."""
    values = {"invited_at": now_ms, "fs_uniquifier": uuid.uuid4().hex}
    conn.execute(update(user).where(user.c.id == user_id, user.c.password.is_(None)).values(**values))


def withdraw(conn: Connection, user_id: int) -> bool:
    """Take back an invitation, and with it the person, who was never here. False when she has a password by now."""
    return conn.execute(delete(user).where(user.c.id == user_id, user.c.password.is_(None))).rowcount > 0


def invited(conn: Connection) -> list[User]:
    """Those who have not chosen a password yet, the oldest invitation first."""
    open_ones = user.c.active & user.c.password.is_(None)
    return [
        _user(conn, row) for row in conn.execute(select(user).where(open_ones).order_by(user.c.invited_at, user.c.id))
    ]


def set_languages(conn: Connection, user_id: int, languages: Sequence[str]) -> None:
    """Write which languages a person reads."""
    conn.execute(update(user).where(user.c.id == user_id).values(languages=list(languages)))


def desk_language(conn: Connection, user_id: int) -> str:
    """The language she chose to read the desk in; "" when she never did."""
    return conn.scalar(select(user.c.desk_language).where(user.c.id == user_id)) or ""


def set_desk_language(conn: Connection, user_id: int, code: str, now_ms: int) -> None:
    """Write in which language a person reads the desk: what is sent to her comes in it."""
    before = conn.scalar(select(user.c.desk_language).where(user.c.id == user_id))
    if before == code:
        return
    conn.execute(update(user).where(user.c.id == user_id).values(desk_language=code))
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.PREFERENCE_CHANGED, subject=f"user:{user_id}",
        detail={"name": "desk_language", "before": before, "after": code},
    )  # fmt: skip


def set_password(conn: Connection, user_id: int, password: str) -> None:
    """Write a new password. Her older sessions and links stop working, for her key changes with it."""
    values = {"password": hash_password(password), "fs_uniquifier": uuid.uuid4().hex, "invited_at": None}
    conn.execute(update(user).where(user.c.id == user_id).values(**values))
    desk_sessions.end(conn, user_id)


def password_fits(person: User, typed: str) -> bool:
    """True when this is her password."""
    try:
        return PasswordHasher().verify(person.password or "", unicodedata.normalize("NFKD", typed))
    except (VerificationError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """Argon2id of the password as Flask-Security will check it, normalised with NFKD. Raises TooShort."""
    if len(password) < SHORTEST_PASSWORD:
        raise TooShort(f"The password is too short. Use at least {SHORTEST_PASSWORD} letters or digits.")
    return PasswordHasher().hash(unicodedata.normalize("NFKD", password))


def _set_roles(conn: Connection, user_id: int, names: Sequence[str]) -> None:
    """A role that she had already stays held where it was."""
    known = {row.name: row.id for row in conn.execute(select(role.c.name, role.c.id))}
    for name in names:
        if name not in ROLES:
            raise RoleUnknown(f'There is no role "{name}". The roles are: {", ".join(ROLES)}.')
        if name not in known:
            known[name] = int(conn.execute(insert(role).values(name=name).returning(role.c.id)).scalar_one())
    wanted = {known[name] for name in names}
    for table in (role_place, user_role):
        conn.execute(delete(table).where(table.c.user_id == user_id, table.c.role_id.not_in(wanted)))
    here = set(conn.scalars(select(user_role.c.role_id).where(user_role.c.user_id == user_id)))
    for role_id in sorted(wanted - here):
        conn.execute(insert(user_role).values(user_id=user_id, role_id=role_id))
