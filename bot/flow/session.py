"""A conversation as a value: it is read from JSON, moved on by one reply, and written to JSON again."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import MsgspecError, Struct, field, json

from bot.flow.flood import CALM, Flood

Values = dict[str, Any]


class Frame(Struct, array_like=True):
    """One flow that is under way: which, at which step, with its own variables."""

    flow: str
    at: int
    values: Values = field(default_factory=dict)


class Person(StrEnum):
    """Who reads what she texts: the bot, or a champion (``TOLD``: and she has been told that one will)."""

    NONE = ""
    READS = "reads"
    TOLD = "told"


class Session(Struct, array_like=True):
    """Where one person is. An empty ``frames`` means that nothing is under way.

    ``trail`` is the way back: (depth, step) of the questions before this one. ``wait`` is what a waiting step needs to
    know. ``parked`` is a story that was left half-way, ``parked_revision`` the flows it began in; ``expired``: it is no
    story, but a question that was open for a day. ``stamp`` counts turns: a timer with an older stamp is late. ``talk``
    is the reference of her open talk with a champion, and ``person`` says whether what she texts goes there. ``flood``
    counts her messages of the last minute. ``spared``: she is not asked for more than she came for, as something
    sounded like danger, or she was asked before. ``asked_about_you``: that was done once, and is not done again.

    As JSON it is a list in this order, so a new field goes to the end, with a default for what was kept before it.
    """

    language: str = ""
    settled: bool = False
    revision: str = ""
    frames: list[Frame] = field(default_factory=list)
    trail: list[tuple[int, int]] = field(default_factory=list)
    wait: Values = field(default_factory=dict)
    more: str = ""
    parked: list[Frame] = field(default_factory=list)
    parked_revision: str = ""
    misses: int = 0
    stamp: int = 0
    talk: str = ""
    person: Person = Person.NONE
    flood: Flood = CALM
    expired: bool = False
    spared: bool = False
    asked_about_you: bool = False

    def to_json(self) -> str:
        """The session as compact JSON; ``from_json`` gives an equal one."""
        return _encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Session:
        """The session of ``to_json``. Raises ValueError when the text is no session."""
        try:
            return _read_session(text)
        except MsgspecError as bad:
            raise ValueError("This is not a session that was written here.") from bad


def frames_to_json(frames: list[Frame]) -> str:
    """Frames as JSON, to be gone on with later."""
    return _encode(frames).decode()


def frames_from_json(text: str) -> list[Frame]:
    """The frames of ``frames_to_json``. Raises ValueError when the text is none."""
    try:
        return _read_frames(text)
    except MsgspecError as bad:
        raise ValueError("These are no frames that were written here.") from bad


_encode = json.Encoder().encode
_read_session = json.Decoder(Session).decode
_read_frames = json.Decoder(list[Frame]).decode
