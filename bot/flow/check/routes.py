"""Where a conversation can go on from each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.flow.model import Expect, Flow, Step, Verb

# Steps that say nothing and ask nothing; any verb that is not among them is taken to be heard.
SILENT = frozenset({Verb.SET, Verb.IF, Verb.GO, Verb.END, Verb.DO})
CHANNELS = ("sms", "whatsapp")
SPEAKING_ACTIONS = frozenset({"raise_alert"})  # the engine sends the numbers to call


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a step: by an option (its key), by a word of the language like "else", or just onwards ("")."""

    by: str
    to: int
    runs: str = ""


def ways(step: Step, at: int) -> Iterator[Way]:
    """Every way on from a step, the one of this index."""
    if step.only:
        yield Way("only", at + 1)
    if step.verb is Verb.ASK:
        yield from _answers(step)
        if _is_free(step):
            yield Way("", step.then)
    elif step.verb is Verb.IF:
        yield from (Way("go", to) for to in step.go.values())
        if step.otherwise is None:
            yield Way("", step.then)
    else:
        yield from _answers(step)
        yield Way("", step.then, step.flow)
    if step.otherwise is not None:
        yield Way("else", step.otherwise)
    if step.none is not None:
        yield Way("none", step.none)


def reached(flow: Flow) -> frozenset[int]:
    """The indexes of the steps that a conversation can come to."""
    found: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        if at not in found and at < len(flow.steps):
            found.add(at)
            waiting.extend(way.to for way in ways(flow.steps[at], at))
    return frozenset(found)


def ends_in_silence(flow: Flow, at: int) -> bool:
    """True when the flow can end, or rest until a ``wait`` is over, without another word: on one channel at least."""
    return any(_ends_in_silence(flow, at, channel) for channel in CHANNELS)


def _ends_in_silence(flow: Flow, at: int, channel: str) -> bool:
    seen: set[int] = set()
    waiting = [at]
    while waiting:
        at = waiting.pop()
        if at >= len(flow.steps):
            return True
        step = flow.steps[at]
        if at in seen:
            continue
        seen.add(at)
        if step.only not in {"", channel}:
            waiting.append(at + 1)
        elif step.verb is Verb.WAIT:
            return True
        elif step.verb in SILENT and step.action not in SPEAKING_ACTIONS:
            waiting.extend(way.to for way in ways(step, at))
    return False


def _answers(step: Step) -> Iterator[Way]:
    keys = [option.key for option in step.options]
    if step.expect is Expect.YES_NO and not keys:
        keys = ["yes", "no"]
    for key in keys:
        yield Way(key, step.go.get(key, step.then), step.run.get(key, ""))


def _is_free(step: Step) -> bool:
    """True when something else than the options can be an answer."""
    return step.expect is not None and step.expect is not Expect.YES_NO
