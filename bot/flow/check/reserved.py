"""Words that the phone company acts on itself: nobody may be told to text them by SMS (messaging.md, Stopping)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polib import POEntry

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.translated import Translated
from bot.flow.check.written import Text
from bot.language.catalogue import listed
from bot.language.names import LANGUAGES
from bot.language.normal import plain
from bot.language.phrases import COMMAND, COMMANDS

# https://help.twilio.com/articles/223134027: each acts when it is the whole message, in any capitals.
STOPPING = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
STARTING = frozenset({"START", "YES", "UNSTOP"})
HELPING = frozenset({"HELP", "INFO"})
RESERVED = STOPPING | STARTING | HELPING
# "Yes" as an answer does no harm: who gets texts is started already, and the answer still reaches us.
TAKEN_BY_CARRIER = RESERVED - {"YES"}
# The commands whose own words are the reserved ones, and mean the same.
SAME_MEANING = frozenset({"stop", "start", "help"})

_WORDS = "|".join(sorted(RESERVED, key=len, reverse=True))
_TELLS = r"\b(?:text|reply|type|txt|send|write|answer|say)\b(?:\s+(?:back|us|me|with|just|only|the word))*\s+"
_OTHER_NUMBER = r"(?!\w)(?![\"']?\s+to\s+\d)"  # "text HELP to 85258" goes to somebody else
# In small letters only where nothing else can be meant: "text yes to go on", never "send help to her".
_INSTRUCTION = re.compile(
    rf"(?i:{_TELLS})(?:[\"']?({_WORDS}){_OTHER_NUMBER}|[\"']((?i:{_WORDS}))[\"'])"
    rf"|(?i:\b(?:text|reply|txt)\s+(?:back\s+|with\s+)?({_WORDS}))(?=\s*(?:[.,;!?]|$|to\b|or\b|if\b|for\b)){_OTHER_NUMBER}"
)  # fmt: skip
_HELP = "{help}"
_CAPITALS = re.compile(rf"(?<![\w{{])({_WORDS}){_OTHER_NUMBER}")


def reserved_words(material: Material) -> Iterator[Finding]:
    """English texts that tell people to text a reserved word."""
    for written in material.written:
        for text in written.texts:
            if text.by_sms and text.kind != "start word":
                yield from _told(text)


def told_words(text: str) -> frozenset[str]:
    """The reserved words that this text tells people to text."""
    return frozenset(group for found in _INSTRUCTION.finditer(text) for group in found.groups() if group)


def _told(text: Text) -> Iterator[Finding]:
    for found in _INSTRUCTION.finditer(text.msgid):
        word = next(group for group in found.groups() if group)
        yield text.finding(
            Severity.ERROR,
            "reserved-word",
            f'People are told to text "{word}", but on SMS the phone company acts on that word itself: {_act(word)}.',
            _instead(word),
            about=word,
        )
    if _HELP in text.msgid:
        yield text.finding(
            Severity.ERROR,
            "reserved-word",
            "{help} shows the word HELP, which the phone company answers itself on SMS.",
            "Write {menu}, or let people text a number.",
            about=_HELP,
        )


def reserved_in_translation(catalogue: Translated, entry: POEntry) -> Iterator[Finding]:
    """A translation that brings in a reserved word its English does not have, or shows one as a command."""
    if entry.msgctxt == COMMAND:
        yield from _shown_command(catalogue, entry)
    elif entry.msgctxt is None:
        for word in sorted(set(_CAPITALS.findall(entry.msgstr)) - set(_CAPITALS.findall(entry.msgid))):
            yield catalogue.finding(
                entry,
                Severity.ERROR,
                "reserved-word",
                f'The {LANGUAGES[catalogue.language].english_name} names "{word}", which the English does not: '
                f"on SMS the phone company acts on it itself.",
                _instead(word),
            )


def _shown_command(catalogue: Translated, entry: POEntry) -> Iterator[Finding]:
    command = next((name for name, msgid in COMMANDS.items() if msgid == entry.msgid), "")
    shown = plain(next(iter(listed(entry.msgstr)), "")).upper()
    if shown in RESERVED and command not in SAME_MEANING:
        yield catalogue.finding(
            entry,
            Severity.ERROR,
            "reserved-word",
            f'"{shown}" would be shown for {command.upper()}, but on SMS the phone company acts on it itself.',
            "Put another word first in this list.",
        )


def _act(word: str) -> str:
    word = word.upper()
    if word in STOPPING:
        return "she would get no more texts"
    return "it sends its own answer" if word in HELPING else "it takes it as a wish for texts"


def _instead(word: str) -> str:
    word = word.upper()
    return (
        f"Write {{{word.lower()}}} in braces."
        if word in {"STOP", "START"}
        else "Offer options with numbers, or use a word that is not one of these."
    )
