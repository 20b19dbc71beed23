"""A language's catalogue as a check looks at it: the entries, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from polib import POEntry

from bot.flow.check.finding import Finding, Severity
from bot.language.catalogue import usable

EntryKey = tuple[str | None, str]


@dataclass(frozen=True)
class Translated:
    """The entries of one catalogue file, by context and English text; obsolete ones left out."""

    language: str
    domain: str
    file: str
    entries: Mapping[EntryKey, POEntry]

    def text(self, msgid: str, context: str | None = None) -> str | None:
        """The translation that people get; None when they get English."""
        entry = self.entries.get((context, msgid))
        return entry.msgstr if entry is not None and entry.msgstr and usable(entry) else None

    def finding(self, entry: POEntry, severity: Severity, code: str, message: str, suggestion: str) -> Finding:
        """A finding at this entry."""
        return Finding(self.file, entry.linenum or 1, 1, severity, code, message, suggestion)


def translated(language: str, domain: str, file: str, entries: Iterable[POEntry]) -> Translated:
    """The catalogue of these entries."""
    used: dict[EntryKey, POEntry] = {(entry.msgctxt, entry.msgid): entry for entry in entries if not entry.obsolete}
    return Translated(language, domain, file, used)
