"""Options that people could not tell apart, or that would be taken for something else, in any language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.reserved import TAKEN_BY_CARRIER
from bot.flow.check.written import Text, Written
from bot.flow.replies import SHORTEST_PREFIX
from bot.language.catalogue import SOURCE_LANGUAGE
from bot.language.names import LANGUAGES
from bot.language.normal import plain

Labels = list[tuple[Text, str]]  # an option, and its label in one language


def option_labels(material: Material) -> Iterator[Finding]:
    """Options of one question that collide, and options that are a command or a carrier's word."""
    for written in material.written:
        for options in _questions(written):
            for language in material.languages:
                labels = [(option, material.text(option.msgid, language)) for option in options]
                own = [pair for pair in labels if language == SOURCE_LANGUAGE or pair[0].msgid != pair[1]]
                if own:
                    yield from _collisions(labels, language, material)
                    yield from _taken_words(own, language, material)


def _questions(written: Written) -> Iterator[list[Text]]:
    for step in range(len(written.flow.steps)):
        if options := written.options(step):
            yield options


def _collisions(labels: Labels, language: str, material: Material) -> Iterator[Finding]:
    for number, (option, label) in enumerate(labels):
        for other, shorter in [*labels[:number], *labels[number + 1 :]]:
            if other.key == option.key:
                continue
            if plain(label) == plain(shorter) and number > labels.index((other, shorter)):
                yield _alike(option, label, other, language, material)
            elif plain(label) != plain(shorter) and _begins(plain(label), plain(shorter)):
                yield _prefix(option, label, shorter, language, material)
        yield from _yes_no(option, label, [other for other, _ in labels], language, material)


def _alike(option: Text, label: str, other: Text, language: str, material: Material) -> Finding:
    return _at(
        option, language, material, Severity.ERROR, "options-alike",
        f'{_in(language)}"{option.key}" and "{other.key}" both read "{label}": nobody could choose between them.',
        "Give one of them other words.",
    )  # fmt: skip


def _prefix(option: Text, label: str, shorter: str, language: str, material: Material) -> Finding:
    return _at(
        option, language, material, Severity.WARNING, "option-prefix",
        f'{_in(language)}the option "{label}" begins with another option, "{shorter}": '
        f'who types its first words gets "{shorter}".',
        "Let the two begin with different words.",
    )  # fmt: skip


def _yes_no(
    option: Text, label: str, others: Sequence[Text], language: str, material: Material
) -> Iterator[Finding]:
    for other in others:
        words = material.yes_and_no.get(other.key, frozenset())
        if other.key != option.key and plain(label) in words:
            yield _at(
                option, language, material, Severity.ERROR, "options-alike",
                f'{_in(language)}"{label}" also means "{other.key}", another option of this question.',
                "Give it other words.",
            )  # fmt: skip


def _taken_words(labels: Labels, language: str, material: Material) -> Iterator[Finding]:
    for option, label in labels:
        said = plain(label)
        command = material.commands.get(said)
        if said.upper() in TAKEN_BY_CARRIER and option.by_sms:
            yield _at(
                option, language, material, Severity.ERROR, "option-reserved",
                f'{_in(language)}"{label}" is a word that the phone company acts on itself when it comes by SMS.',
                "Say it in other words, at least two.",
            )  # fmt: skip
        elif command:
            yield _at(
                option, language, material, Severity.ERROR if command == "stop" else Severity.WARNING, "option-command",
                f'{_in(language)}"{label}" is also the command {command.upper()}, which would not work at this question.',
                "Say it in other words, at least two.",
            )  # fmt: skip


def _begins(label: str, shorter: str) -> bool:
    return bool(shorter) and label.startswith(shorter if len(shorter) >= SHORTEST_PREFIX else f"{shorter} ")


def _in(language: str) -> str:
    return "" if language == SOURCE_LANGUAGE else f"In {LANGUAGES[language].english_name} "


def _at(
    option: Text, language: str, material: Material, severity: Severity, code: str, message: str, suggestion: str
) -> Finding:
    """At the option's translation, where that is what has to change; else at the option."""
    catalogue = material.languages[language]
    entry = catalogue.entries.get((None, option.msgid)) if catalogue else None
    message = message[0].upper() + message[1:]
    if catalogue and entry is not None:
        return catalogue.finding(entry, severity, code, message, suggestion)
    return option.finding(severity, code, message, suggestion)
