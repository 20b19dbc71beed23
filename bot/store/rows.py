"""What a plain turn writes, ready for either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from bot.store.audit import Entry
from bot.store.plain import Adding
from bot.store.turn import STATE


class Rows(Struct):
    """What a plain turn writes: the conversation's new state, her message, the replies, and little else.

    ``session`` are the values of turn.KEEP_SESSION. ``beside``: what was not understood or not found,
    and what she chose. ``silence_at`` sets the timer of a silence. ``story`` are the
    columns of turn.completing for her story of that reference. ``newcomer`` is the row of somebody who writes for the
    first time: it is written with the rest, and the id in all the others is 0. ``told`` is the row of a story that she
    has told to its end, and ``entry`` what the audit log says of it, still without its id.
    """

    contact_id: int
    stamp_before: int
    session: tuple[Any, ...]
    inbound: Mapping[str, Any]
    outbound: Sequence[Mapping[str, Any]]
    beside: Sequence[Adding] = ()
    silence_at: int | None = None
    stamp: int = 0
    reference: str = ""
    story: Mapping[str, Any] = {}
    newcomer: Mapping[str, Any] = {}
    told: Mapping[str, Any] = {}
    entry: Entry | None = None

    @property
    def beginning(self) -> dict[str, Any]:
        """A newcomer's whole row: who she is, and where her conversation stands now."""
        state = dict(zip(STATE, self.session, strict=False))
        return {**self.newcomer, **state, "last_inbound_at": self.inbound["received_at"]}

    @property
    def silence(self) -> dict[str, Any]:
        """The row of its timer."""
        return {"contact_id": self.contact_id, "kind": "silence", "stamp": self.stamp, "due_at": self.silence_at}
