"""Options that people could not tell apart, or that would be taken for something else, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.reserved import TAKEN_BY_CARRIER
from bot.flow.check.written import Text
from bot.flow.commands import ERASE_FLOW, LANGUAGE_FLOW
from bot.flow.model import Step
from bot.language.catalogue import SOURCE_LANGUAGE
from bot.language.names import LANGUAGES
from bot.language.normal import plain

SHORTEST_PREFIX = 3  # so many letters of a label choose it
_CLAUSE_END = re.compile(r"[,;:(\u060c\u061b]|\s[-\u2013\u2014]\s|[.\u06d4\u0964](?=\s)")
# An option that leads to what the command does anyway takes nothing away.
COMMAND_FLOWS = {"language": LANGUAGE_FLOW, "delete": ERASE_FLOW}


@dataclass(frozen=True, slots=True)
class Label:
    """An option as one language shows it; ``own`` is False where it shows the English for want of a translation."""

    option: Text
    text: str
    folded: str
    own: bool


def option_labels(material: Material) -> Iterator[Finding]:
    """Options of one question that collide, and options that are a command or a carrier's word."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            options = written.options(at)
            for language in material.languages if options else ():
                labels = [_label(option, language, material) for option in options]
                for label in labels:
                    yield from _collisions(label, labels, language, material)
                    yield from _numbers(label, labels, language, material)
                    yield from _first_clause(label, labels, language, material)
                    if label.own:
                        yield from _nods(label, labels, language, material)
                        yield from _taken_words(step, label, language, material)


def _label(option: Text, language: str, material: Material) -> Label:
    text = material.text(option.msgid, language)
    return Label(option, text, plain(text), language == SOURCE_LANGUAGE or text != option.msgid)


def _collisions(label: Label, labels: Sequence[Label], language: str, material: Material) -> Iterator[Finding]:
    """Where both show their English, that is told once, for English."""
    before = True
    for other in labels:
        if other is label:
            before = False
        elif other.option.key == label.option.key or not (label.own or other.own):
            continue
        elif label.folded == other.folded:
            if before:
                yield _alike(label, other, language, material)
        elif _begins(label.folded, other.folded):
            yield _prefix(label, other, language, material)


def _alike(label: Label, other: Label, language: str, material: Material) -> Finding:
    return _at(
        label, language, material, Severity.ERROR, "options-alike",
        f'"{label.option.key}" and "{other.option.key}" both read "{label.text}": nobody could choose between them.',
        "Give one of them other words.",
    )  # fmt: skip


def _prefix(label: Label, other: Label, language: str, material: Material) -> Finding:
    return _at(
        label, language, material, Severity.WARNING, "option-prefix",
        f'"{label.text}" begins with another option, "{other.text}": who types only its first words gets that one.',
        "Let the two begin with different words.",
    )  # fmt: skip


def _first_clause(label: Label, labels: Sequence[Label], language: str, material: Material) -> Iterator[Finding]:
    """ "School, 4 to 11" and "School, 11 to 16": who answers "school" is not understood. Told at all but the first."""
    clause = _clause(label.text)
    before = [other for other in labels[: labels.index(label)] if clause and _clause(other.text) == clause]
    if before and clause != label.folded and any(one.own for one in (label, *before)):
        yield _at(
            label, language, material, Severity.WARNING, "option-clause",
            f'"{label.text}" and "{before[0].text}" begin with the same words: who texts only those is not understood.',
            "Begin each with the words in which they differ.",
        )  # fmt: skip


def _clause(label: str) -> str:
    """What stands before the first comma, dash, colon or bracket, where something stands after it."""
    first, _, rest = _CLAUSE_END.sub("\n", label, count=1).partition("\n")
    return plain(first) if rest.strip() else ""


def _numbers(label: Label, labels: Sequence[Label], language: str, material: Material) -> Iterator[Finding]:
    """A label that is the number of another line: "2" would be either."""
    number = int(label.folded) if label.own and label.folded.isdecimal() and len(label.folded) < 3 else 0
    if 1 <= number <= len(labels) and labels[number - 1].option.key != label.option.key:
        yield _at(
            label, language, material, Severity.WARNING, "option-number",
            f'"{label.text}" is also the number of "{labels[number - 1].text}": who types it is asked which she means.',
            "Put it on the line of its own number, or write it in words.",
        )  # fmt: skip


def _nods(label: Label, labels: Sequence[Label], language: str, material: Material) -> Iterator[Finding]:
    for other in labels:
        if other.option.key != label.option.key and label.folded in material.nods(other.option.key, language):
            yield _at(
                label, language, material, Severity.ERROR, "options-alike",
                f'"{label.text}" also means "{other.option.key}", another option of this question.',
                "Give it other words.",
            )  # fmt: skip


def _taken_words(step: Step, label: Label, language: str, material: Material) -> Iterator[Finding]:
    command = material.commands.get(label.folded)
    if label.folded.upper() in TAKEN_BY_CARRIER and label.option.by_sms:
        yield _at(
            label, language, material, Severity.ERROR, "option-reserved",
            f'"{label.text}" is a word that the phone company acts on itself when it comes by SMS.',
            "Say it in other words, at least two.",
        )  # fmt: skip
    elif command and step.run.get(label.option.key) != COMMAND_FLOWS.get(command, ""):
        yield _at(
            label, language, material, Severity.ERROR if command == "stop" else Severity.WARNING, "option-command",
            f'"{label.text}" is also the command {command.upper()}, which fails at this question.',
            "Say it in other words, at least two.",
        )  # fmt: skip


def _begins(label: str, shorter: str) -> bool:
    return bool(shorter) and label.startswith(shorter if len(shorter) >= SHORTEST_PREFIX else f"{shorter} ")


def _at(
    label: Label, language: str, material: Material, severity: Severity, code: str, message: str, suggestion: str
) -> Finding:
    """At the option's translation, where that is what has to change; else at the option."""
    catalogue = material.languages[language]
    entry = catalogue.entries.get((None, label.option.msgid)) if catalogue else None
    if catalogue is None or entry is None:
        return label.option.finding(severity, code, message, suggestion)
    return catalogue.finding(entry, severity, code, f"In {LANGUAGES[language].english_name} {message}", suggestion)
