"""Whatever a form holds, a call that is signed by the published rule is valid, and any change to it is not."""

from __future__ import annotations

import base64
import hashlib
import hmac

from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped] # Twilio ships no types
from werkzeug.datastructures import MultiDict

from bot.channel.form import Form
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
    assert is_signed((TOKEN,), URL, Form(pairs), signature(URL, pairs))


@given(forms, st.tuples(words.filter(bool), words))
def test_one_pair_more_or_less_breaks_it(pairs: list[tuple[str, str]], more: tuple[str, str]) -> None:
    assume(more not in pairs)
    assert not is_signed((TOKEN,), URL, Form([*pairs, more]), signature(URL, pairs))
    assert not is_signed((TOKEN,), URL, Form(pairs), signature(URL, [*pairs, more]))


@given(forms, st.from_regex(r"\A[a-z0-9=&+]{1,20}\Z"))
def test_another_address_or_token_breaks_it(pairs: list[tuple[str, str]], other: str) -> None:
    assert not is_signed((TOKEN,), f"{URL}?{other}", Form(pairs), signature(URL, pairs))
    assert not is_signed((TOKEN,), URL, Form(pairs), signature(URL, pairs, other + TOKEN))


hosts = st.sampled_from(["bot.example.org", "bot.example.org:443", "bot.example.org:80", "Bot.org:8443", "[::1]"])
addresses = st.builds(
    "{}://{}/twilio/{}{}".format,
    st.sampled_from(["https", "http", "HTTPS"]),
    hosts,
    st.sampled_from(["inbound", "%69nbound", "inbound;a=1", "../status", ""]),
    st.sampled_from(["", "?", "?x=%27", "?x='", "?a=1&b=&a=2", "?bodySHA256=00", "#rc=2", "?x=1#"]),
)


@given(forms, addresses, addresses, st.sampled_from([TOKEN, "another"]))
def test_the_verdict_is_that_of_twilios_own_validator(
    pairs: list[tuple[str, str]], url: str, signed: str, token: str
) -> None:
    """With a port and without, for this address or another, by our token or another."""
    form = MultiDict(pairs)
    for address in (url, signed):
        said = signature(address, pairs, token)
        assert is_signed((TOKEN,), url, Form(pairs), said) == RequestValidator(TOKEN).validate(url, form, said)


@given(forms, addresses, st.text(max_size=40))
def test_whatever_stands_in_the_header_the_verdict_is_the_same(
    pairs: list[tuple[str, str]], url: str, said: str
) -> None:
    form = MultiDict(pairs)
    assert is_signed((TOKEN,), url, Form(pairs), said) == (
        bool(said) and RequestValidator(TOKEN).validate(url, form, said)
    )


def test_the_port_may_be_signed_or_not() -> None:
    """Twilio is not of one mind about it."""
    pairs = [("Body", "hello")]
    with_port = URL.replace(".org", ".org:443")
    for called in (URL, with_port):
        for signed in (URL, with_port):
            assert is_signed((TOKEN,), called, Form(pairs), signature(signed, pairs)), (called, signed)
