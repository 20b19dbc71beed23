"""How much of each flow was walked, in each language: steps, and ways to go on from a step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from bot.flow.model import Expect, Flow, FlowSet, Step, Verb
from bot.flow.rehearse.stage import Look, Stage, Took, own_key
from bot.flow.replies import as_number
from bot.language.normal import plain

THEN, ELSE, NONE = "when it is so", "else", "none"
Way = tuple[str, int, str]  # flow, index of the step, which way


@dataclass(frozen=True, slots=True)
class Row:
    """One flow in one language: how many of its steps and ways were walked, and the (line, what) never reached."""

    flow: str
    file: str
    language: str
    steps: int
    steps_reached: int
    ways: int
    ways_reached: int
    missed: tuple[tuple[int, str], ...]


class Coverage:
    """Collects what turns reach."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._flows = stage.flows
        self._looks: dict[str, set[Look]] = defaultdict(set)
        self._ways: dict[str, set[Way]] = defaultdict(set)

    def note(self, took: Took, language: str) -> None:
        """Count this turn."""
        before = self._stage.step(self._stage.session(took.before))
        waits = self._stage.step(took.session)
        looks = [*([before[:2]] if before else []), *took.looks, *([waits[:2]] if waits else [])]
        self._looks[language].update(looks)
        self._ways[language].update(self._jumps(looks))
        if before:
            key = _chosen(took, lettered=before[2].expect is Expect.NUMBER)
            if key in {option.key for option in before[2].options}:
                self._ways[language].add((before[0], before[1], str(key)))

    def rows(self, languages: Iterable[str], only: str = "") -> Iterator[Row]:
        """Every flow in every language; ``only`` this flow, when one is named."""
        for name, flow in sorted(self._flows.flows.items()):
            if not only or name == only:
                yield from (self._row(flow, language) for language in languages)

    def _row(self, flow: Flow, language: str) -> Row:
        steps = [(flow.name, at) for at in range(len(flow.steps))]
        ways = [(flow.name, at, way) for at, step in enumerate(flow.steps) for way in ways_of(step)]
        unseen = [look for look in steps if look not in self._looks[language]]
        untried = [way for way in ways if way not in self._ways[language] and way[:2] not in unseen]
        missed = [(flow.steps[at].line, f'the step "{flow.steps[at].verb}"') for _, at in unseen]
        missed += [(flow.steps[at].line, f'the way "{way}"') for _, at, way in untried]
        reached = sum(way in self._ways[language] for way in ways)
        return Row(
            flow.name, flow.file, language, len(steps), len(steps) - len(unseen), len(ways), reached,
            tuple(sorted(missed)),
        )  # fmt: skip

    def _jumps(self, looks: list[Look]) -> Iterator[Way]:
        """The ways of "if", "else" and "none" that these looks show: where the same flow was looked at next."""
        for look, following in pairwise(looks):
            step = self._flows.flows[look[0]].steps[look[1]]
            target = following[1] if following[0] == look[0] else None
            yield from ((*look, way) for way in _taken(step, target, _end(self._flows, look[0])))


def ways_of(step: Step) -> tuple[str, ...]:
    """The ways that lead on from a step, when there is more than one."""
    if step.verb is Verb.IF:
        return THEN, ELSE
    ways = [option.key for option in step.options]
    ways += [ELSE] if step.otherwise is not None else []
    ways += [NONE] if step.none is not None else []
    return tuple(ways)


def _taken(step: Step, target: int | None, end: int) -> Iterator[str]:
    """The ways that led from this step to ``target``; None: to another flow, as from the end of this one."""
    jumps = {ELSE: step.otherwise, NONE: step.none}
    if step.verb is Verb.IF:
        jumps = {THEN: step.go.get("then"), ELSE: step.otherwise if step.otherwise is not None else step.then}
    for way, where in jumps.items():
        if where is not None and (where == target or (target is None and where == end)):
            yield way


def _end(flows: FlowSet, flow: str) -> int:
    return len(flows.flows[flow].steps)


def _chosen(took: Took, *, lettered: bool) -> str | None:
    """The key of the option that she named by its button, its number (or letter) or its words."""
    offers = took.before.offers
    if took.reply.button:
        return own_key(took.reply.button)
    said = plain(took.reply.text)
    number = as_number(took.reply.text)
    if lettered:
        number = ascii_lowercase.find(said) + 1 if len(said) == 1 else None
    if number is not None:
        return own_key(offers[number - 1][0]) if 1 <= number <= len(offers) else None
    return next((own_key(key) for key, label in offers if plain(label) == said), None)
