"""The bot's voice in one turn: translates, fills in, puts options under a prompt, and joins short messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from bot.flow.condition import TODAY
from bot.flow.events import Event, Say
from bot.flow.model import Step
from bot.flow.shown import shown
from bot.flow.world import World
from bot.knowledge.bidi import isolated
from bot.language import phrases
from bot.language.names import LANGUAGES

# Two texts of one turn travel as one message when they fit this together: it is cheaper, they cannot overtake each
# other, and Twilio advises at most 320 characters for a message that must arrive.
JOINED = 320
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Speaker:
    """Collects the events of a turn."""

    def __init__(self, world: World, language: str, channel: str, random: Random, today: date | None = None) -> None:
        self.world, self.language, self.channel, self.random = world, language, channel, random
        self.today = today.isoformat() if today else ""
        self.events: list[Event] = []

    def add(self, event: Event) -> None:
        """Note an event that is not a message."""
        self.events.append(event)

    def wording(self, step: Step) -> str:
        """The step's text: the one for this channel; of several, one by lot."""
        if not step.variants:
            return step.text
        texts = step.variants.get(self.channel) or step.variants.get("") or (step.text,)
        return texts[0] if len(texts) == 1 else self.random.choice(texts)

    def phrase(self, msgid: str, values: Mapping[str, object] | None = None) -> str:
        """A text in her language with its variables filled in."""
        return self.fill(self.world.catalogues.text(msgid, self.language or "en"), values or {})

    def say(
        self,
        text: str,
        *,
        kind: str = "reply",
        options: Sequence[tuple[str, str]] = (),
        hint: str = "",
        marks: Sequence[str] = "",
    ) -> None:
        """Send this text, already in her language, with the options below it: numbered, or with these ``marks``."""
        text = isolated(text, self.language)
        lines = [
            f"{mark}. {label}" for mark, (_, label) in zip(marks or range(1, len(options) + 1), options, strict=False)
        ]
        whole = "\n".join([text, *lines, *([hint] if hint else [])])
        prompt = "\n".join([text, *([hint] if hint else [])]) if options else ""
        self._join(Say(whole, prompt, tuple(options), kind))

    def say_phrase(self, msgid: str, *, kind: str = "reply") -> None:
        """Send one of the bot's own sentences."""
        self.say(self.phrase(msgid), kind=kind)

    def fill(self, text: str, values: Mapping[str, object]) -> str:
        """The text with {variables}: command words, names, and what she told us."""
        return _PLACEHOLDER.sub(lambda found: self._value(found[1], values), text) if "{" in text else text

    def in_every_language(self, msgid: str) -> str:
        """One short text in all offered languages at once, for someone whose language is not known yet."""
        texts = (self.world.catalogues.text(msgid, code) for code in self.world.catalogues.languages)
        return " / ".join(dict.fromkeys(texts))

    def _value(self, name: str, values: Mapping[str, object]) -> str:
        if name in phrases.COMMANDS:
            return self.command(name)
        if name == "service_name":
            return self.world.service_name
        if name == "language_name":
            return LANGUAGES[self.language or "en"].own_name
        value = values.get(name, self.today if name == TODAY else "")
        return shown(value, self.language or "en", self.phrase)

    def command(self, name: str) -> str:
        """The word that her language shows for a command."""
        own = self.world.catalogues.words(phrases.COMMANDS[name], self.language or "en", context=phrases.COMMAND)
        return own[0]

    def _join(self, new: Say) -> None:
        last = self.events[-1] if self.events else None
        if (
            not isinstance(last, Say)
            or last.options
            or last.kind != new.kind
            or len(last.text) + len(new.text) > JOINED
        ):
            self.events.append(new)
            return
        prompt = f"{last.text}\n\n{new.prompt}" if new.options else ""
        self.events[-1] = Say(f"{last.text}\n\n{new.text}", prompt, new.options, new.kind)
