"""The lexicons of lists, kept while the directory is the same: she is asked about one page several times a turn, and
the names of what is on it are the directory's."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeAlias

from bot.flow.lexicon import Lexicon
from bot.flow.model import Option
from bot.knowledge.directory import Directory

PAGES = 512  # a lexicon takes 10 kB

# Whether its keys are services' alone, the keys, the step's own options, the language.
Page: TypeAlias = tuple[bool, tuple[str, ...], tuple[Option, ...], str]


class Listed:
    """Lexicons by page, of one directory at a time: another one begins anew, and none is held on to."""

    def __init__(self) -> None:
        self._kept: tuple[Callable[[], Directory | None], dict[Page, Lexicon]] = lambda: None, {}

    def lexicon(self, directory: Directory, page: Page, make: Callable[[], Lexicon]) -> Lexicon:
        """The lexicon of this page; ``make`` gives it when it is not at hand."""
        of, kept = self._kept
        if of() is not directory or len(kept) >= PAGES:
            kept = {}
            self._kept = weakref.ref(directory), kept
        found = kept.get(page)
        if found is None:
            found = kept[page] = make()
        return found
