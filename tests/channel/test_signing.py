"""Whatever a form holds, a call that is signed by the published rule is valid, and any change to it is not."""

from __future__ import annotations

import base64
import hashlib
import hmac

from hypothesis import assume, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from bot.channel.twilio import is_signed

URL = "https://bot.example.org/twilio/inbound"
TOKEN = "a-token"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
forms = st.lists(st.tuples(words.filter(bool), words), max_size=12)


def signature(url: str, pairs: list[tuple[str, str]], token: str = TOKEN) -> str:
    """HMAC-SHA1 over the address and the sorted pairs, each once (www.twilio.com/docs/usage/security)."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


@given(forms)
def test_any_form_signed_by_the_published_rule_is_valid(pairs: list[tuple[str, str]]) -> None:
    assert is_signed((TOKEN,), URL, MultiDict(pairs), signature(URL, pairs))


@given(forms, st.tuples(words.filter(bool), words))
def test_one_pair_more_or_less_breaks_it(pairs: list[tuple[str, str]], more: tuple[str, str]) -> None:
    assume(more not in pairs)
    assert not is_signed((TOKEN,), URL, MultiDict([*pairs, more]), signature(URL, pairs))
    assert not is_signed((TOKEN,), URL, MultiDict(pairs), signature(URL, [*pairs, more]))


@given(forms, st.from_regex(r"\A[a-z0-9=&+]{1,20}\Z"))
def test_another_address_or_token_breaks_it(pairs: list[tuple[str, str]], other: str) -> None:
    assert not is_signed((TOKEN,), f"{URL}?{other}", MultiDict(pairs), signature(URL, pairs))
    assert not is_signed((TOKEN,), URL, MultiDict(pairs), signature(URL, pairs, other + TOKEN))
