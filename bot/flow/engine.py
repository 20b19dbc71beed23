"""A conversation moves on by one reply: (world, session, reply, luck) in, (session, events) out. No IO."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bot.flow import asks, finds
from bot.flow.actions import ACTIONS
from bot.flow.commands import command, switch_language
from bot.flow.events import AlertRaised, Broke, Erased, Event, Say, Started, Stopped, TimerSet
from bot.flow.model import Expect, FlowSet, Step, Verb
from bot.flow.replies import Ambiguous
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.world import Reply, World
from bot.language import phrases
from bot.language.normal import plain, words
from bot.story.danger import Danger

# A turn that takes more steps than this goes round in circles.
MOST_STEPS = 200
TRAIL = 12
WORDS_OF_A_QUESTION = 3
LETTERS_OF_A_QUESTION = 3
DANGER_TEXTS = {
    Danger.NOW: phrases.DANGER_NOW,
    Danger.SELFHARM: phrases.DANGER_SELFHARM,
    Danger.ABUSE: phrases.DANGER_ABUSE,
    Danger.CHILD: phrases.DANGER_CHILD,
    Danger.HATE: phrases.DANGER_HATE,
}


class FlowBroke(RuntimeError):
    """A flow cannot go on: it goes round in circles, or speaks of a step that its revision does not have."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reply led to. ``private`` says that the reply told where she is: its words are not to be kept."""

    session: Session
    events: tuple[Event, ...]
    private: bool = False


def resume(world: World, session: Session, reply: Reply, random: Random) -> Turn:
    """Move the conversation on by one reply. Never raises for what a person or a flow does: a flow that breaks
    sends one kind sentence, leaves the session idle and says so in a ``Broke`` event. ``session`` is changed."""
    turn = _Turn(world, session, reply, random)
    try:
        turn.run()
    except FlowBroke as broke:
        turn.voice.events = [event for event in turn.voice.events if not isinstance(event, Say)]
        turn.voice.add(Broke(str(broke)))
        turn.voice.say_phrase(phrases.WENT_WRONG)
        turn.rest()
    session.stamp += 1
    return Turn(turn.session, tuple(turn.voice.events), turn.private)


