"""Answers that nobody will see, and answers that are told before they are given."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.braces import braced
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.handed import bare_words
from bot.flow.check.material import Material
from bot.flow.check.routes import ways
from bot.flow.check.written import Written
from bot.flow.model import FREE, Expect, Flow, Step, Verb

# What a question without an id could be called, by the kind of its answer.
CALLED = {
    Expect.NUMBER: "number", Expect.DATE: "day", Expect.POSTCODE: "postcode", Expect.PHONE: "phone",
    Expect.MEDIA: "photo", Expect.PLACE: "place", Expect.TEXT: "words",
}  # fmt: skip


def lost_answers(material: Material) -> Iterator[Finding]:
    """Questions without an id, after which it makes no difference what was answered."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            if _has_id(at, written) or step.verb not in {Verb.ASK, Verb.LISTEN} or _leads_on(step):
                continue
            if step.expect is Expect.PHONE or bare_words(written):  # told as such already
                continue
            name = CALLED.get(step.expect, "answer") if step.expect else _of_verb(step)
            yield written.finding(
                ("steps", at, str(step.verb)),
                Severity.WARNING,
                "answer-lost",
                "This answer is lost: the question has no id, so nothing can be done with what she says.",
                f'Give the question "id: {name}", and use {{{name}}} in a text or hand it over by "with".',
            )


def _has_id(at: int, written: Written) -> bool:
    return ("steps", at, "id") in written.source.keys


def _leads_on(step: Step) -> bool:
    """True when an answer leads somewhere by itself, or changes the language."""
    ways_on = bool(step.go or step.run or step.otherwise is not None)
    return ways_on or step.expect is Expect.LANGUAGE or (step.optional and step.expect not in FREE)


def _of_verb(step: Step) -> str:
    return "story" if step.verb is Verb.LISTEN else "answer"


def early_answers(material: Material) -> Iterator[Finding]:
    """Braces in a text that come before the question whose answer they show, on every way."""
    for written in material.written:
        before = _kept_before(written.flow)
        kept = frozenset().union(*before.values(), *(keeps(step) for step in written.flow.steps))
        for text in written.said():
            for name in braced(text.msgid):
                if name in kept - {*written.flow.takes} and name not in before.get(text.step, kept):
                    yield text.finding(
                        Severity.WARNING,
                        "too-early",
                        f"{{{name}}} is empty here: it is only known later.",
                        "Put this text after the step where it becomes known, or take the braces out.",
                        about=f"{{{name}}}",
                    )


def early_conditions(material: Material) -> Iterator[Finding]:
    """An ``if`` that looks at an answer before its question, on every way."""
    for written in material.written:
        before = _kept_before(written.flow)
        kept = frozenset().union(*(keeps(step) for step in written.flow.steps)) - {*written.flow.takes}
        for at, step in enumerate(written.flow.steps):
            early = (step.condition.names if step.condition else frozenset()) & kept - before.get(at, kept)
            for name in sorted(early):
                yield written.finding(
                    ("steps", at, "if"),
                    Severity.WARNING,
                    "too-early",
                    f'"{name}" is always empty here: it is only known later.',
                    "Put this step after the one where it becomes known.",
                )


def _kept_before(flow: Flow) -> dict[int, frozenset[str]]:
    """For each step that can be reached, what may be known when a conversation comes to it."""
    known: dict[int, frozenset[str]] = {}
    waiting: list[tuple[int, frozenset[str]]] = [(0, frozenset())]
    while waiting:
        at, names = waiting.pop()
        if at >= len(flow.steps) or (at in known and names <= known[at]):
            continue
        known[at] = known.get(at, frozenset()) | names
        after = known[at] | keeps(flow.steps[at])
        waiting += [(way.to, after) for way in ways(flow.steps[at], at)]
    return known


def keeps(step: Step) -> frozenset[str]:
    """The names that a step of this flow writes to."""
    if step.verb in {Verb.ASK, Verb.LISTEN, Verb.FIND}:
        return frozenset({step.name})
    return frozenset(step.values) if step.verb is Verb.SET else frozenset(step.into)
