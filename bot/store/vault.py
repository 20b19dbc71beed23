"""Seals people's words and numbers, and gives the blind index by which a sealed number is found again."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from json.encoder import encode_basestring

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.language.catalogue import N_
from bot.store import sealing

ERASED = ""  # what stands in a sealed column after its words were erased; it opens as no words at all


LOCKED = N_("This is locked with a key that is no longer here.")


class VaultError(Exception):
    """Something cannot be sealed or opened. The sentence never repeats what was sealed."""


class Vault:
    """Encrypts under the newest key and opens under any: what ``cryptography`` calls a MultiFernet.

    Taking an old key out of DATA_KEYS closes what it sealed. It also loses the numbers indexed under it,
    and with them the STOPs of people whose number was erased: such a row can never be indexed anew.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys`` are Fernet keys, newest first. Raises VaultError for none, or one that is not a key."""
        if not keys:
            raise VaultError("There is no key to seal with: set DATA_KEYS.")
        try:
            self._keys = tuple(sealing.Key(key) for key in keys)
        except ValueError as bad:
            raise VaultError('One of DATA_KEYS is not a Fernet key. Make one with "bot settings --new-key".') from bad
        self._lookup_keys = tuple(HMAC(_lookup_key(key), SHA256()) for key in keys)

    def seal(self, text: str) -> str:
        """The text, encrypted under the newest key. Sealing it twice gives two different tokens."""
        return sealing.written(self._keys[0].seal(text.encode()))

    def open(self, sealed: str) -> str:
        """The text behind a token, "" for erased words. Raises VaultError: no key fits, or it was changed."""
        if sealed == ERASED:
            return ""
        try:
            return self._opened(sealing.read(sealed)).decode()
        except sealing.NotOurs:
            raise VaultError(
                "A sealed text cannot be opened: it was changed, or the key that sealed it is no longer in "
                "DATA_KEYS. Put the old key back at the end of the list."
            ) from None

    def seal_bytes(self, data: bytes, label: str) -> bytes:
        """The bytes, encrypted under the newest key. They open only under the same label, which says whose they are."""
        return self._keys[0].seal(_labelled(label) + data)

    def open_bytes(self, sealed: bytes, label: str) -> bytes:
        """The bytes behind ``seal_bytes``. Raises VaultError: no key fits, they were changed, or stand elsewhere."""
        before = _labelled(label)
        try:
            opened = self._opened(sealed)
        except sealing.NotOurs:
            opened = b""
        if not opened.startswith(before):
            raise VaultError(
                "A sealed file cannot be opened: it was changed, or the key that sealed it is no longer in DATA_KEYS. "
                "Put the old key back at the end of the list."
            )
        return opened[len(before) :]

    def _opened(self, token: bytes) -> bytes:
        """The data under whichever key made the token. Raises sealing.NotOurs."""
        for key in self._keys[:-1]:
            with suppress(sealing.NotOurs):
                return key.open(token)
        return self._keys[-1].open(token)

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


def _labelled(label: str) -> bytes:
    return len(label).to_bytes(2, "big") + label.encode("ascii")


def _lookup_key(key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community-champions-bot lookup")
    return derive.derive(base64.urlsafe_b64decode(key))


def _index(key: HMAC, parts: tuple[str, ...]) -> str:
    made = key.copy()
    made.update(f"[{', '.join(map(encode_basestring, parts))}]".encode())  # as JSON, so "a", "bc" is not "ab", "c"
    return made.finalize().hex()
