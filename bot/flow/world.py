"""What a turn may look at: all of it values, none of it IO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from msgspec import Struct

from bot.flow.events import FollowUpSet
from bot.flow.media import Media
from bot.flow.model import FlowSet
from bot.flow.replies import Vocabulary
from bot.knowledge.directory import Directory
from bot.language.catalogue import Catalogues
from bot.story.danger import DangerSigns
from bot.story.told import Told


@dataclass(frozen=True, slots=True)
class Champions:
    """Who answers questions: the languages they read (None: any), and in how many working days they do."""

    read: frozenset[str] | None = None
    within_days: int = 3

    def understand(self, language: str) -> bool:
        """True when somebody reads this language."""
        return self.read is None or language in self.read


@dataclass(frozen=True, slots=True)
class World:
    """The flows of a revision by name (``pinned``), the newest ones, and all that a conversation can speak of."""

    newest: FlowSet
    pinned: Callable[[str], FlowSet | None]
    catalogues: Catalogues
    vocabulary: Vocabulary
    directory: Directory
    danger: DangerSigns
    service_name: str
    champions: Champions = Champions()

    def rehearsing(self, digest: str) -> World:
        """The world of somebody who tries a draft: its flows are the newest for her alone. "": this very world."""
        draft = self.pinned(digest) if digest else None
        return self if draft is None else replace(self, newest=draft)


class FromDesk(StrEnum):
    """What happened to her talk with a champion while she wrote nothing."""

    WROTE = "wrote"  # a champion has texted her
    FINISHED = "finished"
    LATE = "late"  # nobody has taken it


class Reply(Struct, frozen=True):
    """What the person did. ``guess`` is the language her words seem to be in, when that was looked at.

    ``stopped`` says that she had asked for no more texts before this reply; ``timer`` that nobody wrote: time passed,
    and ``follow_up`` is what is to be gone on with then; ``silent_ms`` is how long ago her last message is by then.
    ``away`` says that her last message is days old, and the question that was open then is not what she means.
    ``today`` is the day on a calendar where she lives; without it "tomorrow" and a day without a year cannot be read.
    ``now_ms`` is the moment (ms since 1970 UTC); without it nobody can say what is open now.
    ``desk`` says what happened to her ``talk`` with a champion.
    ``told`` are her stories, newest first; None: nobody looked. Hardly a turn asks (``Turn.asks_told``).
    """

    text: str = ""
    channel: str = "sms"
    button: str = ""
    media: tuple[Media, ...] = ()
    location: tuple[float, float] | None = None
    guess: str = ""
    stopped: bool = False
    handled_stop: bool = False  # the carrier has confirmed it already
    handled_help: bool = False
    timer: bool = False
    away: bool = False
    follow_up: FollowUpSet | None = None
    today: date | None = None
    now_ms: int = 0
    silent_ms: int = 0
    desk: FromDesk | None = None
    talk: str = ""
    told: tuple[Told, ...] | None = None
