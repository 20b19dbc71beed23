"""Reading without harm: which stories are hard to read, and when a reader is spared them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.story.codebook import Codebook

NEAR_MS = 24 * 3_600_000  # an alert of the same person so long before or after a story is taken to belong to it

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Heed:
    """What to know before a story is read. ``about`` are names of content notes and tags, in English.

    ``danger``: its teller used danger words near in time. ``said`` is what a champion said of it, None: nothing.
    """

    about: tuple[str, ...] = ()
    danger: bool = False
    said: bool | None = None

    @property
    def distressing(self) -> bool:
        """A champion who has read it knows better than a list of words; of danger nobody is left unwarned."""
        return self.danger or (bool(self.about) if self.said is None else self.said)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a reader's day goes: distressing stories in a row, how many are her limit (0: none), and "not today"."""

    in_a_row: int = 0
    limit: int = 3
    not_today: bool = False

    @property
    def had_enough(self) -> bool:
        """True when the next one should be an easier one, or a break."""
        return 0 < self.limit <= self.in_a_row


def heed(codebook: Codebook, texts: Iterable[str], tags: Iterable[str], *, danger: bool, said: bool | None) -> Heed:
    """What to know before these words are read, by themselves, by the tags they wear, and by what was said of them."""
    worn = [theme for key in tags if (theme := codebook.tag(key)) and theme.distressing]
    names = dict.fromkeys(theme.name for theme in [*codebook.noted(texts), *worn])
    return Heed(tuple(names), danger, said)


def spare(stories: Sequence[tuple[Item, Heed]], reader: Reader) -> list[Item]:
    """The stories to give this reader, in their order.

    Who said "not today" is given none that are distressing: what holds danger was told to a lead at once, and others
    read it. Who has had enough in a row is given easier ones; but a danger is never held back from her.
    """
    return [item for item, about in stories if not about.distressing or not _kept_back(about, reader)]


def _kept_back(about: Heed, reader: Reader) -> bool:
    return reader.not_today or (reader.had_enough and not about.danger)
