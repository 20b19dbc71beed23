"""The second step at sign-in: codes from an app (RFC 6238), spare codes that work once, and passkeys."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store.schema import passkey, user
from bot.store.vault import Vault

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226, requirement 6: 160 bits
SPARE_CODES = 10
SPARE_LETTERS = "234679ACDEFGHJKMNPQRTWXYZ"  # none that looks like another
SPARE_LENGTH = 10  # 46 bits: guessed at ten an hour, never


@dataclass(frozen=True)
class Passkey:
    """One passkey: a phone, a computer or a key that signs somebody in."""

    id: int
    user_id: int
    credential_id: str
    public_key: str
    sign_count: int
    name: str
    created_at: int
    used_at: int | None


@dataclass(frozen=True)
class Factors:
    """What somebody has for the second step."""

    app: bool
    spare_codes: int
    passkeys: tuple[Passkey, ...]

    @property
    def any(self) -> bool:
        """True when there is a second step. Spare codes alone are none."""
        return self.app or bool(self.passkeys)


def new_secret() -> bytes:
    """What an app makes its codes from."""
    return secrets.token_bytes(SECRET_BYTES)


def app_address(secret: bytes, email: str, issuer: str) -> str:
    """The otpauth:// address that a QR code shows to the app."""
    return _totp(secret).get_provisioning_uri(email, issuer)


def letters_of(secret: bytes) -> str:
    """The same for typing it in: base 32, in fours."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def step_of(secret: bytes, code: str, now_ms: int, after: int | None = None) -> int | None:
    """The half minute whose code this is: this one or the one beside it, but none up to ``after``. None: wrong.

    Clocks differ by some seconds (RFC 6238, 5.2), and no code may work twice (the same).
    """
    here = now_ms // 1000 // STEP_S
    typed = "".join(code.split()).encode("ascii", "replace")
    fits = [one for one in (here - 1, here, here + 1) if secrets.compare_digest(_code(secret, one), typed)]
    return next((one for one in fits if after is None or one > after), None)


def _code(secret: bytes, step: int) -> bytes:
    return _totp(secret).generate(step * STEP_S)


def _totp(secret: bytes) -> TOTP:
    """SHA-1, six digits and half a minute are what every app understands."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - HMAC-SHA-1 is not broken, and apps know no other


def factors(conn: Connection, user_id: int) -> Factors:
    """What this person has."""
    row = conn.execute(select(user.c.totp_enc, user.c.recovery).where(user.c.id == user_id)).one()
    return Factors(row.totp_enc is not None, len(row.recovery), tuple(passkeys(conn, user_id)))


def set_app(conn: Connection, vault: Vault, user_id: int, secret: bytes | None, step: int | None = None) -> None:
    """Keep the app's secret, sealed, and the half minute of the code that proved it; None takes the app away."""
    sealed = vault.seal(secret.hex()) if secret else None
    conn.execute(update(user).where(user.c.id == user_id).values(totp_enc=sealed, totp_step=step))


def take_app_code(conn: Connection, vault: Vault, user_id: int, code: str, now_ms: int) -> bool:
    """True when the code is right, once."""
    row = conn.execute(select(user.c.totp_enc, user.c.totp_step).where(user.c.id == user_id).with_for_update()).one()
    if row.totp_enc is None:
        return False
    step = step_of(bytes.fromhex(vault.open(row.totp_enc)), code, now_ms, row.totp_step)
    if step is not None:
        conn.execute(update(user).where(user.c.id == user_id).values(totp_step=step))
    return step is not None


def new_spare_codes(conn: Connection, vault: Vault, user_id: int) -> list[str]:
    """Ten fresh codes to write down; the older ones stop working. Only their blind indexes are kept."""
    codes = ["".join(secrets.choice(SPARE_LETTERS) for _ in range(SPARE_LENGTH)) for _ in range(SPARE_CODES)]
    kept = [vault.lookup("spare code", str(user_id), code) for code in codes]
    conn.execute(update(user).where(user.c.id == user_id).values(recovery=kept))
    half = SPARE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def take_spare_code(conn: Connection, vault: Vault, user_id: int, code: str) -> bool:
    """True when it is one of hers, and used up by this."""
    kept = conn.scalar(select(user.c.recovery).where(user.c.id == user_id).with_for_update()) or []
    typed = "".join(letter for letter in code.upper() if letter in SPARE_LETTERS)
    rest = [one for one in kept if one not in vault.lookups("spare code", str(user_id), typed)]
    if len(rest) == len(kept):
        return False
    conn.execute(update(user).where(user.c.id == user_id).values(recovery=rest))
    return True


def take_all_away(conn: Connection, user_id: int) -> None:
    """Leave her with the password alone: she has lost her phone and her codes."""
    conn.execute(delete(passkey).where(passkey.c.user_id == user_id))
    conn.execute(update(user).where(user.c.id == user_id).values(totp_enc=None, totp_step=None, recovery=[]))


def passkeys(conn: Connection, user_id: int) -> list[Passkey]:
    """Her passkeys, the oldest first."""
    rows = conn.execute(select(*_PASSKEY).where(passkey.c.user_id == user_id).order_by(passkey.c.id))
    return [Passkey(**row._mapping) for row in rows]


def passkey_of(conn: Connection, credential_id: str) -> Passkey | None:
    """The passkey of this id, whosever it is."""
    row = conn.execute(select(*_PASSKEY).where(passkey.c.digest == _digest(credential_id))).first()
    return Passkey(**row._mapping) if row else None


def add_passkey(
    conn: Connection, user_id: int, *, credential_id: str, public_key: str, sign_count: int, name: str, now_ms: int
) -> None:
    """Keep a passkey that has proved itself."""
    values = {"credential_id": credential_id, "public_key": public_key, "sign_count": sign_count}
    row = {"user_id": user_id, "digest": _digest(credential_id), "name": name, "created_at": now_ms}
    conn.execute(insert(passkey).values(**values, **row))


def used_passkey(conn: Connection, id: int, sign_count: int, now_ms: int) -> None:
    """Note that it signed somebody in."""
    conn.execute(update(passkey).where(passkey.c.id == id).values(sign_count=sign_count, used_at=now_ms))


def remove_passkey(conn: Connection, user_id: int, id: int) -> bool:
    """Take one of hers away; False when it is not hers."""
    return conn.execute(delete(passkey).where(passkey.c.id == id, passkey.c.user_id == user_id)).rowcount > 0


def without(conn: Connection) -> int:
    """How many people who may sign in have no second step."""
    keyed = select(passkey.c.user_id)
    alone = user.c.active & user.c.totp_enc.is_(None) & user.c.id.not_in(keyed)
    return conn.scalar(select(func.count()).select_from(user).where(alone)) or 0


_PASSKEY = tuple(column for column in passkey.c if column.name != "digest")


def _digest(credential_id: str) -> str:
    return hashlib.sha256(credential_id.encode()).hexdigest()
