"""Start words that two flows claim, or that something else takes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.reserved import RESERVED
from bot.flow.check.written import Text
from bot.language.catalogue import SOURCE_LANGUAGE
from bot.language.names import LANGUAGES, named
from bot.language.normal import plain


def start_words(material: Material) -> Iterator[Finding]:
    """Every start word, in every language, that cannot begin its flow."""
    claims = _claims(material)
    for written in material.written:
        for text in written.texts:
            if text.kind == "start word":
                yield from _first_trouble(text, written.flow.name, claims, material)


def _first_trouble(text: Text, flow: str, claims: Mapping[str, list[str]], material: Material) -> Iterator[Finding]:
    """Where the English word has to change, its translations will too: those are told when it has not."""
    told = {
        language: list(_one(text, language, word, flow, claims, material))
        for language, word in material.translations(text.msgid)
    }
    yield from told.pop(SOURCE_LANGUAGE) or (finding for found in told.values() for finding in found)


def _claims(material: Material) -> Mapping[str, list[str]]:
    """Each folded start word, and the flows that it begins, in the order in which they are tried."""
    found: dict[str, list[str]] = defaultdict(list)
    for flow in material.flows.values():
        said = {plain(word) for start in flow.start_words for _, word in material.translations(start)}
        for word in said:
            found[word].append(flow.name)
    return found


def _one(
    text: Text, language: str, word: str, flow: str, claims: Mapping[str, list[str]], material: Material
) -> Iterator[Finding]:
    said = plain(word)
    others = [name for name in claims.get(said, ()) if name != flow]
    command = material.commands.get(said)
    if command or said.upper() in RESERVED:
        taken = f"the command {command.upper()}" if command else "a word that the phone company acts on itself"
        yield _at(
            text, language, material, "start-word-command", f'"{word}" is already {taken}: it never begins this flow.'
        )
    elif named(word, material.languages):
        yield _at(
            text, language, material, "start-word-command", f'"{word}" changes the language: it never begins this flow.'
        )
    elif others:
        yield _at(
            text,
            language,
            material,
            "start-word-twice",
            f'"{word}" already begins "{others[0]}": one word cannot begin two flows.',
        )


def _at(text: Text, language: str, material: Material, code: str, message: str) -> Finding:
    catalogue = material.languages[language]
    entry = catalogue.entries.get((None, text.msgid)) if catalogue else None
    if language == SOURCE_LANGUAGE or catalogue is None or entry is None:
        return text.finding(Severity.ERROR, code, f"The start word {message}", "Choose another word here.")
    told = f"The {LANGUAGES[language].english_name} start word {message}"
    return catalogue.finding(entry, Severity.ERROR, code, told, "Choose another word in this translation.")
