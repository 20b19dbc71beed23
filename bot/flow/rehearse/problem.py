"""What a rehearsal or a walk finds wrong."""

from __future__ import annotations

from dataclasses import dataclass

from bot.flow.check.finding import Severity

UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where, what, and how to see it: ``said`` is what she texted until then."""

    file: str
    line: int
    code: str
    sentence: str
    suggestion: str
    language: str
    channel: str
    said: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """English in place of another language is a warning, as in ``bot check``; all else would go wrong."""
        return Severity.WARNING if self.code == UNTRANSLATED else Severity.ERROR

    @property
    def same(self) -> tuple[str, int, str, str, str]:
        """Problems that are equal in this are one problem, met in several places."""
        return self.file, self.line, self.code, self.sentence, self.language
