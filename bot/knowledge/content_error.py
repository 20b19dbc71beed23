"""What is wrong with a content file, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable


class ContentError(ValueError):
    """One problem in one file. Lines and columns count from 1.

    ``sentence`` says what is wrong and how to mend it, ``code`` names the kind of problem, and
    ``suggestion`` is the text to put there instead, if there is one.
    """

    def __init__(
        self,
        file: str,
        line: int,
        column: int,
        sentence: str,
        *,
        code: str = "content",
        suggestion: str | None = None,
    ) -> None:
        super().__init__(f"{file}:{line}:{column}: error: {sentence}")
        self.file = file
        self.line = line
        self.column = column
        self.sentence = sentence
        self.code = code
        self.suggestion = suggestion


class ContentErrors(ValueError):
    """All the problems that one reading found, in the order of the files and their lines."""

    def __init__(self, errors: Iterable[ContentError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.file, error.line, error.column)))
        super().__init__("\n".join(str(error) for error in self.errors))
