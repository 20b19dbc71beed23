"""Branches that run on into the next one, and what must not happen without a question that nobody can mistake."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.written import Written
from bot.flow.model import Step, Verb

PASSING = frozenset({Verb.SAY, Verb.SET, Verb.DO})
ONWARD = ("go", "end")  # who writes one of these has thought of what comes next


def branches(material: Material) -> Iterator[Finding]:
    """Steps of one option's branch that go on into the branch of another, which nobody wrote down."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            targets = _targets(step)
            for target in sorted(targets):
                last = _runs_into(target, targets, written)
                if last is not None:
                    yield _found(last, at, written)


def _targets(step: Step) -> set[int]:
    """Where the branches of a question begin, or those of an "if" that names both of its own."""
    if step.verb is Verb.IF and step.otherwise is not None:
        return {*step.go.values(), step.otherwise}
    return set(step.go.values()) if step.verb is Verb.ASK else set()


def _runs_into(target: int, targets: set[int], written: Written) -> int | None:
    """The last step of this branch, when the next one begins another branch; None when it does not."""
    steps = written.flow.steps
    at, spoke = target, False
    while at < len(steps) and steps[at].verb in PASSING and not _leads_on(at, written):
        spoke = spoke or steps[at].verb is Verb.SAY
        at += 1
        if at in targets:
            return at - 1 if spoke and at < len(steps) and steps[at].verb is Verb.SAY else None
    return None


def _leads_on(at: int, written: Written) -> bool:
    return any(("steps", at, word) in written.source.keys for word in ONWARD)


def _found(last: int, question: int, written: Written) -> Finding:
    name = written.flow.steps[last + 1].name
    line = written.place(("steps", question))[0]
    return written.finding(
        ("steps", last),
        Severity.WARNING,
        "runs-into",
        f'After this step comes "{name}", another branch of the step on line {line}: she reads both.',
        f'Add "end: yes" to this step. If she is to read both, write "go: {name}".',
    )


def unclear_erasing(material: Material) -> Iterator[Finding]:
    """Erasing without a clear question before it."""
    for written in material.written:
        clear = any(step.clear for step in written.flow.steps)
        for at, step in enumerate(written.flow.steps):
            if step.action == "erase_everything" and not clear:
                yield written.finding(
                    ("steps", at, "do"),
                    Severity.WARNING,
                    "not-clear",
                    'Everything is erased here, and no question before it has "clear: yes".',
                    'Add "clear: yes" to the question: then only an answer that cannot be mistaken counts.',
                )
