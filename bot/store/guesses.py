"""Wrong guesses at the desk's door: ten in a row close an account for an hour, whether or not there is one.

They are counted by the account they aim at, and apart for a browser in which that account was signed in before: so a
stranger's guesses do not lock its owner out (OWASP, "Slow down online guessing attacks with device cookies").
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.schema import sign_in_guess
from bot.store.vault import Vault

IN_A_ROW = 10
LOCKED_MS = 60 * 60_000
KEPT_MS = 24 * 3_600_000  # so long after the last one they no longer count as "in a row"


def account(vault: Vault, email: str) -> str:
    """The blind index of an account, there or not."""
    return vault.lookup("sign-in", email.strip().lower())


def locked_until(conn: Connection, vault: Vault, email: str, device: str, now_ms: int) -> int | None:
    """Until when nobody gets in from this browser; None: somebody may try."""
    row = conn.execute(select(sign_in_guess).where(sign_in_guess.c.who == _who(vault, email, device))).first()
    return row.locked_until if row and row.locked_until and row.locked_until > now_ms else None


def wrong(conn: Connection, vault: Vault, email: str, device: str, now_ms: int) -> bool:
    """Count one; True when it is the one that closes the account."""
    row = _held(conn, vault, email, device, now_ms)
    over = row.last_at < now_ms - KEPT_MS or (row.locked_until or now_ms) < now_ms
    guesses = 1 if over else row.guesses + 1
    until = now_ms + LOCKED_MS if guesses >= IN_A_ROW else None
    values = {"guesses": guesses, "last_at": now_ms, "locked_until": until}
    conn.execute(update(sign_in_guess).where(sign_in_guess.c.who == row.who).values(**values))
    return until is not None


def _held(conn: Connection, vault: Vault, email: str, device: str, now_ms: int) -> Row[Any]:
    """The row, made when there is none, and locked: of two guesses at once both count."""
    who = _who(vault, email, device)
    with suppress(IntegrityError), conn.begin_nested():
        fresh = {"guesses": 0, "last_at": now_ms}
        conn.execute(insert(sign_in_guess).values(who=who, account=account(vault, email), **fresh))
    return conn.execute(select(sign_in_guess).where(sign_in_guess.c.who == who).with_for_update()).one()


def right(conn: Connection, vault: Vault, email: str, device: str) -> None:
    """She is in: the row of wrong ones is broken."""
    conn.execute(delete(sign_in_guess).where(sign_in_guess.c.who == _who(vault, email, device)))


def unlock(conn: Connection, vault: Vault, email: str) -> int:
    """Let an account be tried again from everywhere. Gives how many browsers were closed out or counted."""
    return conn.execute(delete(sign_in_guess).where(sign_in_guess.c.account == account(vault, email))).rowcount


def is_locked(conn: Connection, vault: Vault, email: str, now_ms: int) -> bool:
    """True when some browser is closed out of this account just now."""
    here = (sign_in_guess.c.account == account(vault, email)) & (sign_in_guess.c.locked_until > now_ms)
    return conn.execute(select(sign_in_guess.c.who).where(here).limit(1)).first() is not None


def forget_old(conn: Connection, now_ms: int) -> None:
    """Delete what counts no longer."""
    conn.execute(delete(sign_in_guess).where(sign_in_guess.c.last_at < now_ms - KEPT_MS))


def _who(vault: Vault, email: str, device: str) -> str:
    return vault.lookup("sign-in", email.strip().lower(), device)
