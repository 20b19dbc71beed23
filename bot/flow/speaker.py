"""The bot's voice in one turn: translates, fills in, puts options under a prompt, and joins short messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from string import ascii_uppercase

from bot.flow.condition import TODAY
from bot.flow.events import Event, Say
from bot.flow.model import Expect, Option, Step
from bot.flow.phrasebook import composed, filled, phrasebook
from bot.flow.shown import shown
from bot.flow.world import World
from bot.knowledge.bidi import isolated

# Two texts of one turn travel as one message when they fit this together: it is cheaper, they cannot overtake each
# other, and Twilio advises at most 320 characters for a message that must arrive.
JOINED = 320


class Speaker:
    """Collects the events of a turn."""

    __slots__ = ("book", "channel", "events", "language", "now_ms", "random", "today", "world")

    def __init__(
        self,
        world: World,
        language: str,
        channel: str,
        random: Random,
        today: date | None = None,
        now_ms: int = 0,
    ) -> None:
        self.world, self.language, self.channel, self.random = world, language, channel, random
        self.today, self.now_ms = today.isoformat() if today else "", now_ms
        self.book = phrasebook(world.catalogues, world.service_name)
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
        return filled(self.book.text(msgid, self.language or "en"), lambda name: self._shown(name, values or {}))

    def say_step(self, step: Step, values: Mapping[str, object]) -> None:
        """Send the text of a step."""
        msgid = self.wording(step)
        ready = self.book.says(msgid, self.language or "en")
        if ready:
            self._join(ready)
        else:
            self.say(self.phrase(msgid, values))

    def ask_step(self, step: Step, options: tuple[Option, ...], values: Mapping[str, object]) -> None:
        """Send the question of a step with these options below it."""
        msgid, language = self.wording(step), self.language or "en"
        marks = ascii_uppercase if step.expect is Expect.NUMBER else ""
        ready = self.book.asks(msgid, step.name, options, language, marks)
        if ready:
            self._join(ready)
        else:
            self.say(self.phrase(msgid, values), options=self.book.labels(step.name, options, language), marks=marks)

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
        self._join(composed(text, self.language, kind=kind, options=options, hint=hint, marks=marks))

    def offer(self, text: str, hints: Sequence[tuple[str, str]], step: str) -> None:
        """Send this text, already in her language, with (command, the sentence that tells its word) below it.

        On WhatsApp the commands are buttons; where they cannot be, and by SMS, the sentences stand there.
        """
        said = composed(text, self.language, hint=" ".join(sentence for _, sentence in hints))
        if hints and self.channel == "whatsapp":
            buttons = tuple((f"{step}.{name}", self.book.text(f"{{{name}}}", self.language)) for name, _ in hints)
            said = Say(said.text, isolated(text, self.language), buttons, said.kind)
        self._join(said)

    def say_phrase(self, msgid: str, *, kind: str = "reply") -> None:
        """Send one of the bot's own sentences."""
        ready = self.book.says(msgid, self.language or "en", kind)
        self._join(ready) if ready else self.say(self.phrase(msgid), kind=kind)

    def _shown(self, name: str, values: Mapping[str, object]) -> str:
        value = values.get(name, self.today if name == TODAY else "")
        return shown(value, self.language or "en", self.phrase)

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
