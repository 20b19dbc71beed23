"""Command words written out in a text: in every other language they are the wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polib import POEntry

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.reserved import HELPING, told_words
from bot.flow.check.translated import Translated
from bot.flow.check.written import SAID, Text
from bot.language.catalogue import listed
from bot.language.names import LANGUAGES
from bot.language.phrases import COMMAND, COMMANDS

# Capitals alone make a word a command here: a bus stop is none, and nobody texts "more".
# In small letters only where nothing else can be meant.
_TOLD = re.compile(r"\b(?:[Tt]ext|[Tt]ype|[Rr]eply)\s+(?:with\s+)?[\"']?(menu|done|delete)\b")
_ENGLISH = {listed(msgid)[0]: name for name, msgid in COMMANDS.items() if name.upper() not in HELPING}


def command_words(material: Material) -> Iterator[Finding]:
    """English texts that say MENU where {menu} belongs."""
    for text in material.texts:
        if text.kind in {*SAID, "template"} and text.msgid.upper() != text.msgid:
            yield from _in_english(text)


def _in_english(text: Text) -> Iterator[Finding]:
    told = told_words(text.msgid) if text.by_sms else frozenset()
    found = _TOLD.search(text.msgid)
    if found:
        yield _finding(text, found[1], found[1])
    for word, name in _ENGLISH.items():
        if _shouts(word, text.msgid) and word not in told:
            yield _finding(text, word, name)


def _finding(text: Text, word: str, name: str) -> Finding:
    return text.finding(
        Severity.WARNING,
        "command-word",
        f'"{word}" is written out here: in other languages people text another word for it.',
        f"Write {{{name}}} in braces: each language then shows its own.",
        about=word,
    )


def command_words_in_translation(catalogue: Translated, entry: POEntry) -> Iterator[Finding]:
    """A translation that writes out a command of its own language, where its English does not write it out."""
    if entry.msgctxt is not None or entry.msgstr.upper() == entry.msgstr:
        return
    for name, msgid in COMMANDS.items():
        own = catalogue.text(msgid, COMMAND)
        word = listed(own)[0] if own else ""
        braced, english = f"{{{name}}}", LANGUAGES[catalogue.language].english_name
        cased = word.upper() != word.lower()
        if cased and _shouts(word, entry.msgstr) and not _shouts(listed(msgid)[0], entry.msgid):
            yield catalogue.finding(
                entry,
                Severity.WARNING,
                "command-word",
                f'The {english} writes out the command "{word}".',
                f"Write {braced} in the English, and here."
                if braced not in entry.msgid
                else f"Write {braced} instead.",
            )


def _shouts(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w{{'-]){re.escape(word)}(?![\w}}'-])", text) is not None
