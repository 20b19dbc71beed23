"""The verb ``ask``: what is shown, and what a reply to it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

import regex

from bot.flow import free
from bot.flow.heard import UNDERSTOOD, Read
from bot.flow.lexicon import Ambiguous, Lexicon, as_number, tapped
from bot.flow.model import FREE, Expect, Option, Step
from bot.flow.phrasebook import LANGUAGE_NAMES
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.world import Reply
from bot.knowledge.places import Place, Unplaced
from bot.language import phrases
from bot.language.normal import plain

_LETTER = regex.compile(r"\p{L}|\p{N}")
_READ_FIRST = frozenset({Expect.NUMBER, Expect.POSTCODE, Expect.MEDIA})
_UNPLACED = {
    Unplaced.SCOTLAND: phrases.PLACE_SCOTLAND,
    Unplaced.WALES: phrases.PLACE_WALES,
    Unplaced.NORTHERN_IRELAND: phrases.PLACE_NORTHERN_IRELAND,
    Unplaced.ISLE_OF_MAN: phrases.PLACE_ISLANDS,
    Unplaced.CHANNEL_ISLANDS: phrases.PLACE_ISLANDS,
    Unplaced.NO_SUCH_POSTCODE: phrases.POSTCODE_UNKNOWN,
    Unplaced.UNKNOWN: phrases.PLACE_UNKNOWN,
}
# The options of "expect: yes_no", in this order.
_YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True, slots=True)
class Got:
    """An answer that was understood: the option's key or "" for a free answer, the value to keep, and a sentence in her
    language that tells her how it was read, when there may be doubt."""

    key: str
    value: object
    told: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """An answer that was not: the sentence to say (a msgid), the choices it may have meant, what fills the sentence."""

    sentence: str
    maybe: tuple[str, ...] = ()
    fills: Mapping[str, object] = field(default_factory=dict)


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
    chosen = [(button, label) for button, label in shown if not only or key_of(button) in only]
    voice.say(text, options=chosen, marks=ascii_uppercase if step.expect is Expect.NUMBER else "")


def key_of(button: str) -> str:
    """The option's key in a button's id."""
    return button.partition(".")[2]


def marks(step: Step, count: int) -> tuple[str, ...]:
    """What stands before each option: 1, 2, 3. Where a number is the answer, A, B, C: there "1" is one, and no line."""
    return tuple(ascii_uppercase[:count]) if step.expect is Expect.NUMBER else tuple(map(str, range(1, count + 1)))


def answer(step: Step, reply: Reply, voice: Speaker, only: Sequence[str] = ()) -> Got | Missed:
    """What the reply means at this step. After "did you mean one of these?", ``only`` are these, numbered from 1."""
    lexicon = _lexicon(step, voice)
    if reply.button:
        key = tapped(reply.button, step.name, lexicon.choices)
        return _got(step, key) if key else _free(step, Reply(), voice)
    if step.expect in _READ_FIRST:
        first = _before_options(step, reply, voice, lexicon)
        if first is not None:
            return first
    found = lexicon.only(only).find(reply.text) if only else None
    found = found or (lexicon.find(reply.text) if not only or as_number(reply.text) is None else None)
    if isinstance(found, str):
        return _got(step, found)
    if isinstance(found, Ambiguous):
        return Missed(phrases.WHICH_ONE, found.keys)
    return _free(step, reply, voice)


def _before_options(step: Step, reply: Reply, voice: Speaker, lexicon: Lexicon) -> Got | Missed | None:
    """An answer that must be read before the options. On a question for a number they have letters."""
    if step.expect is Expect.NUMBER:
        said = plain(reply.text).upper()
        if len(said) == 1 and said in ascii_uppercase[: len(lexicon.keys)]:
            return _got(step, lexicon.keys[ascii_uppercase.index(said)])
        whole = lexicon.find(reply.text) if lexicon.offers(reply.text) else None
        if isinstance(whole, str):
            return _got(step, whole)
    heard = free.before_options(step, reply, voice)
    return _taken(heard, voice) if heard else None


def _taken(heard: free.Answer, voice: Speaker) -> Got | Missed:
    if not isinstance(heard, Read):
        return Missed(heard.reason, fills=heard.fills)
    told = "" if heard.sure else voice.phrase(UNDERSTOOD, {"understood": heard.value})
    return Got("", heard.value, told)


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
    return vocabulary.lexicon(options(step), voice.language, clear=step.clear or step.expect in FREE)


def _free(step: Step, reply: Reply, voice: Speaker) -> Got | Missed:
    if step.expect is Expect.TEXT:
        return Got("", reply.text.strip()) if _LETTER.search(reply.text) else Missed(_no_words(reply))
    if step.expect is Expect.PLACE:
        return _place(reply, voice)
    reader = free.READERS.get(step.expect) if step.expect else None
    if reader and (step.expect is Expect.MEDIA or reply.location or not _wordless(reply)):
        return _taken(reader(step, reply, voice), voice)
    return Missed(_no_words(reply) if _wordless(reply) else phrases.NOT_UNDERSTOOD_OPTIONS)


def _no_words(reply: Reply) -> str:
    if reply.location:
        return phrases.ONLY_WORDS_LOCATION
    return phrases.ONLY_WORDS if reply.media else phrases.SAY_WORDS


def _wordless(reply: Reply) -> bool:
    return bool(reply.media or reply.location) and not plain(reply.text)


def _place(reply: Reply, voice: Speaker) -> Got | Missed:
    if reply.location:
        here = voice.world.directory.place_at(*reply.location)
        return Got("", kept_place(here)) if here else Missed(phrases.PLACE_NOT_ENGLAND)
    if _wordless(reply):
        return Missed(phrases.ONLY_WORDS)
    place = voice.world.directory.place(reply.text)
    return Got("", kept_place(place)) if place else Missed(_UNPLACED[voice.world.directory.why_no_place(reply.text)])


def kept_place(place: Place) -> dict[str, object]:
    """A place as a session keeps it, until the conversation moves on."""
    return {
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "exactness": place.exactness,
        "deprivation": list(place.deprivation) if place.deprivation else None,
    }
