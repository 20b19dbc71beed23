"""The one gate: who may see a story. Every page, export, report and API asks here."""

from __future__ import annotations

from enum import StrEnum

from bot.story.status import StoryStatus


class Consent(StrEnum):
    """What the teller chose, from least to most. ``nobody`` is never stored: nothing of such a story is kept."""

    NOBODY = "nobody"
    CHAMPIONS = "champions"
    LEADERS = "leaders"
    BOARD = "board"


class Audience(StrEnum):
    """Who is about to read."""

    CHAMPIONS = "champions"
    LEADERS = "leaders"
    PUBLIC = "public"


LADDER = tuple(Consent)
REACHES: dict[Audience, frozenset[Consent]] = {
    Audience.CHAMPIONS: frozenset({Consent.CHAMPIONS, Consent.LEADERS, Consent.BOARD}),
    Audience.LEADERS: frozenset({Consent.LEADERS, Consent.BOARD}),
    Audience.PUBLIC: frozenset({Consent.BOARD}),
}


class SameReader(ValueError):
    """The second reader must be another one than the first."""


def may_read(consent: Consent, status: StoryStatus, audience: Audience) -> bool:
    """True when this audience may see words of this story.

    Champions moderate, so they read every story that was kept. All others read only what its teller let them read,
    after two champions have approved it, and only the words of ``bot.store.wordings.leaving``, never the original.
    """
    if status is StoryStatus.WITHDRAWN or consent not in REACHES[audience]:
        return False
    return audience is Audience.CHAMPIONS or status is StoryStatus.APPROVED


def goes_out(consent: Consent) -> bool:
    """True when the story leaves the champions once it is approved: then two of them must have read it."""
    return consent in REACHES[Audience.LEADERS]


def approved_by(consent: Consent, old: StoryStatus, first_reader: int | None, reader: int) -> StoryStatus:
    """What a story becomes when ``reader`` approves it. Raises SameReader when she was its first reader, too."""
    if not goes_out(consent):
        return StoryStatus.APPROVED
    if old is not StoryStatus.NEEDS_SECOND:
        return StoryStatus.NEEDS_SECOND
    if reader == first_reader:
        raise SameReader("Another champion must read this before it goes out: you were the first to approve it.")
    return StoryStatus.APPROVED


def lower(old: Consent, new: Consent) -> bool:
    """True when ``new`` lets fewer people read than ``old``."""
    return LADDER.index(new) < LADDER.index(old)


def may_follow_up(follow_up: bool, stopped: bool) -> bool:
    """True when a champion may text the teller about the story: she agreed, and has not said STOP."""
    return follow_up and not stopped
