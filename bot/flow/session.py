"""A conversation as a value: it is read from JSON, moved on by one reply, and written to JSON again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Values = dict[str, Any]


@dataclass(slots=True)
class Frame:
    """One flow that is under way: which, at which step, with its own variables."""

    flow: str
    at: int
    values: Values = field(default_factory=dict)


class Person(StrEnum):
    """Who reads what she texts: the bot, or a champion (``TOLD``: and she has been told that one will)."""

    NONE = ""
    READS = "reads"
    TOLD = "told"


@dataclass(slots=True)
class Session:
    """Where one person is. An empty ``frames`` means that nothing is under way.

    ``trail`` is the way back: (depth, step) of the questions before this one. ``wait`` is what a waiting step needs to
    know. ``parked`` is a story that was left half-way, ``parked_revision`` the flows it began in. ``stamp`` counts
    turns: a timer with an older stamp is late. ``talk`` is the reference of her open talk with a champion, and
    ``person`` says whether what she texts goes there.
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

    def to_json(self) -> str:
        """The session as compact JSON; ``from_json`` gives an equal one."""
        return json.dumps(
            [self.language, self.settled, self.revision, _frames_out(self.frames), self.trail, self.wait, self.more,
             _frames_out(self.parked), self.parked_revision, self.misses, self.stamp,
             *([[self.talk, self.person]] if self.talk else [])],
            ensure_ascii=False, separators=(",", ":"),
        )  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Session:
        """The session of ``to_json``. Raises ValueError when the text is no session."""
        try:
            language, settled, revision, frames, trail, wait, more, parked, kept_in, misses, stamp, *handed = (
                json.loads(text)
            )
            talk, person = handed[0] if handed else ("", "")
            return cls(
                language, settled, revision, _frames_in(frames), [(depth, at) for depth, at in trail], wait, more,
                _frames_in(parked), kept_in, misses, stamp, talk, Person(person),
            )  # fmt: skip
        except (TypeError, ValueError) as bad:
            raise ValueError("This is not a session that was written here.") from bad


def frames_to_json(frames: list[Frame]) -> str:
    """Frames as JSON, to be gone on with later."""
    return json.dumps(_frames_out(frames), ensure_ascii=False, separators=(",", ":"))


def frames_from_json(text: str) -> list[Frame]:
    """The frames of ``frames_to_json``."""
    return _frames_in(json.loads(text))


def _frames_out(frames: list[Frame]) -> list[list[object]]:
    return [[frame.flow, frame.at, frame.values] for frame in frames]


def _frames_in(frames: list[list[Any]]) -> list[Frame]:
    return [Frame(flow, at, values) for flow, at, values in frames]
