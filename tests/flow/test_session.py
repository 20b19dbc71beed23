"""A session survives JSON, and what is no session is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.session import Frame, Session

texts = st.text(max_size=30)
values = st.dictionaries(texts, texts | st.lists(texts, max_size=3), max_size=4)
frames = st.lists(st.builds(Frame, texts, st.integers(0, 99), values), max_size=3)
sessions = st.builds(
    Session,
    language=texts, settled=st.booleans(), revision=texts, frames=frames,
    trail=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4),
    wait=values, more=texts, parked=frames, parked_revision=texts, misses=st.integers(0, 9),
    stamp=st.integers(0, 10**6),
)  # fmt: skip


@given(sessions)
def test_a_session_survives_json(session: Session) -> None:
    assert Session.from_json(session.to_json()) == session


@pytest.mark.parametrize("text", ["", "{}", "[1,2]", "null", '"x"', "not json"])
def test_what_is_no_session_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a session"):
        Session.from_json(text)
