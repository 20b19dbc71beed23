"""The verb ``ask``: what is shown, and what a reply to it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from bot.flow.lexicon import Ambiguous, Lexicon, as_number, tapped
from bot.flow.model import Expect, Option, Step
from bot.flow.phrasebook import LANGUAGE_NAMES
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.world import Reply
from bot.knowledge.places import Place
from bot.language import phrases
from bot.language.normal import plain

_LETTER = regex.compile(r"\p{L}|\p{N}")
# The options of "expect: yes_no", in this order.
_YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True, slots=True)
class Got:
    """An answer that was understood: the option's key or "" for a free answer, and the value to keep."""

    key: str
    value: object


@dataclass(frozen=True, slots=True)
class Missed:
    """An answer that was not: the sentence to say (a msgid), or the choices it may have meant."""

    sentence: str
    maybe: tuple[str, ...] = ()


def options(step: Step) -> tuple[Option, ...]:
    """What can be chosen at this step."""
    if step.expect is Expect.LANGUAGE:
        return LANGUAGE_NAMES
    return _YES_NO if step.expect is Expect.YES_NO and not step.options else step.options


def show(
    step: Step, frame: Frame, session: Session, voice: Speaker, *, before: str = "", only: Sequence[str] = ()
) -> None:
    """Send the question. ``before`` goes in its place when it is asked again; ``only`` narrows the options."""
    offered = options(step)
    unknown = step.expect is Expect.LANGUAGE and not session.settled
    if not before and not only and not unknown:
        voice.ask_step(step, offered, frame.values)
        return
    text = before or voice.phrase(voice.wording(step), frame.values)
    shown = voice.book.labels(step.name, offered, voice.language or "en")
    if unknown:
        text = voice.book.in_every_language(step.text)
    voice.say(text, options=[(button, label) for button, label in shown if not only or key_of(button) in only])


def key_of(button: str) -> str:
    """The option's key in a button's id."""
    return button.partition(".")[2]


def answer(step: Step, reply: Reply, voice: Speaker, only: Sequence[str] = ()) -> Got | Missed:
    """What the reply means at this step. After "did you mean one of these?", ``only`` are these, numbered from 1."""
    lexicon = _lexicon(step, voice)
    if reply.button:
        key = tapped(reply.button, step.name, lexicon.choices)
        return _got(step, key) if key else Missed(phrases.NOT_UNDERSTOOD_OPTIONS)
    found = lexicon.only(only).find(reply.text) if only else None
    found = found or (lexicon.find(reply.text) if not only or as_number(reply.text) is None else None)
    if isinstance(found, str):
        return _got(step, found)
    if isinstance(found, Ambiguous):
        return Missed(phrases.WHICH_ONE, found.keys)
    return _free(step, reply, voice)


def _got(step: Step, key: str) -> Got:
    """An option; that she would rather not say is an empty answer."""
    return Got(key, "" if step.optional and key == "skip" else key)


def offers(reply: Reply, said: str, step: Step, voice: Speaker) -> bool:
    """True when the reply is exactly one of the options on offer. ``said`` are its folded words."""
    lexicon = _lexicon(step, voice)
    return lexicon.offers(said) or bool(reply.button and tapped(reply.button, step.name, lexicon.choices))


def _lexicon(step: Step, voice: Speaker) -> Lexicon:
    vocabulary = voice.world.vocabulary
    if step.expect is Expect.LANGUAGE:
        return vocabulary.languages()
    # Where she answers in her own words, one word of a sentence must not be taken for an option.
    free = step.expect in {Expect.TEXT, Expect.PLACE}
    return vocabulary.lexicon(options(step), voice.language, clear=step.clear or free)


def _free(step: Step, reply: Reply, voice: Speaker) -> Got | Missed:
    if step.expect is Expect.TEXT:
        return Got("", reply.text.strip()) if _LETTER.search(reply.text) else Missed(_no_words(reply))
    if step.expect is Expect.PLACE:
        return _place(reply, voice)
    return Missed(_no_words(reply) if _wordless(reply) else phrases.NOT_UNDERSTOOD_OPTIONS)


def _no_words(reply: Reply) -> str:
    if reply.location:
        return phrases.ONLY_WORDS_LOCATION
    return phrases.ONLY_WORDS if reply.media else phrases.SAY_WORDS


def _wordless(reply: Reply) -> bool:
    return bool(reply.media or reply.location) and not plain(reply.text)


def _place(reply: Reply, voice: Speaker) -> Got | Missed:
    if reply.location:
        here = Place("", reply.location[0], reply.location[1], "postcode")
        return Got("", kept_place(here))
    if _wordless(reply):
        return Missed(phrases.ONLY_WORDS)
    place = voice.world.directory.place(reply.text)
    return Got("", kept_place(place)) if place else Missed(phrases.PLACE_UNKNOWN)


def kept_place(place: Place) -> dict[str, object]:
    """A place as a session keeps it, until the conversation moves on."""
    return {
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "exactness": place.exactness,
    }
