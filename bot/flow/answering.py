"""What an ``ask`` may say of its answer: the words that go with each kind of answer, and what they limit."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.model import NO_LIMITS, Expect, Limits, Verb
from bot.flow.written import StepFile, names_verb

# A word -> the kind of answer that it says more about.
BELONGS = {
    "min": Expect.NUMBER,
    "max": Expect.NUMBER,
    "decimals": Expect.NUMBER,
    "toward": Expect.DATE,
    "kinds": Expect.MEDIA,
}
Problem = tuple[str, str, str]  # the word it stands at, "" for the whole step; the sentence; the code


def problems(step: StepFile) -> Iterator[Problem]:
    """What is wrong with the answer that a question wants."""
    if not names_verb(step, Verb.ASK):
        return
    if not (step.options or step.expect):
        sentence = 'A question needs "options:" to choose from, or "expect: text" for an answer in words.'
        yield "", sentence, "no-answers"
    for word, kind in BELONGS.items():
        if word in step.model_fields_set and step.expect is not kind:
            yield word, f'"{word}" goes with "expect: {kind}" only. Take it out, or expect that.', "answer-word"
    yield from _bounds(step)


def _bounds(step: StepFile) -> Iterator[Problem]:
    low, high = step.min, step.max
    if low is not None and high is not None and low > high:
        sentence = f'No number is from {low:g} to {high:g}: "min" must not be more than "max". Change one of them.'
        yield "min", sentence, "min-max"
    for word, bound in (("min", low), ("max", high)):
        if bound is not None and bound != int(bound) and not step.decimals:
            sentence = f'"{word}: {bound:g}" is no whole number. Make it one, or add "decimals: yes".'
            yield word, sentence, "min-max"


def limits(step: StepFile) -> Limits:
    """The limits that are written at a question."""
    if not BELONGS.keys() & step.model_fields_set:
        return NO_LIMITS
    return Limits(step.min, step.max, step.decimals, step.toward or "", tuple(step.kinds or ()))
