"""Phone numbers that people give and nobody gets: she would wait for a call that cannot come."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.braces import braced
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.model import Expect, Flow, Step
from bot.flow.unknown import nearest


def unused_numbers(material: Material) -> Iterator[Finding]:
    """Questions for a phone number whose answer is handed to nobody."""
    for written in material.written:
        used = _handed_over(written.flow)
        for at, step in enumerate(written.flow.steps):
            if step.expect is Expect.PHONE and step.name not in used:
                yield written.finding(
                    ("steps", at, "ask"),
                    Severity.WARNING,
                    "number-unused",
                    "This phone number is handed to nobody: no champion will see it, and nobody can ring.",
                    _mend(step),
                )


def _handed_over(flow: Flow) -> set[str]:
    """The names that an action, another flow or a champion gets, or that are kept as a part of something else."""
    used = {*flow.gives}
    for step in flow.steps:
        used.add(step.about)
        for given in step.values.values():
            used |= {given.written} if given.is_variable else set(braced(given.written))
            near = nearest(given.written, [other.name for other in flow.steps if other.expect is Expect.PHONE])
            used |= {near} if near else set()  # a misspelt name is told where it stands
    return used


def _mend(step: Step) -> str:
    name = step.name
    return f'Hand it over: "do: submit_question" with "with: {{text: {name}}}", or "hand_over" with "about: {name}".'
