"""A draft held against everything around it: what "bot check" says, what stays English, whether it may be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.written import written
from bot.flow.live import Sources, laid
from bot.flow.load import load_flow
from bot.flow.model import Flow
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.source import read_source
from bot.language.names import Language, language
from bot.store.drafts import Draft, DraftFile
from bot.web.context import parts
from bot.workshop.checking import check_draft


@dataclass(frozen=True)
class SourceLine:
    """A line of a draft's file, with what was found in it."""

    number: int
    text: str
    found: tuple[Finding, ...]


@dataclass(frozen=True)
class LookedAt:
    """A draft and what there is to say about it. ``moved``: files that others changed since the draft was begun."""

    draft: Draft
    live: Sources
    findings: Sequence[Finding]
    moved: tuple[str, ...]

    @property
    def errors(self) -> list[Finding]:
        """What keeps it from being tried and published. A translation's error does not: English is said instead."""
        files = laid(self.live, self.draft.texts)
        return [found for found in self.findings if found.severity is Severity.ERROR and found.file in files]

    @property
    def warnings(self) -> list[Finding]:
        """What whoever publishes must have read."""
        return [found for found in self.findings if found not in self.errors and found.severity is not Severity.INFO]

    @property
    def changed(self) -> list[DraftFile]:
        """The files that differ from what is in use."""
        return [one for one in self.draft.files.values() if one.text != self.live.get(one.file)]


def numbered(text: str, findings: Sequence[Finding] = ()) -> list[SourceLine]:
    """The lines of a file, each with its findings. One may stand after the last line: a list that is not closed."""
    texts = text.split("\n")
    found: dict[int, list[Finding]] = {}
    for one in findings:
        found.setdefault(min(max(one.line, 1), len(texts)), []).append(one)
    return [SourceLine(number, line, tuple(found.get(number, ()))) for number, line in enumerate(texts, 1)]


def look_at(draft: Draft) -> LookedAt:
    """Check the draft over the files that are in use now."""
    live = parts().shelf.live().sources
    findings = check_draft(draft.texts, laid(live, draft.texts), parts().settings) if draft.files else []
    moved = tuple(one.file for one in draft.files.values() if one.base != live.get(one.file))
    return LookedAt(draft, live, findings, moved)


def flow_of(file: DraftFile) -> Flow | None:
    """The conversation in it; None while it cannot be read."""
    try:
        return load_flow(file.text, file.file)
    except ContentErrors:
        return None


def in_english(file: DraftFile) -> list[tuple[Language, int]]:
    """The languages in which some of its texts are still said in English, and how many of them."""
    flow = flow_of(file)
    if flow is None:
        return []
    texts = {text.msgid for text in written(flow, read_source(file.text, file.file)).texts}
    counted = [(code, sum(not parts().catalogues.has(text, code) for text in texts)) for code in _languages()]
    return [(language(code), count) for code, count in counted if count]


def _languages() -> tuple[str, ...]:
    return tuple(parts().settings.languages)
