"""Our tokens are Fernet's: whatever one of the two seals, the other opens, and nothing that was changed."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from bot.settings import new_key
from bot.store.sealing import BEFORE, BLOCK, Key, NotOurs, read, written

SIZES = (*range(40), 160, 4096, 1_000_003)
# generate.json and verify.json of github.com/fernet/spec
SPEC_KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
SPEC_TOKEN = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="


@pytest.mark.parametrize("size", SIZES)
def test_the_library_opens_what_is_sealed_here_and_the_other_way_round(size: int) -> None:
    key, data = new_key(), bytes(number % 251 for number in range(size))
    ours, library = Key(key), Fernet(key)
    assert library.decrypt(written(ours.seal(data))) == data
    assert ours.open(read(library.encrypt(data).decode())) == data


def test_the_example_of_the_specification_opens() -> None:
    assert Key(SPEC_KEY).open(read(SPEC_TOKEN)) == b"hello"


def test_a_token_of_the_library_opens_however_many_were_opened_and_sealed_before() -> None:
    key = new_key()
    ours, library = Key(key), Fernet(key)
    for number in range(300):
        data = str(number).encode() * (number % 7)
        assert ours.open(base64.urlsafe_b64decode(library.encrypt(data))) == data
        assert library.decrypt(written(ours.seal(data))) == data


def test_no_two_tokens_begin_alike_even_of_the_same_words() -> None:
    ours = Key(new_key())
    starts = {ours.seal(b"yes")[BEFORE : BEFORE + BLOCK] for _ in range(5000)}
    assert len(starts) == 5000


def test_a_token_with_any_byte_changed_cut_or_added_does_not_open_and_spoils_no_later_one() -> None:
    ours = Key(new_key())
    token = ours.seal(b"a number that nobody may see")
    changed = [token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :] for at in range(len(token))]
    cut = [token[:length] for length in range(len(token))]
    for wrong in (*changed, *cut, token + b"\0", token * 2):
        with pytest.raises(NotOurs):
            ours.open(wrong)
    assert ours.open(token) == b"a number that nobody may see"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "====",
        "gAAAAA",
        "ž" * 120,
        "\0" * 200,
        SPEC_TOKEN[:-4],
        SPEC_TOKEN[4:],
        SPEC_TOKEN + "\n",
        f"{SPEC_TOKEN[:40]} {SPEC_TOKEN[40:]}",
    ],
)
def test_what_is_no_token_does_not_open(text: str) -> None:
    with pytest.raises(NotOurs):
        Key(SPEC_KEY).open(read(text))


@pytest.mark.parametrize("key", ["", "short", "ž" * 44, SPEC_KEY[:-4]])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # each in words of its own; the vault says one sentence for all
        Key(key)


def test_many_threads_seal_and_open_at_once_with_one_key() -> None:
    key = new_key()
    ours, library = Key(key), Fernet(key)

    def many(thread: int) -> bool:
        words = [f"{thread}/{number}".encode() * (number % 9) for number in range(500)]
        return all(library.decrypt(written(ours.seal(one))) == ours.open(ours.seal(one)) == one for one in words)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(many, range(8))) == [True] * 8


def test_a_key_is_read_as_leniently_as_the_library_reads_it() -> None:
    """Whoever has kept a key with a line's end in it can still open what it sealed."""
    key = new_key()
    for written_so in (f"{key}\n", f" {key}", key.replace("-", "+").replace("_", "/")):
        assert Fernet(written_so).decrypt(Fernet(key).encrypt(b"kept")) == b"kept"
        assert Key(written_so).open(read(Fernet(key).encrypt(b"kept").decode())) == b"kept"
