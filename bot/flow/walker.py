"""Walks a flow's steps until one waits for a reply; keeps the way back, and the story that was left half-way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.flow import asks, deprived, finds
from bot.flow.actions import ACTIONS, new_reference, texts
from bot.flow.condition import ASKED_ABOUT_YOU, FACTS, SPARED, TODAY, Condition
from bot.flow.events import (
    AlertRaised,
    ConsentKept,
    Erased,
    Event,
    FollowUpSet,
    HandedOver,
    QuestionAsked,
    StoryCompleted,
    StorySubmitted,
    StoryTakenBack,
)
from bot.flow.hours import working_day_after
from bot.flow.looking_back import forget_telling, look_back
from bot.flow.model import FlowSet, Given, Step, Verb
from bot.flow.session import Frame, Person, Session, frames_to_json
from bot.flow.speaker import Speaker
from bot.flow.visits import END, Visit, What
from bot.flow.world import World
from bot.knowledge.area import area_told
from bot.language import phrases
from bot.story.danger import Danger
from bot.story.told import Told

# A turn that takes more steps than this goes round in circles.
MOST_STEPS = 200
TRAIL = 12
BACK = "/back"  # this flow came in between: we say so when it is over
HELD = "held"  # in what waits: the template that was said in place of the follow-up
PUT_OFF_MS = 3_600_000
INTO = "/into"  # what a running flow is to give back; no variable can have this name
DANGER_TEXTS = {
    Danger.NOW: phrases.DANGER_NOW,
    Danger.SELFHARM: phrases.DANGER_SELFHARM,
    Danger.ABUSE: phrases.DANGER_ABUSE,
    Danger.CHILD: phrases.DANGER_CHILD,
    Danger.HATE: phrases.DANGER_HATE,
}


class FlowBroke(RuntimeError):
    """A flow cannot go on: it goes round in circles, or speaks of a step or flow that its revision does not have."""


class Walker:
    """A session on its way through flows. ``flows`` is the revision it began in."""

    def __init__(self, world: World, session: Session, voice: Speaker) -> None:
        self.world, self.session, self.voice = world, session, voice
        self.told: tuple[Told, ...] | None = None
        self.steps_taken = 0
        self.path: list[Visit] = []
        self.flows = self._revision()

    def _revision(self) -> FlowSet:
        """The flows this conversation began in; the newest when it has not begun, or when they are gone for good."""
        session = self.session
        pinned = self.world.pinned(session.revision) if session.frames and session.revision else None
        if pinned is None:
            session.frames, session.trail = [], []
            pinned = self.world.newest
        session.revision = pinned.digest
        return pinned

    # beginning and leaving -------------------------------------------------------------------------------------------
    def start(self, flow: str, values: dict[str, object] | None = None) -> None:
        """Leave what was under way and begin this flow, in the newest revision."""
        frames = self.session.frames
        at_home = bool(frames) and frames[-1].flow == self.flows.home  # there, another flow's word is an answer
        if self.rest(None if at_home else What.LEFT):
            self.voice.say_phrase(phrases.STORY_KEPT)
        self.begin(flow, values)
        self.walk()

    def begin(self, flow: str, values: dict[str, object] | None = None) -> None:
        """Put this flow, in the newest revision, where nothing is under way."""
        self.flows = self.world.newest
        self.session.revision = self.flows.digest
        self.push(flow, values or {})

    def rest(self, why: What | None = What.LEFT) -> bool:
        """Nothing is under way any more; a story that was not sent yet is put aside. True when there was one.

        ``why`` is what is counted where she was; None when she has not left.
        """
        session = self.session
        if why and session.frames:
            self._note_leaving(why)
        self._put_off_held()
        depth = self._depth_of_unsent_story()
        if depth:
            self.park(session.frames[:depth])
        session.frames, session.trail = [], []
        self.clear_wait()
        return depth > 0

    def _note_leaving(self, why: What) -> None:
        """She goes without an answer; who has read one of a list, or gave one of several answers, goes with one."""
        frame = self.session.frames[-1]
        flow = self.flows.flows.get(frame.flow)
        step = flow.steps[frame.at] if flow and frame.at < len(flow.steps) else None
        if step and not self.session.wait.get("told") and not (step.repeat and frame.values.get(step.name)):
            self.path.append(Visit(self.flows.digest, frame.flow, step.name, why))

    def park(self, frames: list[Frame], *, expired: bool = False) -> None:
        """Keep this for when she wants to go on with it."""
        session = self.session
        session.parked, session.parked_revision, session.expired = frames, session.revision, expired

    def unpark(self) -> bool:
        """Go on with what was put aside. False when there is none that can be gone on with."""
        session = self.session
        flows = self.world.pinned(session.parked_revision) if session.parked else None
        if flows is None:
            return False
        self._put_off_held()
        self.flows, session.revision = flows, session.parked_revision
        session.frames, session.parked, session.parked_revision = session.parked, [], ""
        session.trail, session.expired = [], False
        return True

    @property
    def held(self) -> str:
        """The template by which she was asked to write, while the follow-up behind it waits for that; else ""."""
        return str(self.session.wait.get(HELD, "")) if self.session.frames else ""

    def _put_off_held(self) -> None:
        """A follow-up that waited for her to write comes in an hour when she writes about something else."""
        if self.held:
            frames = frames_to_json(self.session.frames)
            self.voice.add(FollowUpSet(PUT_OFF_MS, self.session.revision, frames, self.held))

    def _depth_of_unsent_story(self) -> int:
        """How many flows deep a story is being told that was not sent yet; 0 when none is."""
        frames = self.session.frames
        return next((depth for depth in range(len(frames), 0, -1) if self._is_telling(frames[depth - 1])), 0)

    def _is_telling(self, frame: Frame) -> bool:
        flow = self.flows.flows.get(frame.flow)
        return flow is not None and any(frame.values.get(name) for name in flow.listens)

    def clear_wait(self) -> None:
        """What was asked is answered."""
        self.session.wait, self.session.misses, self.session.more = {}, 0, ""

    def push(self, flow: str, values: dict[str, object]) -> None:
        """Begin a flow on top of what is under way."""
        if flow not in self.flows.flows:
            raise FlowBroke(f'there is no flow "{flow}" in this revision')
        self.session.frames.append(Frame(flow, 0, dict(values)))

    # walking ---------------------------------------------------------------------------------------------------------
    def waiting(self) -> Step | None:
        """The step that waits for a reply; None when nothing is under way, or a follow-up waits for her to write.

        Raises FlowBroke when it is not there.
        """
        session = self.session
        if not session.frames or session.wait.get(HELD):
            return None
        frame = session.frames[-1]
        try:
            return self.flows.flows[frame.flow].steps[frame.at]
        except (KeyError, IndexError):
            raise FlowBroke(f"{frame.flow} waits at a step that it does not have") from None

    def walk(self, *, again: bool = False) -> None:
        """Take steps until one waits for a reply, or nothing is left. ``again``: the first is one she was at before."""
        self.session.wait.pop(HELD, None)
        while self.session.frames:
            frame = self.session.frames[-1]
            if frame.flow not in self.flows.flows:
                raise FlowBroke(f'there is no flow "{frame.flow}" in this revision')
            step = self.flows.step(frame.flow, frame.at)
            if step is None:
                self._pop()
                again = True
                continue
            if step.only and step.only != self.voice.channel:
                frame.at += 1
                continue
            self.steps_taken += 1
            if self.steps_taken > MOST_STEPS:
                raise FlowBroke(f"{frame.flow} goes round in circles at line {step.line}")
            if self._take_step(step, frame, again=again):
                return
            again = False

    def _pop(self) -> None:
        ended = self.session.frames.pop()
        self.path.append(Visit(self.flows.digest, ended.flow, END, What.REACHED))
        depth = len(self.session.frames)
        if depth:
            given = {mine: ended.values.get(theirs, "") for mine, theirs in ended.values.get(INTO, {}).items()}
            self.session.frames[-1].values.update(given)
            if ended.values.get(BACK):
                self.voice.say_phrase(phrases.BACK_AGAIN)
        self.session.trail = [place for place in self.session.trail if place[0] <= depth]

    def _take_step(self, step: Step, frame: Frame, *, again: bool) -> bool:
        """True when the step waits for a reply."""
        if step.verb in {Verb.ASK, Verb.LISTEN, Verb.FIND}:
            return self._arrive(step, frame, again=again)
        if step.verb is Verb.IF:
            holds = step.condition is not None and step.condition.holds(self._looked_at(step.condition, frame))
            other = step.otherwise if step.otherwise is not None else step.then
            frame.at = step.go["then"] if holds else other
            return False
        frame.at = step.then
        if step.verb is Verb.WAIT:
            self._wait(step)
            return True
        if step.verb is Verb.HAND_OVER:
            self._hand_over(step, frame)
            return True
        if step.verb is Verb.SAY:
            self.voice.say_step(step, frame.values)
        elif step.verb is Verb.SET:
            self._set(step, frame)
        elif step.verb is Verb.DO:
            self._do(step, frame)
        elif step.verb is Verb.RUN:
            into = {INTO: dict(step.into)} if step.into else {}
            self.push(step.flow, self._given(step, frame) | into)
        return False

    def _arrive(self, step: Step, frame: Frame, *, again: bool) -> bool:
        """Stop at a step that waits, or pass it when a search finds nothing."""
        self.clear_wait()
        if step.verb is Verb.FIND:
            if not self._found(step, frame, again=again):
                return False
        elif step.verb is Verb.LISTEN:
            self.voice.say_step(step, frame.values)
        else:
            asks.show(step, frame, self.session, self.voice)
        place = (len(self.session.frames), frame.at)
        new = not self.session.trail or self.session.trail[-1] != place
        if new:
            self.session.trail = [*self.session.trail, place][-TRAIL:]
        if new or not again:  # the same question asked once more, after HELP or BACK, is not a second visit
            self.path.append(Visit(self.flows.digest, frame.flow, step.name, What.REACHED))
        return True

    def _wait(self, step: Step) -> None:
        """The rest comes later, by itself; until then nothing is open and she may text about anything else."""
        session = self.session
        self.voice.add(FollowUpSet(step.wait_ms, session.revision, frames_to_json(session.frames), step.template))
        session.frames, session.trail = [], []
        self.clear_wait()

    def _hand_over(self, step: Step, frame: Frame) -> None:
        """From here on a champion reads what she texts. Who has an open talk comes back to that one."""
        session = self.session
        self.voice.say(self.voice.phrase(self.voice.wording(step), frame.values))
        again = bool(session.talk)
        session.talk = session.talk or new_reference(self.voice.random)
        words = texts(frame.values.pop(step.about, None))  # gone to the champion: no story that waits to be sent
        self.voice.add(HandedOver(session.talk, "\n".join(words), again))
        self.path.append(Visit(self.flows.digest, frame.flow, step.name, What.REACHED))
        if self.rest(None):
            self.voice.say_phrase(phrases.STORY_KEPT)
        session.person = Person.READS

    def _found(self, step: Step, frame: Frame, *, again: bool) -> bool:
        """Show the list; False when there is none and the flow says what then."""
        if again and finds.is_kept(step, frame):
            finds.show(step, frame, self.voice)
            return True
        place = finds.where(step, frame)
        items, measured = finds.search(step, frame, self.voice)
        if not items:
            self.voice.add(finds.not_found(step, frame, self.voice, place))
        if not items and step.none is not None:
            frame.at = step.none
            return False
        finds.begin(step, items, frame)
        finds.show(step, frame, self.voice, measured=measured)
        return True

    def _given(self, step: Step, frame: Frame) -> dict[str, object]:
        return {name: self._value(given, frame) for name, given in step.values.items()}

    def _value(self, given: Given, frame: Frame) -> object:
        """What is kept under a name; or the written words, with what stands in {braces} filled in."""
        if given.is_variable:
            return self._known(given.written, frame)
        return self.voice.phrase(given.written, frame.values) if "{" in given.written else given.written

    def _known(self, name: str, frame: Frame) -> object:
        return frame.values.get(name, self.voice.today if name == TODAY else "")

    def _looked_at(self, condition: Condition, frame: Frame) -> Mapping[str, object]:
        if not condition.names & FACTS:
            return frame.values
        spared, asked = self.session.spared, self.session.asked_about_you
        facts = {SPARED: "yes" if spared else "", ASKED_ABOUT_YOU: "yes" if asked else ""}
        return {TODAY: self.voice.today, **facts, **frame.values}

    def _set(self, step: Step, frame: Frame) -> None:
        for name, value in self._given(step, frame).items():
            frame.values[name] = value
            if name == "language":
                self.set_language(str(value))

    def set_language(self, code: str) -> None:
        """From here on everything is said in this language."""
        self.session.language, self.session.settled = code, True
        self.voice.language = code

    def _in_full(self, event: Event, step: Step, frame: Frame) -> Event:
        """An event with what the action could not know of the conversation."""
        if isinstance(event, QuestionAsked):
            event = self._promised(event, frame)
        if isinstance(event, StorySubmitted | QuestionAsked):
            return replace(event, deprivation=deprived.known(self.session.frames))
        return self._with_wording(event, step, frame) if isinstance(event, ConsentKept) else event

    def _do(self, step: Step, frame: Frame) -> None:
        given = self._given(step, frame)
        events, values = ACTIONS[step.action].run(given, self.voice.random)
        frame.values.update(values)
        frame.values.update(look_back(self, step.action, given))
        if events:
            self.path.append(Visit(self.flows.digest, frame.flow, step.name, What.REACHED))
        for event in events:
            self.voice.add(self._in_full(event, step, frame))
            self.session.spared |= isinstance(event, AlertRaised | ConsentKept)
            if isinstance(event, AlertRaised):
                self.say_danger(event.kind)
            elif isinstance(event, StorySubmitted):
                frame.values.pop(step.values["text"].written, None)  # from here on it is in the queue, not half-told
            elif isinstance(event, StoryCompleted):
                self._forget_place(step, frame)
            elif isinstance(event, StoryTakenBack):
                self.session.frames = forget_telling(self.session.frames, event.reference)
            elif isinstance(event, Erased):
                self.session.parked, self.session.frames = [], [Frame(frame.flow, frame.at)]
        self.session.trail = []  # what is done cannot be gone back to

    def _forget_place(self, step: Step, frame: Frame) -> None:
        """The story has its town or district: from here on nothing more exact is kept of where it was."""
        told = step.values.get("area")
        if told and told.written in frame.values:
            frame.values[told.written] = area_told(frame.values[told.written])
            deprived.forget(frame)

    def _promised(self, event: QuestionAsked, frame: Frame) -> QuestionAsked:
        """With the day by which she may expect an answer: the flow can tell her, and whether anybody reads her."""
        champions, today = self.world.champions, self.voice.today
        due = working_day_after(date.fromisoformat(today), champions.within_days) if today else None
        frame.values["reply_by"] = due.isoformat() if due else ""
        frame.values["understood"] = "yes" if champions.understand(self.session.language or "en") else ""
        return replace(event, due=due)

    def _with_wording(self, event: ConsentKept, step: Step, frame: Frame) -> ConsentKept:
        """With what she was asked, as she read it, so that it can be shown later what she agreed to."""
        name = step.values["answer"].written
        asked = next((one.text for one in self.flows.flows[frame.flow].steps if one.name == name), "")
        wording = self.voice.phrase(asked, frame.values) if asked else ""
        return replace(event, wording=wording, revision=self.flows.digest)

    def say_danger(self, kind: Danger) -> None:
        """The numbers for this danger; where others may read her phone, a word about that too."""
        text = self.voice.phrase(DANGER_TEXTS[kind])
        if kind is Danger.ABUSE:
            text = f"{text} {self.voice.phrase(phrases.SHARED_PHONE_HINT)}"
        self.voice.say(text, kind="danger")
