"""Where conversations are tried out: the real engine with a made-up person, and a note of every step it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import SupportsIndex, overload

from msgspec import structs

from bot.flow import asks
from bot.flow.engine import resume
from bot.flow.events import (
    Broke,
    Erased,
    Event,
    ReadersNarrowed,
    Say,
    Started,
    Stopped,
    StorySubmitted,
    StoryTakenBack,
)
from bot.flow.media import Media
from bot.flow.model import FlowSet, Step
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.story.consent import Consent
from bot.story.told import Told

SMS, WHATSAPP = "sms", "whatsapp"
CHANNELS = (SMS, WHATSAPP)
TODAY = date(2026, 11, 21)  # the day on which every conversation is tried out, so that it goes the same each time
PHOTO = Media("https://example.org/photo", "image/jpeg")
VOICE = Media("https://example.org/voice", "audio/ogg")
DOCUMENT = Media("https://example.org/document", "application/pdf")

Offers = tuple[tuple[str, str], ...]  # (button id, label), as they were shown
Look = tuple[str, int]  # a flow, and the index of one of its steps


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a person is: her conversation, the options she was shown last, whether she has stopped the texts, and the
    stories that she has told, newest first."""

    session: str
    offers: Offers = ()
    stopped: bool = False
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Took:
    """One turn. ``looks`` are the steps that the engine looked at, in order; ``crash`` is "" unless it raised."""

    before: Moment
    reply: Reply
    after: Moment
    session: Session
    events: tuple[Event, ...]
    looks: tuple[Look, ...]
    crash: str = ""

    @property
    def says(self) -> tuple[Say, ...]:
        """The messages of the turn."""
        return tuple(event for event in self.events if isinstance(event, Say))

    @property
    def broke(self) -> str:
        """Why the turn failed; "" when it did not."""
        return self.crash or next((event.sentence for event in self.events if isinstance(event, Broke)), "")


class Steps(tuple[Step, ...]):
    """A flow's steps that tell when one of them is looked at."""

    note: Callable[[int], None]

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Step: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Step, ...]: ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> Step | tuple[Step, ...]:
        if isinstance(key, int):
            self.note(key)
        return super().__getitem__(key)


class Stage:
    """Lets people talk with the flows of a world. ``guess`` tells the language of a first text."""

    def __init__(self, world: World, guess: Callable[[str], str]) -> None:
        self._looks: list[Look] = []
        self.flows = world.newest
        watched = self._watched(world.newest)
        self.world = replace(world, newest=watched, pinned=lambda digest: watched)
        self.guess = guess

    def known(self, language: str) -> Moment:
        """Someone who writes in this language and has nothing under way."""
        return Moment(Session(language=language, settled=True).to_json())

    def new(self) -> Moment:
        """Someone we have never heard of."""
        return Moment(Session().to_json())

    def turn(self, moment: Moment, reply: Reply, channel: str, luck: int) -> Took:
        """Let her send this. Every turn goes through the session's JSON, as it does in the house."""
        session = Session.from_json(moment.session)
        self._looks.clear()
        today = reply.today or TODAY
        reply = structs.replace(reply, stopped=moment.stopped, channel=channel, today=today, told=moment.told)
        try:
            done = resume(self.world, session, reply, Random(luck))  # noqa: S311 # references of made-up people
        except Exception as bad:  # whatever a flow makes the engine do, the author must hear of it
            why = f"{type(bad).__name__}: {bad}"
            return Took(moment, reply, moment, _read(moment.session), (), self._taken(channel), why)
        after = self._after(moment, done.session, done.events, today)
        return Took(moment, reply, after, done.session, done.events, self._taken(channel))

    def session(self, moment: Moment) -> Session:
        """Her conversation at this moment, to look at: it is shared and must not be changed."""
        return _read(moment.session)

    def step(self, session: Session) -> tuple[str, int, Step] | None:
        """The step that waits for her: its flow, its index and itself. None when nothing is under way."""
        if not session.frames:
            return None
        frame = session.frames[-1]
        steps = self.flows.flows[frame.flow].steps
        return (frame.flow, frame.at, steps[frame.at]) if frame.at < len(steps) else None

    def marks(self, moment: Moment) -> tuple[str, ...]:
        """What stands before each option that she was shown: its number, or its letter."""
        waits = self.step(self.session(moment))
        return asks.marks(waits[2], len(moment.offers)) if waits else ()

    def _watched(self, flows: FlowSet) -> FlowSet:
        return replace(
            flows, flows={name: replace(flow, steps=self._noted(name)) for name, flow in flows.flows.items()}
        )

    def _noted(self, name: str) -> Steps:
        steps = Steps(self.flows.flows[name].steps)
        steps.note = lambda at: self._looks.append((name, at))
        return steps

    def _taken(self, channel: str) -> tuple[Look, ...]:
        """The steps looked at, without those that are only for the other channel."""
        steps = {name: flow.steps for name, flow in self.flows.flows.items()}
        return tuple(look for look in self._looks if steps[look[0]][look[1]].only in {"", channel})

    def _after(self, moment: Moment, session: Session, events: tuple[Event, ...], today: date) -> Moment:
        if any(isinstance(event, Erased) for event in events):
            return self.new()
        stopped = moment.stopped
        for event in events:
            stopped = (stopped or isinstance(event, Stopped)) and not isinstance(event, Started)
        says = [event for event in events if isinstance(event, Say)]
        shown = [say.options for say in says if say.options and not say.offers_words]
        same = _place(session) == _place(_read(moment.session))
        offers = shown[-1] if shown else moment.offers if same else ()
        return Moment(session.to_json(), offers, stopped, _told(moment.told, events, today))


def _narrowed(one: Told) -> Told:
    return structs.replace(one, consent=Consent.CHAMPIONS)


def _told(told: tuple[Told, ...], events: tuple[Event, ...], today: date) -> tuple[Told, ...]:
    """Her stories after these events."""
    for event in events:
        if isinstance(event, StorySubmitted):
            told = (Told(event.reference, today.isoformat(), event.consent), *told)
        elif isinstance(event, StoryTakenBack):
            told = tuple(one for one in told if one.reference != event.reference)
        elif isinstance(event, ReadersNarrowed):
            told = tuple(_narrowed(one) if one.reference == event.reference else one for one in told)
    return told


@lru_cache(maxsize=4096)
def _read(session: str) -> Session:
    return Session.from_json(session)


def _place(session: Session) -> list[tuple[str, int]]:
    return [(frame.flow, frame.at) for frame in session.frames]


def own_key(offer: str) -> str:
    """An option's own key: of the button id "topic.food" it is "food"."""
    return offer.partition(".")[2]
