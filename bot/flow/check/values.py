"""What can be kept under the names of a flow: every value, where each of them is written in the flow itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.flow.actions import ACTIONS
from bot.flow.model import Expect, Flow, Step, Verb

Values = Mapping[str, frozenset[str]]


def known_values(flow: Flow) -> Values:
    """name -> its values, without the empty one; a name that may hold anything else is not among them."""
    found: dict[str, set[str]] = {}
    anything = {*flow.takes}
    for step in flow.steps:
        for name, values in _kept(step):
            if values is None:
                anything.add(name)
            else:
                found.setdefault(name, set()).update(values)
    return {name: frozenset(values) for name, values in found.items() if name not in anything}


def _kept(step: Step) -> Iterator[tuple[str, set[str] | None]]:
    """Each name that a step writes to, and the values; None when they can be anything."""
    if step.verb is Verb.ASK:
        yield step.name, _answers(step)
    elif step.verb in {Verb.LISTEN, Verb.FIND}:
        yield step.name, None
    elif step.verb is Verb.SET:
        for name, given in step.values.items():
            yield name, None if given.is_variable or "{" in given.written else {given.written}
    for name in (*step.into, *(ACTIONS[step.action].gives if step.action in ACTIONS else ())):
        yield name, None


def _answers(step: Step) -> set[str] | None:
    keys = {option.key for option in step.options}
    if step.otherwise is not None or step.expect not in {None, Expect.YES_NO}:
        return None
    return keys | ({"yes", "no"} if step.expect is Expect.YES_NO else set())
