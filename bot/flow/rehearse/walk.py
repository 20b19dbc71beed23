"""Walks down every branch of the flows in one language on one channel; looks at every turn on the way.

The walk is systematic and the same each time: from every waiting step it tries each option, free words, a reply that
makes no sense, a picture, and every command. A place that was seen before, with the same things known that decide
the way, is not walked again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bot.flow import finds
from bot.flow.condition import DAY, POSTCODE
from bot.flow.events import AlertRaised, FollowUpSet, Stopped
from bot.flow.model import Flow, FlowSet, Step, Verb
from bot.flow.rehearse.coverage import Coverage
from bot.flow.rehearse.judge import Judge, Seen
from bot.flow.rehearse.probes import STORY, Probe, Probes
from bot.flow.rehearse.problem import Problem
from bot.flow.rehearse.stage import Moment, Stage, Took, own_key
from bot.flow.session import Frame, Session, frames_from_json
from bot.flow.world import FromDesk, Reply

# A walk through this many places takes about ten seconds; the shipped flows have some hundred.
MOST_PLACES = 4000
MOST_PAGES = 6

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A moment to go on from, and all that she had texted until then."""

    moment: Moment
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found, and how far it went."""

    problems: tuple[Problem, ...]
    places: int
    turns: int


class Walk:
    """One walk. ``tried``: the steps where every reply was tried already, as on another channel; they grow.
    ``only``: not beyond what leads to this flow, and what it leads to."""

    def __init__(
        self,
        stage: Stage,
        judge: Judge,
        coverage: Coverage,
        language: str,
        channel: str,
        tried: set[Key],
        only: str = "",
    ) -> None:
        self._stage, self._judge, self._coverage = stage, judge, coverage
        self._language, self._channel = language, channel
        self._probes = Probes(stage, language, channel)
        self._deciding = Deciding(stage.flows)
        self._scope = leading_to(stage.flows, only) if only else frozenset(stage.flows.flows)
        self._only = only
        self._seen: set[Key] = set()
        self._tried = tried
        self._picked: set[str] = set()
        self._followed: set[Key] = set()
        self._queue: deque[Place] = deque()
        self._ways_out: dict[Key, set[Key]] = {}
        self._first: dict[Key, Place] = {}
        self._problems: dict[object, Problem] = {}
        self._turns = 0

    def run(self) -> Walked:
        """Walk until there is nowhere new to go."""
        for moment, probe in self._probes.openings():
            self._try(Place(moment, ()), probe)
        self._at_rest()
        while self._queue and len(self._seen) < MOST_PLACES:
            self._from(self._queue.popleft())
        self._circles()
        return Walked(tuple(self._problems.values()), len(self._seen), self._turns)

    # places ----------------------------------------------------------------------------------------------------------
    def _at_rest(self) -> None:
        """Nothing is under way, and the texts are stopped: only START may be answered."""
        rest = Place(self._stage.known(self._language), ())
        for probe in (*self._probes.idle(), *self._probes.misfits()):
            self._try(rest, probe)
        stop = self._try(rest, Probe("STOP", Reply("STOP"), command="stop"))
        silent = Place(stop.after, ("STOP",))
        thanks = self._try(silent, Probe("thanks", Reply("thanks")))
        if thanks.says:
            self._wrong(silent, ("thanks",), "Someone who texted STOP gets a text.", "Nothing is said until START.")
        self._try(silent, Probe("START", Reply("START")))

    def _from(self, place: Place) -> None:
        session = self._stage.session(place.moment)
        waits = self._stage.step(session)
        if waits is None and session.person:
            self._with_person(place)
        if waits is None or (session.settled and session.language != self._language) or not self._in_scope(session):
            self._ways_out[self._key(place.moment)] = {()}
            return
        flow, at, step = waits
        top = (session.settled, flow, at, () if step.verb is Verb.FIND else _keys(place.moment))
        thorough = top not in self._tried and not session.parked
        self._choose(place, step, thorough=thorough)
        if thorough:
            self._tried.add(top)
            self._thoroughly(place, step)
            return
        for probe in self._probes.briefly(place.moment, step):
            self._try(place, probe)

    def _with_person(self, place: Place) -> None:
        """A champion reads her: what she texts, what the bot still does itself, and the word when nobody comes."""
        talk = self._stage.session(place.moment).talk
        for probe in (*self._probes.misfits(), *self._probes.idle(), Probe(STORY, Reply(STORY))):
            self._try(place, probe)
        for desk in FromDesk:
            self._try(place, Probe(f"[{desk}]", Reply(timer=True, desk=desk, talk=talk)))

    def _thoroughly(self, place: Place, step: Step) -> None:
        for probe in (*self._probes.answers(place.moment, step), *self._probes.misfits()):
            self._try(place, probe)
        self._twice(place)

    def _in_scope(self, session: Session) -> bool:
        flows = [frame.flow for frame in session.frames]
        return flows[-1] in self._scope or self._only in flows

    def _choose(self, place: Place, step: Step, *, thorough: bool) -> None:
        went: dict[str, Took] = {}
        for number, probe in enumerate(self._probes.choices(place.moment)):
            if number and self._is_picked(step, probe.option):
                continue
            went[probe.option] = self._try(place, probe)
            self._read_on(place, probe, went[probe.option])
        for probe in self._probes.other_forms(place.moment, step) if thorough else ():
            took = self._try(place, probe)
            first = went.get(probe.option)
            if first and not took.broke and self._key(took.after) != self._key(first.after):
                self._differs(place, probe)

    def _is_picked(self, step: Step, option: str) -> bool:
        """True when this line of a list was read before; what it says does not depend on how she came here."""
        if step.verb is not Verb.FIND or own_key(option) in {written.key for written in step.options}:
            return False
        known = option in self._picked
        self._picked.add(option)
        return known

    def _read_on(self, place: Place, probe: Probe, took: Took) -> None:
        """The rest of a long answer, page by page, and back to the list."""
        here = Place(took.after, (*place.said, probe.said))
        for _ in range(MOST_PAGES):
            if not self._stage.session(here.moment).more:
                return
            more = self._try(here, Probe("MORE", Reply("MORE")))
            here = Place(more.after, (*here.said, "MORE"))

    def _twice(self, place: Place) -> None:
        """What is not understood, or not answered at all, for the second time."""
        for probe in (
            Probe("xq", Reply("xq"), leads_on=False),
            Probe("[time passes]", Reply(timer=True), leads_on=False),
        ):
            first = self._try(place, probe)
            if self._stage.step(first.session):
                self._try(Place(first.after, (*place.said, probe.said)), probe)

    # a turn ----------------------------------------------------------------------------------------------------------
    def _try(self, place: Place, probe: Probe) -> Took:
        self._turns += 1  # and the luck: of several wordings, each has its turn
        took = self._stage.turn(place.moment, probe.reply, self._channel, self._turns)
        said = (*place.said, probe.said)
        self._coverage.note(took, self._language)
        for problem in self._judge.problems(took, Seen(self._language, self._channel, said)):
            self._problems.setdefault(problem.same, problem)
        self._obeyed(place, probe, took)
        self._go_on(place, probe, took, said)
        self._later(Place(took.after, said), took)
        return took

    def _later(self, place: Place, took: Took) -> None:
        """What the flow put off comes by itself, once for each place that it goes on from."""
        for event in took.events:
            if isinstance(event, FollowUpSet) and (goes_on := self._goes_on(event)) not in self._followed:
                self._followed.add(goes_on)
                self._try(place, Probe("[days pass]", Reply(timer=True, follow_up=event)))

    def _goes_on(self, event: FollowUpSet) -> Key:
        return tuple(self._deciding.known(frame) for frame in frames_from_json(event.frames))

    def _go_on(self, place: Place, probe: Probe, took: Took, said: tuple[str, ...]) -> None:
        before, after = self._key(place.moment), self._key(took.after)
        if probe.leads_on and after != before:
            self._ways_out.setdefault(before, set()).add(after)
        if after and after not in self._seen and not took.broke:
            self._seen.add(after)
            self._first[after] = Place(took.after, said)
            self._queue.append(Place(took.after, said))

    def _obeyed(self, place: Place, probe: Probe, took: Took) -> None:
        """STOP stops, MENU brings the menu and danger is answered, wherever she is."""
        if place.moment.stopped or took.broke or not probe.command:
            return
        said = (probe.said,)
        if probe.command == "stop" and not any(isinstance(event, Stopped) for event in took.events):
            self._wrong(place, said, "STOP does not stop the texts here.", "No option may be a command's word.")
        if probe.command == "danger" and not any(isinstance(event, AlertRaised) for event in took.events):
            self._wrong(place, said, "Words of danger are not answered here.", "Tell a developer: this is a bug.")
        settled = self._stage.session(place.moment).settled
        if probe.command == "menu" and settled and not self._at_home(took.session):
            self._wrong(place, said, "MENU does not bring the menu here.", "No option may be a command's word.")

    def _at_home(self, session: Session) -> bool:
        return not session.frames or session.frames[0].flow == self._stage.flows.home

    def _differs(self, place: Place, probe: Probe) -> None:
        self._wrong(
            place,
            (probe.said,),
            f'"{probe.said}" does not do the same as tapping or numbering that option.',
            "Give the options words that no other option or command has, in this language too.",
            "words-differ",
        )

    def _wrong(self, place: Place, said: tuple[str, ...], sentence: str, mend: str, code: str = "disobeyed") -> None:
        seen = Seen(self._language, self._channel, (*place.said, *said))
        problem = self._judge.problem_at(place.moment, seen, code, sentence, mend)
        self._problems.setdefault(problem.same, problem)

    # dead ends -------------------------------------------------------------------------------------------------------
    def _circles(self) -> None:
        """Places from which no answer ever leads to an end: only a command can free her."""
        free = {()} | {self._key(place.moment) for place in self._queue}  # left in the queue: the walk was cut short
        grew = True
        while grew:
            more = {key for key, out in self._ways_out.items() if key not in free and out & free}
            free |= more
            grew = bool(more)
        for key, place in self._first.items():
            if key not in free and all(key in self._reach(other) for other in self._reach(key)):
                sentence = "No answer leads on from here: she waits for ever, or goes round in a circle."
                self._wrong(place, (), sentence, 'Add an option or an "else:" that ends it.', "dead-end")

    def _reach(self, start: Key) -> set[Key]:
        """Every place that answers lead to from here."""
        todo, found = [start], set[Key]()
        while todo:
            new = self._ways_out.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found

    def _key(self, moment: Moment) -> Key:
        """What tells this place from others; () when nothing is under way."""
        session = self._stage.session(moment)
        if not session.frames:
            return ("a person",) if session.person else ()
        if session.parked:  # what was put aside is come back to by BACK; the rest was walked without it
            return tuple(self._deciding.known(frame) for frame in (session.parked[-1], session.frames[-1]))
        here = tuple(self._deciding.known(frame) for frame in session.frames)
        waits = self._stage.step(session)
        page = finds.page_key(waits[2], session.frames[-1]) if waits and waits[2].verb is Verb.FIND else None
        return (session.settled, session.language, here, page or _keys(moment))


class Deciding:
    """Which variables decide the way on from a step: those that an "if" or a "find" further on looks at."""

    def __init__(self, flows: FlowSet) -> None:
        self._flows = flows
        self._names = {
            (name, at): _ahead(flow, at) for name, flow in flows.flows.items() for at in range(len(flow.steps) + 1)
        }

    def known(self, frame: Frame) -> Key:
        """A flow that is under way, reduced to what decides how it goes on."""
        flow = self._flows.flows[frame.flow]
        keys = {option.key for step in flow.steps for option in step.options}
        names = self._names[frame.flow, min(frame.at, len(flow.steps))]
        return frame.flow, frame.at, tuple((name, _reduced(frame.values.get(name), keys)) for name in names)


def _ahead(flow: Flow, start: int) -> tuple[str, ...]:
    """The names that steps reachable from here look at."""
    names: set[str] = set()
    todo, done = [start], set()
    while todo:
        at = todo.pop()
        if at in done or at >= len(flow.steps):
            continue
        done.add(at)
        step = flow.steps[at]
        names |= step.condition.names if step.condition else set()
        names |= {given.written for given in step.values.values() if given.is_variable and step.verb is Verb.FIND}
        names |= {step.name} if step.verb is Verb.LISTEN or step.repeat else set()
        todo += [step.then, *step.go.values(), *(one for one in (step.otherwise, step.none) if one is not None)]
    return tuple(sorted(names))


def _reduced(value: object, keys: set[str]) -> object:
    """Numbers, days and postcodes decide by what they are; of other words only whether there are any.
    Of several answers the last one decides."""
    if isinstance(value, int | float) or (isinstance(value, str) and (value in keys or _compares(value))):
        return value
    return _reduced(value[-1], keys) if isinstance(value, list) and value else bool(value)


def _compares(value: str) -> bool:
    return bool(DAY.fullmatch(value) or POSTCODE.fullmatch(value))


def _keys(moment: Moment) -> tuple[str, ...]:
    return tuple(key for key, _ in moment.offers)


def leading_to(flows: FlowSet, wanted: str) -> frozenset[str]:
    """The flows that run this one, directly or not, and itself."""
    found = {wanted}
    grew = True
    while grew:
        more = {name for name, flow in flows.flows.items() if name not in found and found & set(_runs(flow))}
        found |= more
        grew = bool(more)
    return frozenset(found | {flows.home})


def _runs(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        yield from step.run.values()
        if step.flow:
            yield step.flow
