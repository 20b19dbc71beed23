"""What is sealed stays shut without its key, and a changed key still finds everyone."""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import new_key
from bot.store.vault import ERASED, Vault, VaultError

KEY = new_key()


@pytest.mark.parametrize("text", ["", "hello", "আমার প্রতিবেশী", "مجھے ڈر لگتا ہے", "a\nb 🫶🏽", "x" * 5000])
def test_what_is_sealed_opens_again_and_cannot_be_read(vault: Vault, text: str) -> None:
    sealed = vault.seal(text)
    assert vault.open(sealed) == text
    assert not text or text not in sealed


def test_sealing_the_same_words_twice_does_not_show_that_they_are_the_same(vault: Vault) -> None:
    assert vault.seal("yes") != vault.seal("yes")


def test_erased_words_open_as_no_words(vault: Vault) -> None:
    assert vault.open(ERASED) == "" == vault.rotate(ERASED)


def test_another_key_opens_nothing_and_the_error_repeats_nothing(vault: Vault) -> None:
    sealed = vault.seal("secret")
    with pytest.raises(VaultError, match="Put the old key back") as raised:
        Vault([new_key()]).open(sealed)
    assert sealed not in str(raised.value)


def test_a_changed_token_does_not_open(vault: Vault) -> None:
    sealed = vault.seal("secret")
    with pytest.raises(VaultError):
        vault.open(sealed[:-6] + "AAAAA=")


@given(st.text(max_size=20), st.data())
def test_no_bit_can_be_turned_and_no_byte_left_out(text: str, data: st.DataObject) -> None:
    vault = Vault([KEY])
    sealed = bytearray(base64.urlsafe_b64decode(vault.seal(text)))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    cut = sealed[: data.draw(st.integers(1, len(sealed) - 1))]
    sealed[bit // 8] ^= 1 << bit % 8
    for changed in (sealed, cut):
        with pytest.raises(VaultError):
            vault.open(base64.urlsafe_b64encode(changed).decode())


@pytest.mark.parametrize("token", ["x", "AQ==", "AQAAAA==", "gAAAAA==", "not a token", "\u00e9", "A" * 200])
def test_what_is_no_token_is_refused_in_the_same_words(vault: Vault, token: str) -> None:
    with pytest.raises(VaultError, match="cannot be opened"):
        vault.open(token)


@pytest.mark.parametrize("text", ["", "hello", "مجھے ڈر لگتا ہے", "x" * 5000])
def test_what_earlier_releases_sealed_still_opens_under_any_key_and_is_rotated(text: str) -> None:
    """They used Fernet tokens under DATA_KEYS themselves."""
    earlier, newer = new_key(), new_key()
    token = Fernet(earlier).encrypt(text.encode()).decode()
    assert Vault([newer, earlier]).open(token) == text
    assert Vault([newer]).open(Vault([newer, earlier]).rotate(token)) == text
    with pytest.raises(VaultError):
        Vault([newer]).open(token)


def test_bytes_open_only_under_their_label(vault: Vault) -> None:
    sealed = vault.seal_bytes(b"\x89PNG", "media/7/0")
    assert vault.open_bytes(sealed, "media/7/0") == b"\x89PNG"
    for label in ("media/7/1", "media/70", ""):
        with pytest.raises(VaultError, match="A sealed file cannot be opened"):
            vault.open_bytes(sealed, label)
    for broken in (b"", sealed[:5], sealed[:-1], sealed + b"x"):
        with pytest.raises(VaultError, match="A sealed file cannot be opened"):
            vault.open_bytes(broken, "media/7/0")


def test_bytes_that_earlier_releases_sealed_still_open_under_their_label() -> None:
    key, label = new_key(), "media/7/0"
    before = len(label).to_bytes(2, "big") + label.encode()
    sealed = base64.urlsafe_b64decode(Fernet(key).encrypt(before + b"\x89PNG"))
    assert Vault([new_key(), key]).open_bytes(sealed, label) == b"\x89PNG"
    with pytest.raises(VaultError):
        Vault([key]).open_bytes(sealed, "media/7/1")


def test_after_a_new_key_came_in_front_the_old_one_still_opens_and_finds() -> None:
    old, new = new_key(), new_key()
    before, after = Vault([old]), Vault([new, old])
    sealed, index = before.seal("+447700900123"), before.lookup("sms", "+447700900123")
    assert after.open(sealed) == "+447700900123"
    assert after.lookup("sms", "+447700900123") != index
    assert after.lookups("sms", "+447700900123") == (after.lookup("sms", "+447700900123"), index)


def test_rotated_words_need_only_the_new_key() -> None:
    old, new = new_key(), new_key()
    rotated = Vault([new, old]).rotate(Vault([old]).seal("words"))
    assert Vault([new]).open(rotated) == "words"


def test_an_index_is_64_hex_digits_that_hold_no_number_and_parts_do_not_run_together(vault: Vault) -> None:
    index = vault.lookup("sms", "+447700900123")
    assert re.fullmatch("[0-9a-f]{64}", index)
    assert index == vault.lookup("sms", "+447700900123")
    assert vault.lookup("ab", "c") != vault.lookup("a", "bc") != vault.lookup("abc")


@pytest.mark.parametrize(("keys", "said"), [([], "set DATA_KEYS"), (["short"], "not a Fernet key")])
def test_keys_that_cannot_seal_are_refused_in_a_sentence(keys: list[str], said: str) -> None:
    with pytest.raises(VaultError, match=said):
        Vault(keys)
