"""Seals people's words and numbers, and gives the blind index by which a sealed number is found again."""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.language.catalogue import N_

SEALED_NOW = b"\x01"  # the first byte of a seal of ours; a Fernet token's is 0x80
NONCE = 12  # bytes, of the system's chance (NIST SP 800-38D, 8.2.2): good for 2**32 seals under one key
_json = json.JSONEncoder(ensure_ascii=False).encode  # keeps ("a", "bc") and ("ab", "c") apart; made once, it costs less
ERASED = ""  # what stands in a sealed column after its words were erased; it opens as no words at all


LOCKED = N_("This is locked with a key that is no longer here.")


class VaultError(Exception):
    """Something cannot be sealed or opened. The sentence never repeats what was sealed."""


class Vault:
    """Encrypts under the newest key and opens under any: AES-256-GCM, each key derived from one of DATA_KEYS.

    Seals of earlier releases are Fernet tokens under DATA_KEYS themselves, and open too (decision 0022).
    Taking an old key out of DATA_KEYS closes what it sealed. It also loses the numbers indexed under it,
    and with them the STOPs of people whose number was erased: such a row can never be indexed anew.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys`` are Fernet keys, newest first. Raises VaultError for none, or one that is not a key."""
        if not keys:
            raise VaultError("There is no key to seal with: set DATA_KEYS.")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as bad:
            raise VaultError('One of DATA_KEYS is not a Fernet key. Make one with "bot settings --new-key".') from bad
        self._ciphers = tuple(AESGCM(_derived(key, b"seal")) for key in keys)
        self._lookup_keys = tuple(_derived(key, b"lookup") for key in keys)

    def seal(self, text: str) -> str:
        """The text, encrypted under the newest key. Sealing it twice gives two different tokens."""
        return base64.urlsafe_b64encode(self._sealed(text.encode(), b"")).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text behind a token, "" for erased words. Raises VaultError: no key fits, or it was changed."""
        if sealed == ERASED:
            return ""
        try:
            data = base64.urlsafe_b64decode(sealed)
            return (self._opened(data, b"") if _is_new(data) else self._fernet.decrypt(sealed)).decode()
        except (ValueError, InvalidToken, InvalidTag):
            raise VaultError(
                "A sealed text cannot be opened: it was changed, or the key that sealed it is no longer in "
                "DATA_KEYS. Put the old key back at the end of the list."
            ) from None

    def seal_bytes(self, data: bytes, label: str) -> bytes:
        """The bytes, encrypted under the newest key. They open only under the same label, which says whose they are."""
        return self._sealed(data, label.encode("ascii"))

    def open_bytes(self, sealed: bytes, label: str) -> bytes:
        """The bytes behind ``seal_bytes``. Raises VaultError: no key fits, they were changed, or stand elsewhere."""
        try:
            return self._opened(sealed, label.encode("ascii")) if _is_new(sealed) else self._by_fernet(sealed, label)
        except (ValueError, InvalidToken, InvalidTag):
            raise VaultError(
                "A sealed file cannot be opened: it was changed, or the key that sealed it is no longer in DATA_KEYS. "
                "Put the old key back at the end of the list."
            ) from None

    def _sealed(self, data: bytes, label: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return SEALED_NOW + nonce + self._ciphers[0].encrypt(nonce, data, label)

    def _opened(self, sealed: bytes, label: bytes) -> bytes:
        """Raises InvalidTag when no key opens it, ValueError when it is too short to be a seal."""
        nonce, data = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        for cipher in self._ciphers[:-1]:
            with suppress(InvalidTag):
                return cipher.decrypt(nonce, data, label)
        return self._ciphers[-1].decrypt(nonce, data, label)

    def _by_fernet(self, sealed: bytes, label: str) -> bytes:
        """Bytes that an earlier release sealed, the label before them. Raises InvalidToken."""
        before = len(label).to_bytes(2, "big") + label.encode("ascii")
        opened = self._fernet.decrypt(base64.urlsafe_b64encode(sealed))
        if not opened.startswith(before):
            raise InvalidToken
        return opened[len(before) :]

    def rotate(self, sealed: str) -> str:
        """The same text under the newest key. Raises VaultError like ``open``."""
        return sealed if sealed == ERASED else self.seal(self.open(sealed))

    def lookup(self, *parts: str) -> str:
        """The blind index of these parts, 64 hex digits: HMAC-SHA256, its key derived from the newest key."""
        return _index(self._lookup_keys[0], parts)

    def lookups(self, *parts: str) -> tuple[str, ...]:
        """The blind index under each key, newest first: a row written before a rotation is still found."""
        return tuple(_index(key, parts) for key in self._lookup_keys)


def opened(vault: Vault, sealed: str | None) -> str:
    """The words to show for a sealed column: LOCKED when no key opens them, so that one such row hides no other."""
    try:
        return vault.open(sealed or ERASED)
    except VaultError:
        return LOCKED


def _is_new(sealed: bytes) -> bool:
    return sealed[:1] == SEALED_NOW


def _derived(key: str, use: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community-champions-bot " + use)
    return derive.derive(base64.urlsafe_b64decode(key))


def _index(key: bytes, parts: tuple[str, ...]) -> str:
    return hmac.digest(key, _json(parts).encode(), "sha256").hex()
