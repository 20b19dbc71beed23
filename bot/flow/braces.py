"""What stands in {braces} in a text, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.flow.unknown import unknown
from bot.language.phrases import COMMANDS

# The same for everybody who reads the language, whatever she answered.
CONSTANTS = frozenset({*COMMANDS, "service_name", "language_name"})

_BRACED = re.compile(r"\{([^{}]*)\}")
_DOUBLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: at ``about`` in the text, of which ``nth`` more stand before it."""

    about: str
    sentence: str
    code: str = "brace"
    suggestion: str | None = None
    nth: int = 0


def braced(text: str) -> list[str]:
    """The names in braces, each once."""
    return list(dict.fromkeys(_BRACED.findall(text)))


def faults(text: str, known: Collection[str], *, option: bool = False) -> Iterator[Fault]:
    """Everything that is wrong with the braces of a text in which these names are ``known``.

    In an ``option`` only what is the same for everybody can stand: it is compared with what she writes.
    """
    for name in braced(text):
        about = f"{{{name}}}"
        if name not in known:
            yield Fault(about, *_unknown(name, known))
        elif not _NAME.fullmatch(name):
            yield Fault(about, f"{about} would be sent as it is written. Call it {name.replace('-', '_')} everywhere.")
        elif option and name not in CONSTANTS:
            yield Fault(about, f"{about} stays empty in an option. Say it in the question.")
    yield from _lone_braces(text)


def _unknown(name: str, known: Collection[str]) -> tuple[str, str, str | None]:
    sentence, near = unknown(name, known, "variable")
    return sentence, "unknown-variable", near


def _lone_braces(text: str) -> Iterator[Fault]:
    """The first brace that lacks its other one."""
    double = _DOUBLE.search(text)
    if double:
        yield Fault(double[0], f"{double[0]} has too many braces. Write {{{double[1]}}} with one on each side.")
        return
    rest = _BRACED.sub(lambda found: " " * len(found[0]), text)
    at = next((place for place, letter in enumerate(rest) if letter in "{}"), None)
    if at is not None:
        other = "}" if text[at] == "{" else "{"
        sentence = f"A {text[at]} has no {other}. Write a variable like {{story_ref}}."
        yield Fault(text[at], sentence, nth=text.count(text[at], 0, at))
