"""A flow beside the file it was written in: every text that people read, with its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.flow.check.finding import Finding, Severity
from bot.flow.model import Flow
from bot.knowledge.source import Path, Position, Source, Value

SAID = ("say", "ask", "listen", "hand_over")
CHANNELS = frozenset({"sms", "whatsapp"})


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a flow. ``kind`` is one of SAID, "option", "start word" or "template".

    ``step`` is its step's index, ``key`` the option's or the template's name.
    """

    msgid: str
    source: Source
    path: Path
    kind: str
    step: int = -1
    key: str = ""
    channel: str = ""  # the one channel it is for; "" for every one

    @property
    def by_sms(self) -> bool:
        """True when it can go out as an SMS."""
        return self.channel != "whatsapp"

    def finding(
        self, severity: Severity, code: str, message: str, suggestion: str, *, about: str = "", file: str = ""
    ) -> Finding:
        """A finding at this text, or where ``about`` stands in it."""
        line, column = self.source.find(self.path, about) if about else self.source.position(self.path)
        return Finding(file or self.source.filename, line, column, severity, code, message, suggestion)


@dataclass(frozen=True)
class Written:
    """A flow and its file."""

    flow: Flow
    source: Source
    texts: tuple[Text, ...]

    def finding(self, path: Path, severity: Severity, code: str, message: str, suggestion: str) -> Finding:
        """A finding at this part of the file."""
        line, column = self.place(path)
        return Finding(self.source.filename, line, column, severity, code, message, suggestion)

    def place(self, path: Path) -> Position:
        """Where a part of the file stands."""
        return self.source.position(path)

    def options(self, step: int) -> list[Text]:
        """The options that are written at a step, in their order."""
        return self._options.get(step, [])

    @cached_property
    def _options(self) -> dict[int, list[Text]]:
        found: dict[int, list[Text]] = {}
        for text in self.texts:
            if text.kind == "option":
                found.setdefault(text.step, []).append(text)
        return found

    def said(self) -> Iterator[Text]:
        """What the bot says and asks: no options, no start words."""
        return (text for text in self.texts if text.kind in SAID)


def written(flow: Flow, source: Source) -> Written:
    """A flow with the texts of its file."""
    top = source.value if isinstance(source.value, dict) else {}
    starts = _variants(top.get("start_words"), source, ("start_words",), "start word")
    steps = top.get("steps")
    found = [
        text for at, step in enumerate(steps if isinstance(steps, list) else []) for text in _step(step, source, at)
    ]
    return Written(flow, source, (*starts, *found))


def templates_written(source: Source) -> tuple[Text, ...]:
    """The texts of a file of templates."""
    entries = source.value.get("templates") if isinstance(source.value, dict) else None
    return tuple(
        Text(text, source, ("templates", number, "text"), "template", key=name, channel="whatsapp")
        for number, entry in enumerate(entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        and isinstance(text := entry.get("text"), str)
        and isinstance(name := entry.get("id"), str)
    )


def _step(step: Value, source: Source, at: int) -> Iterator[Text]:
    if not isinstance(step, dict):
        return
    path: Path = ("steps", at)
    channel = str(step.get("only", ""))
    for name in SAID:
        yield from _variants(step.get(name), source, (*path, name), name, at, channel=channel)
    options = step.get("options")
    for number, option in enumerate(options if isinstance(options, list) else []):
        for key, label in option.items() if isinstance(option, dict) else ():
            yield from _variants(label, source, (*path, "options", number, key), "option", at, key, channel)


def _variants(
    value: Value, source: Source, path: Path, kind: str, at: int = -1, key: str = "", channel: str = ""
) -> Iterator[Text]:
    """A text, a list of texts to choose from, or one for each channel."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _variants(item, source, (*path, number), kind, at, key, channel)
    elif isinstance(value, dict):
        for name, item in value.items():
            only = name if name in CHANNELS else channel
            yield from _variants(item, source, (*path, name), kind, at, key, only)
    elif value:
        yield Text(value, source, path, kind, at, key, channel)
