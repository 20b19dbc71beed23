"""The words on a picture of a flow, in one language: the flow's own texts, and the names of what the picture shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta

from bot.flow.model import Expect, Step, Verb
from bot.knowledge.bidi import isolated, runs_right_to_left
from bot.language import phrases
from bot.language.catalogue import N_, Catalogues
from bot.language.names import LANGUAGES

START = N_("Start")
END = N_("The end")
ANYTHING_ELSE = N_("Something else")
IN_OWN_WORDS = N_("In their own words")
NOTHING_FOUND = N_("Nothing is found")
ONE_CHOSEN = N_("One is chosen")
SO, NOT_SO = N_("If so"), N_("If not")
ANOTHER_FLOW = N_("Another conversation")
GOES_BACK = N_("Back to an earlier step")
GOES_ON = N_("On to the next step")
CHOICE = N_("What the person answers")
NOT_LED_TO = N_("Nothing leads here")
CLEAR = N_("Only a clear answer counts")
OPTIONAL = N_("May be skipped")
REPEATED = N_("Up to {count} answers")
WORDINGS = N_("Has {count} wordings")
ABOUT_GOES = N_("Their words go along: {name}")
QUIET = N_("After {time} of silence it asks whether that is all")
ABOUT = N_("A picture of one conversation. Its steps run from top to bottom, {count} in all.")

VERBS: dict[str, str] = {
    Verb.SAY: N_("Says"),
    Verb.ASK: N_("Asks"),
    Verb.LISTEN: N_("Listens"),
    Verb.FIND: N_("Finds"),
    Verb.IF: N_("Looks whether"),
    Verb.SET: N_("Remembers"),
    Verb.DO: N_("Does"),
    Verb.RUN: ANOTHER_FLOW,
    Verb.GO: N_("Goes on elsewhere"),
    Verb.END: END,
    Verb.WAIT: N_("Waits"),
    Verb.HAND_OVER: N_("Hands over to a person"),
}
FINDS: dict[str, str] = {
    "services": N_("Finds services"),
    "answers": N_("Finds answers"),
    "help": N_("Finds answers and services"),
    "rights": N_("Finds rights"),
}
EXPECTS: dict[str, str] = {
    Expect.TEXT: N_("Wants words"),
    Expect.PLACE: N_("Wants a place"),
    Expect.LANGUAGE: N_("Wants a language"),
    Expect.YES_NO: N_("Wants yes or no"),
    Expect.NUMBER: N_("Wants a number"),
    Expect.DATE: N_("Wants a date"),
    Expect.POSTCODE: N_("Wants a postcode"),
    Expect.PHONE: N_("Wants a phone number"),
    Expect.MEDIA: N_("Wants a picture or a voice note"),
}
ONLY: dict[str, str] = {"sms": N_("Only by SMS"), "whatsapp": N_("Only by WhatsApp")}
NOT_BY: dict[str, str] = {"sms": N_("Not by SMS"), "whatsapp": N_("Not by WhatsApp")}

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Tongue:
    """One language, as it is written on the picture."""

    catalogues: Catalogues
    language: str

    @property
    def right_to_left(self) -> bool:
        """Whether the picture is to be read from the right."""
        return runs_right_to_left(self.language)

    def said(self, msgid: str) -> str:
        """A text of the flow as people get it; command words filled in, other {variables} left to be seen."""
        text = _PLACEHOLDER.sub(self._filled, self.catalogues.text(msgid, self.language))
        return isolated(text, self.language)

    def named(self, msgid: str, **values: object) -> str:
        """A name of this module."""
        text = self.catalogues.text(msgid, self.language, domain="desk")
        return text.format(**values) if values else text

    def command(self, name: str) -> str:
        """The word that this language shows for a command."""
        return self.catalogues.words(phrases.COMMANDS[name], self.language, context=phrases.COMMAND)[0]

    def verb(self, step: Step) -> str:
        """What a step does, in a word or two."""
        msgid = FINDS.get(step.find) or VERBS.get(step.verb)
        return self.named(msgid) if msgid else step.verb.value

    def notes(self, step: Step) -> tuple[str, ...]:
        """What else a reader must know about a step, a sentence each."""
        return tuple(self._notes(step))

    def _notes(self, step: Step) -> list[str]:
        found = [self.named(ONLY[step.only])] if step.only in ONLY else []
        found += [self.named(EXPECTS.get(step.expect, step.expect.value))] if step.expect else []
        wordings = sum(map(len, step.variants.values()))
        found += [self.named(WORDINGS, count=wordings)] if wordings else []
        found += [self.named(CLEAR)] if step.clear else []
        found += [self.named(OPTIONAL)] if step.optional else []
        found += [self.named(REPEATED, count=step.repeat)] if step.repeat else []
        found += [self.named(ABOUT_GOES, name=step.about)] if step.verb is Verb.HAND_OVER and step.about else []
        found += [self._quiet(step.quiet_ms)] if step.quiet_ms else []
        return found

    def span(self, length_ms: int) -> str:
        """A length of time, like "20 minutes"."""
        return self._span(length_ms, self.language)

    def _quiet(self, length_ms: int) -> str:
        """In one language from end to end, also where this sentence is not translated yet."""
        translated = self.catalogues.has(QUIET, self.language, domain="desk")
        return self.named(QUIET, time=self._span(length_ms, self.language if translated else "en"))

    def _span(self, length_ms: int, language: str) -> str:
        try:
            locale = Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            locale = Locale.parse("en")
        return format_timedelta(timedelta(milliseconds=length_ms), threshold=1.2, locale=locale)

    def _filled(self, found: re.Match[str]) -> str:
        if found[1] == "language_name":
            return LANGUAGES[self.language].own_name
        return self.command(found[1]) if found[1] in phrases.COMMANDS else found[0]
