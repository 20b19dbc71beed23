"""A form is read as the library reads it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import form
from bot.channel.form import Form, read_form

PIECES = ["a", "b=", "&", "=", "+", "%20", "%D8%B3", "%zz", "%", "%E9", "\u0633", ";", "%26", "%3D", "%0A", "%4", "_"]
PARTS = st.lists(st.sampled_from([*PIECES, "\n", "\r"]))


@given(PARTS.map("".join))
def test_whatever_the_body_it_is_read_as_the_library_reads_it(body: str) -> None:
    expected = parse_qsl(body, keep_blank_values=True, errors="replace", max_num_fields=None)
    assert read_form(body.encode()).pairs == expected


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_what_was_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    pairs = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs if name.isprintable()]
    assert read_form(urlencode(pairs).encode()).pairs == pairs


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert read_form(b"Body=\xff%ff") == {"Body": "\ufffd\ufffd"}


@pytest.mark.parametrize("name", ["a", "b"])
def test_of_a_field_that_comes_twice_the_first_counts_and_all_are_there(name: str) -> None:
    form = Form([("a", "1"), ("b", "2"), ("a", "3")])
    assert form == {"a": "1", "b": "2"}
    assert form.getall(name) == {"a": ["1", "3"], "b": ["2"]}[name]


def test_what_comes_with_nearly_every_message_is_read_as_the_library_reads_it() -> None:
    body = "&".join(form._USUAL) + "&To=%2B447700900000&From=whatsapp%3A%2B447700900001&Body=%252B%2B%25&WaId=%2"
    assert read_form(body.encode()).pairs == parse_qsl(body, keep_blank_values=True)


def test_nothing_that_came_is_kept_for_the_next_call() -> None:
    before = dict(form._USUAL)
    read_form(b"To=%2B447700900123&SmsStatus=delivered&FromCity=Leeds&my name is Amina&NumMedia=1&Empty=")
    assert before == form._USUAL
