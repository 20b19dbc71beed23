"""Rounds that a conversation would go without ever asking anything, until the engine gives up on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.routes import ways
from bot.flow.model import WAITING, Flow, Step, Verb

Place = tuple[str, int]  # flow, index of the step
Graph = dict[Place, set[Place]]


def loops(material: Material) -> Iterator[Finding]:
    """One finding for each round that passes through a flow that is looked at."""
    files = {written.flow.name: written for written in material.written}
    for round_ in _rounds(_unasked(material.flows)):
        flow, at = min((place for place in round_ if place[0] in files), default=("", 0))
        if not flow:
            continue
        steps = [material.flows[name].steps[index] for name, index in round_]
        maybe = any(step.verb in {Verb.IF, Verb.FIND} for step in steps)
        lines = sorted({step.line for (name, _), step in zip(round_, steps, strict=True) if name == flow})
        yield files[flow].finding(
            ("steps", at),
            Severity.WARNING if maybe else Severity.ERROR,
            "loop",
            f"The conversation {'can go' if maybe else 'goes'} round from here without ever asking anything "
            f"({'lines' if len(lines) > 1 else 'line'} {', '.join(map(str, lines))}).",
            'Put an "ask:" into the round, or let the last step go somewhere else.',
        )


def _rounds(graph: Graph) -> Iterator[list[Place]]:
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as found:
            cycle: list[Place] = found.args[1][:-1]
            yield cycle
            for place in cycle:
                del graph[place]
            for leads in graph.values():
                leads.difference_update(cycle)
        else:
            return


def _unasked(flows: Mapping[str, Flow]) -> Graph:
    """Which step follows which without anybody being asked in between."""
    passed = _passed(flows)
    graph: Graph = {}
    for flow in flows.values():
        for at, step in enumerate(flow.steps):
            graph[flow.name, at] = {place for place in _next(step, at, flow, passed) if _is_step(place, flows)}
    return graph


def _next(step: Step, at: int, flow: Flow, passed: frozenset[str]) -> Iterator[Place]:
    if step.verb in WAITING:
        if step.only:
            yield flow.name, at + 1
        if step.none is not None:  # a search that finds nothing does not wait
            yield flow.name, step.none
        return
    for way in ways(step, at):
        if way.runs:
            yield way.runs, 0
        if not way.runs or way.runs in passed:
            yield flow.name, way.to


def _passed(flows: Mapping[str, Flow]) -> frozenset[str]:
    """The flows that can end without having asked anything."""
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(flow.name for flow in flows.values() if _ends_unasked(flow, found))
        if more == found:
            return found
        found = more


def _ends_unasked(flow: Flow, passed: frozenset[str]) -> bool:
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        if at >= len(flow.steps):
            return True
        if at not in seen:
            seen.add(at)
            waiting.extend(to for name, to in _next(flow.steps[at], at, flow, passed) if name == flow.name)
    return False


def _is_step(place: Place, flows: Mapping[str, Flow]) -> bool:
    flow = flows.get(place[0])
    return flow is not None and place[1] < len(flow.steps)
