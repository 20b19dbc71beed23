"""What a person might do at a step: every option in every form, words, nonsense, pictures, commands, danger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.flow.model import Expect, Step, Verb
from bot.flow.rehearse.edges import EDGES, written_in
from bot.flow.rehearse.stage import DOCUMENT, PHOTO, VOICE, WHATSAPP, Moment, Stage, own_key
from bot.flow.world import Reply
from bot.language import phrases
from bot.language.normal import words

QUESTION_NOBODY_ANSWERS = "qwrtzx plmkv bnqjh"
NO_PLACE = "QX9 1QX"
STORY = "It happened on Monday."
DANGER = "I want to kill myself"
LONG_ENOUGH = 4  # letters of a word that may stand for an option
# What an "expect" takes, by its name.
ANSWERS = {"text": "An interpreter", "yes_no": "yes"}


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to do. ``option`` is the button id it means; ``command`` the command it is."""

    said: str
    reply: Reply
    option: str = ""
    command: str = ""
    leads_on: bool = True  # whether doing this counts as a way on from a step


class Probes:
    """Knows what to say, in one language and on one channel."""

    def __init__(self, stage: Stage, language: str, channel: str) -> None:
        self._stage, self._language, self._channel = stage, language, channel
        self._question = self._known_question()
        self._postcode = self._known_postcode()
        self._written = written_in(stage.flows)
        self.danger = bool(stage.world.danger.look(DANGER))

    def openings(self) -> Iterator[tuple[Moment, Probe]]:
        """How conversations begin: a new person's greeting, her first question, a start word, and someone we know."""
        yield self._stage.new(), _words("Hello")
        words = [word for flow in self._stage.flows.flows.values() for word in flow.start_words]
        for word in words[:1]:
            yield self._stage.new(), _words(self._in_her_language(word))
        yield self._stage.new(), replace(_words(self._question), reply=Reply(self._question, guess=self._language))
        yield self._stage.known(self._language), self._command("menu")

    def idle(self) -> Iterator[Probe]:
        """What can be done when nothing is under way."""
        for flow in self._stage.flows.flows.values():
            yield from (_words(self._in_her_language(word)) for word in flow.start_words)
        yield from (_words(said) for said in (self._question, QUESTION_NOBODY_ANSWERS))
        yield from self._anywhere()

    def choices(self, moment: Moment) -> Iterator[Probe]:
        """Each option by its number, or by its button where there are buttons."""
        for mark, (key, label) in zip(self._stage.marks(moment), moment.offers, strict=False):
            if self._channel == WHATSAPP:
                yield Probe(f"[{label}]", Reply(label, button=key), option=key)
            else:
                yield Probe(mark, Reply(mark), option=key)

    def other_forms(self, moment: Moment, step: Step) -> Iterator[Probe]:
        """The same options in other forms: the number on WhatsApp, and the words of a written option."""
        written = {option.key for option in step.options}
        for mark, (key, label) in zip(self._stage.marks(moment), moment.offers, strict=False):
            if self._channel == WHATSAPP:
                yield Probe(mark, Reply(mark), option=key)
            if own_key(key) in written:
                yield Probe(label, Reply(label), option=key)

    def answers(self, moment: Moment, step: Step) -> Iterator[Probe]:
        """Free answers, right and wrong ones, and words that two options share."""
        if step.verb is Verb.LISTEN:
            yield from (_words(STORY), self._command("done"))
            return
        expected = str(step.expect or "")
        if expected == "place":
            yield from (_words(self._postcode), _words(NO_PLACE))
            yield Probe("[her location]", Reply(location=(51.5, -0.1)))
        elif step.expect is Expect.MEDIA:
            yield from self._sent()
        elif step.expect in EDGES:
            yield from map(_words, EDGES[step.expect](step, self._written))
        elif expected in ANSWERS:
            yield _words(ANSWERS[expected])
        yield from (_words(said) for said in (self._question, QUESTION_NOBODY_ANSWERS))
        yield from (_words(shared) for shared in _shared([label for _, label in moment.offers]))
        if step.verb is Verb.FIND:
            yield self._command("done")

    def misfits(self) -> Iterator[Probe]:
        """What no step waits for."""
        for said in ("99", "🙏", "", "xq"):
            yield replace(_words(said), leads_on=False)
        yield Probe("[photo]", Reply(media=(PHOTO,)), leads_on=False)
        yield Probe("[photo] look", Reply("look", media=(PHOTO,)), leads_on=False)
        yield Probe("[her location]", Reply(location=(51.5, -0.1)), leads_on=False)
        yield Probe("[time passes]", Reply(timer=True), leads_on=False)
        yield from self._anywhere()

    def _sent(self) -> Iterator[Probe]:
        """By SMS no photo comes in the UK: there it leads nowhere, and is only tried."""
        sent = {"photo": PHOTO, "voice": VOICE, "document": DOCUMENT}
        for name, media in sent.items():
            yield Probe(f"[{name}]", Reply(media=(media,)), leads_on=self._channel == WHATSAPP)
        yield Probe("[photo] look", Reply("look", media=(PHOTO, PHOTO)), leads_on=self._channel == WHATSAPP)

    def briefly(self, moment: Moment, step: Step) -> Iterator[Probe]:
        """What may lead somewhere new from a step that was tried thoroughly in another place."""
        if step.verb is Verb.FIND:
            yield from (self._command(name) for name in ("more", "done"))
        elif not moment.offers:
            yield from self.answers(moment, step)
        yield from (replace(self._command(name), leads_on=False) for name in ("back", "menu"))

    def _anywhere(self) -> Iterator[Probe]:
        for name in phrases.COMMANDS:
            yield replace(self._command(name), leads_on=False)
        for context, msgid in ((phrases.GREETING, phrases.GREETINGS), (phrases.THANKS_CONTEXT, phrases.THANKS)):
            said = self._stage.world.catalogues.words(msgid, self._language, context=context)[0]
            yield replace(_words(said), leads_on=False)
        if self.danger:
            yield Probe(DANGER, Reply(DANGER), command="danger", leads_on=False)

    def _command(self, name: str) -> Probe:
        words = self._stage.world.catalogues.words(phrases.COMMANDS[name], self._language, context=phrases.COMMAND)
        return Probe(words[0], Reply(words[0]), command=name)

    def _in_her_language(self, msgid: str) -> str:
        return self._stage.world.catalogues.text(msgid, self._language)

    def _known_question(self) -> str:
        """A question that an answer is written for."""
        answer = next(iter(self._stage.world.directory.answers.values()), None)
        if answer is None:
            return QUESTION_NOBODY_ANSWERS
        return self._stage.world.catalogues.text(answer.questions[0], self._language, domain="answers")

    def _known_postcode(self) -> str:
        services = self._stage.world.directory.services.values()
        return next((one.postcode for one in services if one.postcode), "B1 1AA")


def _shared(labels: list[str]) -> list[str]:
    """A word that two labels begin with or hold: she must be asked which she means."""
    holders = Counter(word for label in labels for word in set(words(label)) if len(word) >= LONG_ENOUGH)
    return [word for word, count in holders.items() if count > 1][:1]


def _words(said: str) -> Probe:
    return Probe(said, Reply(said))
