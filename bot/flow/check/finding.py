"""What a check says: one thing to look at, where it stands, how grave it is and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is. Only an error stops a release: someone would be left without an answer, or misled."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. Lines and columns count from 1; ``suggestion`` is what to do, or to put there instead."""

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        mend = "" if self.suggestion in self.message else f" {self.suggestion}"
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}{mend}"

    def as_object(self) -> dict[str, object]:
        """The finding for JSON."""
        return asdict(self)
