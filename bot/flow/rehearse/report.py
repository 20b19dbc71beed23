"""What came of trying the conversations out, as lines for a person and as objects for a program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.flow.check.finding import Severity
from bot.flow.rehearse.coverage import Row
from bot.flow.rehearse.problem import Problem
from bot.language.names import LANGUAGES

K = TypeVar("K", bound=Hashable)


@dataclass
class Report:
    """What came of it. ``skipped``: rehearsals with no words in a language (name, language); ``written``: files."""

    languages: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    rehearsals: int = 0
    played: int = 0
    walks: int = 0
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """One problem, failure or warning, with every language and channel it was met in; ``first`` is how to see it."""

    first: Problem
    languages: tuple[str, ...]
    channels: tuple[str, ...]

    def as_object(self) -> dict[str, object]:
        """The failure for JSON; the names are those of ``bot check``."""
        one = self.first
        return {
            "kind": "failure", "file": one.file, "line": one.line, "column": 1, "severity": one.severity,
            "code": one.code, "message": one.sentence, "suggestion": one.suggestion, "languages": self.languages,
            "channels": self.channels, "language": one.language, "said": one.said,
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """The failure for a person: where, what, how to mend it, and how to see it."""
        one = self.first
        where = ", ".join((*map(_name, self.languages), *self.channels))
        yield f"{one.file}:{one.line}: {one.severity}: {one.sentence} {one.suggestion} ({where})"
        if one.said:
            yield f"    She texts: {' > '.join(said or '(nothing)' for said in one.said)}"


def failures(report: Report) -> list[Failure]:
    """The problems, each once."""
    met: dict[tuple[str, int, str, str], list[Problem]] = defaultdict(list)
    for one in report.problems:
        met[one.file, one.line, one.code, one.sentence].append(one)
    return [
        Failure(same[0], _each(one.language for one in same), _each(one.channel for one in same))
        for same in met.values()
    ]


def objects(report: Report) -> Iterator[dict[str, object]]:
    """One object for each failure and for each flow in each language."""
    for failure in failures(report):
        yield failure.as_object()
    for row in report.rows:
        yield {
            "kind": "coverage", "flow": row.flow, "file": row.file, "language": row.language, "steps": row.steps,
            "steps_reached": row.steps_reached, "ways": row.ways, "ways_reached": row.ways_reached,
            "never": [{"line": line, "what": what} for line, what in row.missed],
        }  # fmt: skip


def lines(report: Report) -> Iterator[str]:
    """The whole report for a person: coverage, what was never reached, failures, and a last line that sums up."""
    yield from _table(report)
    yield from _never(report)
    for name, languages in _grouped(report.skipped).items():
        yield f'"{name}" was not played in {", ".join(map(_name, languages))}: it has no words in it yet.'
    yield from (f"Written: {file}" for file in report.written)
    found = failures(report)
    for failure in found:
        yield from failure.lines()
    yield _sum(report, found)


def fails(report: Report, *, strict: bool = False) -> bool:
    """Whether something would go wrong; with ``strict`` also when people would read English in another language."""
    return any(strict or one.severity is Severity.ERROR for one in report.problems)


def _sum(report: Report, found: Sequence[Failure]) -> str:
    work = f"{report.rehearsals} rehearsals played {report.played} times, {report.walks} walks of {report.turns} texts"
    wrong = sum(failure.first.severity is Severity.ERROR for failure in found)
    counts = ((wrong, "failure"), (len(found) - wrong, "warning"))
    told = ", ".join(f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in counts if count)
    return f"{work}: {told or 'all is well'}."


def _table(report: Report) -> Iterator[str]:
    """Steps reached of all steps, a line for each flow, a column for each language; the ways below."""
    width = max((len(row.flow) for row in report.rows), default=0) + 2
    yield f"{'Steps reached':{width}}" + "".join(f"{code:>9}" for code in report.languages)
    by_flow: dict[str, list[Row]] = defaultdict(list)
    for row in report.rows:
        by_flow[row.flow].append(row)
    for flow, rows in by_flow.items():
        yield f"{flow:{width}}" + "".join(f"{f'{row.steps_reached}/{row.steps}':>9}" for row in rows)
    for name, reached, every in (("All steps", "steps_reached", "steps"), ("All ways", "ways_reached", "ways")):
        cells = [_total(report, code, reached, every) for code in report.languages]
        yield f"{name:{width}}" + "".join(f"{cell:>9}" for cell in cells)
    yield ""


def _total(report: Report, language: str, reached: str, every: str) -> str:
    rows = [row for row in report.rows if row.language == language]
    return f"{sum(getattr(row, reached) for row in rows)}/{sum(getattr(row, every) for row in rows)}"


def _never(report: Report) -> Iterator[str]:
    missed = [((row.file, line, what), row.language) for row in report.rows for line, what in row.missed]
    if not missed:
        return
    yield "Never reached:"
    for (file, line, what), languages in _grouped(missed).items():
        where = "" if len(languages) == len(report.languages) else f" ({', '.join(languages)})"
        yield f"{file}:{line}: {what}{where}"
    yield ""


def _grouped(pairs: Iterable[tuple[K, str]]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _name(code: str) -> str:
    return LANGUAGES[code].english_name


def _each(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