class _Turn:
    """One turn on its way."""

    def __init__(self, world: World, session: Session, reply: Reply, random: Random) -> None:
        self.world, self.session, self.reply, self.random = world, session, reply, random
        self.voice = Speaker(world, session.language or reply.guess or "en")
        self.flows = self._revision()
        self.steps_taken = 0
        self.private = False

    def _revision(self) -> FlowSet:
        """The flows this conversation began in; the newest when it has not begun, or when they are gone for good."""
        session = self.session
        pinned = self.world.pinned(session.revision) if session.frames and session.revision else None
        if pinned is None:
            session.frames, session.trail, session.parked = [], [], []
            pinned = self.world.newest
        session.revision = pinned.digest
        return pinned

    # the order of things ---------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Danger first, then stopping, then commands, then the question that is open."""
        danger = None if self.reply.timer else self.world.danger.look(self.reply.text)
        if danger:
            self.danger(danger)
        elif self.reply.stopped or self.reply.handled_stop:
            self.stopped()
        elif self.reply.timer:
            self.timer()
        else:
            self.answered()

    def danger(self, kind: Danger) -> None:
        """The right number at once, a person told, nothing else asked. What she wrote stays part of her story."""
        step = self.waiting()
        if step and step.verb is Verb.LISTEN:
            self._heard(step)
        self.voice.add(AlertRaised(kind, self.reply.text))
        if not self.reply.stopped:
            self.voice.say_phrase(DANGER_TEXTS[kind], kind="danger")

    def stopped(self) -> None:
        """She has stopped: only the word START is answered, never a later "thanks" (messaging.md, Stopping)."""
        if self.reply.handled_stop:
            self.voice.add(Stopped())
            self.rest()
        elif self.world.vocabulary.commands.get(plain(self.reply.text)) == "start":
            self.voice.add(Started())
            self.voice.say_phrase(phrases.STARTED)
            self.rest()

    def timer(self) -> None:
        step = self.waiting()
        if step and step.verb is Verb.LISTEN and self.session.frames[-1].values.get(step.name):
            self.voice.say_phrase(phrases.LISTEN_QUIET)

    def answered(self) -> None:
        said = command(self)
        if said or switch_language(self):
            return
        if not self.session.settled and not self.session.frames:
            self.first()
        elif not self.session.frames:
            self.idle()
        else:
            self.step_answered()

    # beginnings ------------------------------------------------------------------------------------------------------
    def first(self) -> None:
        """A new person: the welcome, with what she wrote kept for after it when it says more than hello."""
        said = self.reply.text.strip()
        asks_something = len(words(said)) >= WORDS_OF_A_QUESTION and plain(said) not in self.world.vocabulary.greetings
        self.session.language = self.reply.guess
        self.start(self.world.newest.first, {"guess": self.reply.guess, "opening": said if asks_something else ""})

    def idle(self) -> None:
        """Nothing is under way: a start word, thanks, a question in her own words, or the menu."""
        said = plain(self.reply.text)
        started = self._start_word(said)
        if started:
            self.start(started)
        elif said in self.world.vocabulary.thanks:
            self.voice.say_phrase(phrases.WELCOME)
        elif said in self.world.vocabulary.greetings or sum(map(str.isalpha, said)) < LETTERS_OF_A_QUESTION:
            self._no_words_first()
            self.start(self.flows.home)
        else:
            self.session.frames = [Frame(self.flows.home, 0)]
            self.step_answered()

    def _no_words_first(self) -> None:
        if self.reply.media:
            self.voice.say_phrase(phrases.ONLY_WORDS)
        elif self.reply.location:
            self.voice.say_phrase(phrases.ONLY_WORDS_LOCATION)

    def _start_word(self, said: str) -> str:
        for flow in self.flows.flows.values():
            for word in flow.start_words:
                if said in self.world.vocabulary.labels(word):
                    return flow.name
        return ""

    def start(self, flow: str, values: dict[str, object] | None = None) -> None:
        """Leave what was under way and begin this flow, in the newest revision."""
        self.flows = self.world.newest
        self.session.revision = self.flows.digest
        self.session.frames, self.session.trail = [], []
        self.clear_wait()
        self.push(flow, values or {})
        self.walk()

    def rest(self) -> None:
        """Nothing is under way any more."""
        self.session.frames, self.session.trail, self.session.parked = [], [], []
        self.clear_wait()

    def clear_wait(self) -> None:
        self.session.wait, self.session.misses, self.session.more = {}, 0, ""

    # the open question -----------------------------------------------------------------------------------------------
    def waiting(self) -> Step | None:
        """The step that waits for a reply."""
        if not self.session.frames:
            return None
        frame = self.session.frames[-1]
        return self.flows.step(frame.flow, frame.at)

    def step_answered(self) -> None:
        step = self.waiting()
        if step is None:
            raise FlowBroke(f"{self.session.frames[-1].flow} waits at a step that it does not have")
        if step.verb is Verb.LISTEN:
            self._listened(step)
        elif step.verb is Verb.FIND:
            self._find_answered(step)
        else:
            self._ask_answered(step)

    def _listened(self, step: Step) -> None:
        if not plain(self.reply.text):
            self.voice.say_phrase(phrases.ONLY_WORDS if self.reply.media else phrases.EMPTY)
            return
        first = self._heard(step)
        if first:
            self.voice.say_phrase(phrases.LISTENING)
        if step.quiet_ms:
            self.voice.add(TimerSet(step.quiet_ms))

    def _heard(self, step: Step) -> bool:
        """Add the words to what she tells; True for the first of them."""
        values = self.session.frames[-1].values
        values.setdefault(step.name, []).append(self.reply.text)
        return len(values[step.name]) == 1

    def _ask_answered(self, step: Step) -> None:
        got = asks.answer(step, self.reply, self.voice)
        if isinstance(got, asks.Got):
            self._take(step, got)
        elif step.otherwise is None or got.maybe or not self._could_be_a_question():
            self._missed(step, got)
        elif started := self._start_word(plain(self.reply.text)):
            self.start(started)
        else:
            self._otherwise(step)

    def _take(self, step: Step, got: asks.Got) -> None:
        self.session.misses = 0
        frame = self.session.frames[-1]
        frame.values[step.name] = got.value
        self.private = step.expect is Expect.PLACE and not got.key
        if step.expect is Expect.LANGUAGE:
            self.set_language(str(got.value))
        self._leave(step, got.key)

    def _leave(self, step: Step, key: str) -> None:
        """Go on after this step: by the chosen option's jump, into its flow, or to the next step."""
        frame = self.session.frames[-1]
        frame.at = step.go.get(key, step.then)
        self.clear_wait()
        if key in step.run:
            self.push(step.run[key], {})
        self.walk()

    def _otherwise(self, step: Step) -> None:
        frame = self.session.frames[-1]
        frame.values["said"] = self.reply.text.strip()
        frame.at = step.otherwise if step.otherwise is not None else step.then
        self.clear_wait()
        self.walk()

    def _could_be_a_question(self) -> bool:
        return sum(map(str.isalpha, plain(self.reply.text))) >= LETTERS_OF_A_QUESTION

    def _missed(self, step: Step, missed: asks.Missed) -> None:
        self.session.misses += 1
        sentence = missed.sentence
        if sentence == phrases.NOT_UNDERSTOOD_OPTIONS and self.session.misses > 1:
            sentence = phrases.NOT_UNDERSTOOD_AGAIN
        frame = self.session.frames[-1]
        asks.show(step, frame, self.session, self.voice, before=self.voice.phrase(sentence), only=missed.maybe)

    def _find_answered(self, step: Step) -> None:
        found = finds.pick(self.reply.text, self.reply.button, step, self.session, self.voice)
        if isinstance(found, str) and finds.is_item(found, self.session):
            self._told(step, found)
        elif isinstance(found, str):
            self._leave(step, found)
        elif isinstance(found, Ambiguous):
            which = finds.ambiguous_labels(found, step, self.session, self.voice)
            self.voice.say(self.voice.phrase(phrases.WHICH_ONE), options=which)
        elif plain(self.reply.text) in self.world.vocabulary.thanks:
            self.voice.say_phrase(phrases.WELCOME)
            self.rest()
        elif step.otherwise is not None and self._could_be_a_question():
            self._otherwise(step)
        else:
            finds.show(step, self.session, self.voice, before=self.voice.phrase(phrases.NOT_UNDERSTOOD_OPTIONS))

    def _told(self, step: Step, key: str) -> None:
        finds.tell(step, key, self.session, self.voice)
        self.session.wait["told"] = True
        if not step.stay:
            self._leave(step, key)

    # walking ---------------------------------------------------------------------------------------------------------
    def push(self, flow: str, values: dict[str, object]) -> None:
        """Begin a flow on top of what is under way."""
        if flow not in self.flows.flows:
            raise FlowBroke(f'there is no flow "{flow}" in this revision')
        self.session.frames.append(Frame(flow, 0, dict(values)))

    def walk(self) -> None:
        """Take steps until one waits for a reply, or nothing is left."""
        while self.session.frames:
            frame = self.session.frames[-1]
            step = self.flows.step(frame.flow, frame.at)
            if step is None:
                self._pop()
                continue
            self.steps_taken += 1
            if self.steps_taken > MOST_STEPS:
                raise FlowBroke(f"{frame.flow} goes round in circles at line {step.line}")
            if self._take_step(step, frame):
                return

    def _pop(self) -> None:
        self.session.frames.pop()
        depth = len(self.session.frames)
        self.session.trail = [place for place in self.session.trail if place[0] <= depth]

    def _take_step(self, step: Step, frame: Frame) -> bool:
        """True when the step waits for a reply."""
        if step.verb in {Verb.ASK, Verb.LISTEN, Verb.FIND}:
            return self.arrive(step, frame)
        if step.verb is Verb.IF:
            holds = step.condition is not None and step.condition.holds(frame.values)
            other = step.otherwise if step.otherwise is not None else step.then
            frame.at = step.go["then"] if holds else other
            return False
        frame.at = step.then
        if step.verb is Verb.SAY:
            self.voice.say(self.voice.phrase(step.text, frame.values))
        elif step.verb is Verb.SET:
            self._set(step, frame)
        elif step.verb is Verb.DO:
            self._do(step, frame)
        elif step.verb is Verb.RUN:
            self.push(step.flow, self._given(step, frame))
        return False

    def arrive(self, step: Step, frame: Frame) -> bool:
        """Stop at a step that waits, or pass it when a search finds nothing."""
        self.clear_wait()
        if step.verb is Verb.FIND:
            items = finds.search(step, frame, self.voice)
            if not items and step.none is not None:
                frame.at = step.none
                return False
            finds.begin(items, self.session)
            finds.show(step, self.session, self.voice)
        elif step.verb is Verb.LISTEN:
            self.voice.say(self.voice.phrase(step.text, frame.values))
        else:
            asks.show(step, frame, self.session, self.voice)
        self._remember(frame)
        return True

    def _remember(self, frame: Frame) -> None:
        place = (len(self.session.frames), frame.at)
        if not self.session.trail or self.session.trail[-1] != place:
            self.session.trail = [*self.session.trail, place][-TRAIL:]

    def _given(self, step: Step, frame: Frame) -> dict[str, object]:
        return {name: frame.values.get(written, written) for name, written in step.values.items()}

    def _set(self, step: Step, frame: Frame) -> None:
        for name, value in self._given(step, frame).items():
            frame.values[name] = value
            if name == "language":
                self.set_language(str(value))

    def set_language(self, code: str) -> None:
        """From here on everything is said in this language."""
        self.session.language, self.session.settled = code, True
        self.voice.language = code

    def _do(self, step: Step, frame: Frame) -> None:
        events, values = ACTIONS[step.action].run(self._given(step, frame), self.random)
        frame.values.update(values)
        for event in events:
            self.voice.add(event)
            if isinstance(event, AlertRaised):
                self.voice.say_phrase(DANGER_TEXTS[event.kind], kind="danger")
        self.session.trail = []  # what is sent cannot be gone back to
        if any(isinstance(event, Erased) for event in events):
            self.session.parked = []
            frame.values.clear()
            self.session.frames = [frame]

    # stopping, used by the commands ----------------------------------------------------------------------------------
    def stop(self) -> None:
        """No more texts, and one confirmation."""
        self.voice.add(Stopped())
        self.voice.say_phrase(phrases.STOPPED, kind="opt_out")
        self.rest()
