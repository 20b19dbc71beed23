"""Steps and flows that nobody can come to, and answers after which nobody says a word."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.routes import Way, ends_in_silence, reached, ways
from bot.flow.check.written import Written
from bot.flow.commands import ERASE_FLOW, LANGUAGE_FLOW
from bot.flow.model import WAITING, Flow, Step, Verb
from bot.flow.whole import FIRST
from bot.knowledge.source import Path

BUILT_IN = frozenset({FIRST, LANGUAGE_FLOW, ERASE_FLOW})


def unreachable_steps(material: Material) -> Iterator[Finding]:
    """Steps that no way leads to; of several in a row only the first."""
    for written in material.written:
        known = reached(written.flow)
        lost = [at for at in range(len(written.flow.steps)) if at not in known]
        for at in lost:
            before = written.flow.steps[at - 1]
            if at - 1 in lost and at in {way.to for way in ways(before, at - 1)}:
                continue
            yield written.finding(
                ("steps", at),
                Severity.WARNING,
                "unreachable-step",
                "Nobody ever comes to this step: every way before it goes somewhere else or ends.",
                'Give it an id and lead to it with "go:", or take it out.',
            )


def unreachable_flows(material: Material) -> Iterator[Finding]:
    """Flows without a start word that no other flow runs. Needs the whole set to tell."""
    run = {way.runs for flow in material.flows.values() for at, step in enumerate(flow.steps) for way in ways(step, at)}
    for written in material.written:
        flow = written.flow
        if flow.name in run or flow.name in BUILT_IN or flow.home or flow.start_words or not material.whole:
            continue
        yield written.finding(
            ("flow",),
            Severity.WARNING,
            "unreachable-flow",
            f'Nobody can begin "{flow.name}": it has no start words and no other flow runs it.',
            f'Add "start_words: [...]", or "run: {flow.name}" to the menu.',
        )


def dead_ends(material: Material) -> Iterator[Finding]:
    """Answers after which the flow ends without a word: the person waits for a reply that never comes."""
    for written in material.written:
        if _comes_back(written.flow, material):
            continue
        known = reached(written.flow)
        for at, step in enumerate(written.flow.steps):
            if at in known and step.verb in WAITING:
                yield from _silent_answers(written, at, step)


def _silent_answers(written: Written, at: int, step: Step) -> Iterator[Finding]:
    answers = [way for way in ways(step, at) if _is_answer(way, step)]
    silent = [way for way in answers if not way.runs and ends_in_silence(written.flow, way.to)]
    if not silent:
        return
    every = len(silent) == len(answers)
    first = silent[0]
    what = "whatever she answers" if every or not first.by else f'after "{first.by}"'
    yield written.finding(
        ("steps", at) if every else _path(written, at, first),
        Severity.ERROR,
        "dead-end",
        f"Here the conversation ends without a word {what}: she waits for a reply that never comes.",
        'Let a "say:" follow, like "- say: Thank you. Text {menu} for other help."',
    )


def _is_answer(way: Way, step: Step) -> bool:
    """A picked line of a list is told in full before the flow goes on, unless the flow stays there until DONE."""
    return way.by != "only" and (step.verb is not Verb.FIND or bool(way.by) or step.stay)


def _path(written: Written, at: int, way: Way) -> Path:
    for option in written.options(at):
        if option.key == way.by:
            return option.path
    return ("steps", at, way.by) if way.by in {"else", "none"} else ("steps", at)


def _comes_back(flow: Flow, material: Material) -> bool:
    """True when the flow that ran this one goes on speaking, or the open question is asked again."""
    if flow.name in {LANGUAGE_FLOW, ERASE_FLOW}:
        return True
    if flow.start_words or flow.home:
        return False
    after = [
        not ends_in_silence(caller, way.to)
        for caller in material.flows.values()
        for at, step in enumerate(caller.steps)
        for way in ways(step, at)
        if way.runs == flow.name
    ]
    return bool(after) and all(after)
