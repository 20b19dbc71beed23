"""What the bot says, made ready once a language: command words, marks for right-to-left, numbered options.

A flow's texts hardly change and are sent all day. Translating, filling in and numbering them takes ten times as long as
finding them here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count

from bot.flow.events import Say
from bot.flow.listed import Listed
from bot.flow.model import Option
from bot.flow.worded import Worded
from bot.knowledge.bidi import isolated
from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.language.names import LANGUAGES

# Texts times languages that are kept: the shipped flows have 300 of them, and a revision that is gone still lies here.
KEPT = 32_768
# Stands for "every language that is offered, by its own name".
LANGUAGE_NAMES = (Option("", "every language"),)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Phrasebook:
    """The texts of some catalogues, as this service says them."""

    def __init__(self, catalogues: Catalogues, service_name: str) -> None:
        self._catalogues, self._service_name = catalogues, service_name
        self.worded, self.listed = Worded(catalogues.text), Listed()
        self.text = lru_cache(KEPT)(self._text)
        self.says = lru_cache(KEPT)(self._says)
        self.asks = lru_cache(KEPT)(self._asks)
        self.labels = lru_cache(KEPT)(self._labels)
        self.in_every_language = lru_cache(KEPT)(self._in_every_language)

    def _text(self, msgid: str, language: str) -> str:
        """A text with command words and the service's name filled in. Only what differs by person is left in {}."""
        text = self._catalogues.text(msgid, language)
        return _PLACEHOLDER.sub(lambda found: self._fixed(found, language), text) if "{" in text else text

    def _fixed(self, found: re.Match[str], language: str) -> str:
        name = found[1]
        if name in phrases.COMMANDS:
            own = self._catalogues.words(phrases.COMMANDS[name], language, context=phrases.COMMAND)
            return own[0]
        if name == "service_name":
            return self._service_name
        return LANGUAGES[language].own_name if name == "language_name" else found[0]

    def _in_every_language(self, msgid: str) -> str:
        """One short text in all offered languages at once, for someone whose language is not known yet."""
        texts = (self._catalogues.text(msgid, code) for code in self._catalogues.languages)
        return " / ".join(dict.fromkeys(texts))

    def _says(self, msgid: str, language: str, kind: str = "reply") -> Say | None:
        """A whole message; None when it speaks of what differs by person."""
        text = self.text(msgid, language)
        return None if has_variables(text) else composed(text, language, kind=kind)

    def _asks(self, msgid: str, step: str, options: tuple[Option, ...], language: str, marks: str = "") -> Say | None:
        """A question with its options; None when it speaks of what differs by person."""
        text = self.text(msgid, language)
        if has_variables(text):
            return None
        return composed(text, language, options=self.labels(step, options, language), marks=marks)

    def _labels(self, step: str, options: tuple[Option, ...], language: str) -> tuple[tuple[str, str], ...]:
        """(button id, label) of each option; of LANGUAGE_NAMES, every language."""
        if options == LANGUAGE_NAMES:
            return tuple((f"{step}.{code}", LANGUAGES[code].own_name) for code in self._catalogues.languages)
        return tuple((f"{step}.{option.key}", self.text(option.label, language)) for option in options)


@lru_cache(2)
def phrasebook(catalogues: Catalogues, service_name: str) -> Phrasebook:
    """The phrasebook of these catalogues. Made once; the one before may still be in use by a turn under way."""
    return Phrasebook(catalogues, service_name)


def has_variables(text: str) -> bool:
    """Whether something is still to be filled in."""
    return "{" in text and _PLACEHOLDER.search(text) is not None


def filled(text: str, show: Callable[[str], str]) -> str:
    """The text with its {variables}: what she told us, what was found for her. ``show`` gives each as it is read."""
    return _PLACEHOLDER.sub(lambda found: show(found[1]), text) if "{" in text else text


def composed(
    text: str,
    language: str,
    *,
    kind: str = "reply",
    options: Sequence[tuple[str, str]] = (),
    hint: str = "",
    marks: Sequence[str] = "",
) -> Say:
    """The message with this text, already in its language, with options, numbered or with these marks, and a hint."""
    text = isolated(text, language)
    lines = [f"{mark}. {label}" for mark, (_, label) in zip(marks or count(1), options, strict=False)]
    whole = "\n".join([text, *lines, *([hint] if hint else [])])
    prompt = "\n".join([text, *([hint] if hint else [])]) if options else ""
    return Say(whole, prompt, tuple(options), kind)
