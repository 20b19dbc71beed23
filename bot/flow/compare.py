"""What is different between two revisions of the flows, step by step: for the desk, the terminal and drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.flow.model import Flow, FlowSet, Step

# How alike the words of two steps without an id must be to be the same step, reworded (0 to 1).
ALIKE = 0.6


class Kind(StrEnum):
    """What became of a conversation or of a step."""

    FLOW_ADDED = "flow_added"
    FLOW_REMOVED = "flow_removed"
    STEP_ADDED = "step_added"
    STEP_REMOVED = "step_removed"
    TEXT = "text"  # it says something else
    WAY = "way"  # it leads elsewhere, or does something else
    START_WORDS = "start_words"


class Fate(StrEnum):
    """What another revision is to somebody who waits at a step. Whatever it is, she ends in the words she began in,
    unless these cannot be read: then she begins anew."""

    SAME = "same"  # nothing in this conversation is different
    CHANGED = "changed"  # something is, but her step is there
    STEP_GONE = "step_gone"
    FLOW_GONE = "flow_gone"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``step`` is the step's name, in the newer revision where that has it; "" when the whole
    conversation is meant. ``before`` and ``after`` are the texts in English, one wording or option each; they are empty
    where there was, or is, nothing to read, and where nothing of it has changed."""

    kind: Kind
    flow: str
    step: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def compare(old: FlowSet, new: FlowSet) -> tuple[Change, ...]:
    """Every difference, the conversations by name, the steps as the new revision has them, those taken out last.

    A step with an id is the same step wherever it stands. One without is found again by what it says. Where a step
    stands in the file, and comments, make no difference.
    """
    names = sorted({*old.flows, *new.flows})
    return tuple(change for name in names for change in _flow(old.flows.get(name), new.flows.get(name)))


def same_step(old: FlowSet, new: FlowSet, flow: str, step: str) -> Step | None:
    """The step of ``new`` that this one of ``old`` has become; None when it is there no more."""
    before, after = old.flows.get(flow), new.flows.get(flow)
    if before is None or after is None:
        return None
    at = next((number for number, one in enumerate(before.steps) if one.name == step), None)
    found = _pairs(before, after).get(at) if at is not None else None
    return after.steps[found] if found is not None else None


def fate(old: FlowSet | None, new: FlowSet, flow: str, step: str) -> Fate:
    """What ``new`` is to somebody who waits at this step of ``old``; None stands for flows that cannot be read."""
    if old is None:
        return Fate.UNREADABLE
    if flow not in new.flows:
        return Fate.FLOW_GONE
    if same_step(old, new, flow, step) is None:
        return Fate.STEP_GONE
    return Fate.CHANGED if any(_flow(old.flows[flow], new.flows[flow])) else Fate.SAME


def texts(step: Step) -> tuple[str, ...]:
    """All that people may read at a step, in English: each wording, then each option."""
    wordings = [text for texts in step.variants.values() for text in texts] if step.variants else [step.text]
    return tuple(text for text in (*wordings, *(option.label for option in step.options)) if text)


def has_id(flow: Flow, at: int) -> bool:
    """True when the step at this index carries a name that its author gave, not its number."""
    return flow.steps[at].name != f"step{at + 1}"


def _flow(before: Flow | None, after: Flow | None) -> Iterator[Change]:
    if before is None or after is None:
        flow = after or before
        if flow:
            yield Change(Kind.FLOW_ADDED if after else Kind.FLOW_REMOVED, flow.name)
        return
    if before.start_words != after.start_words:
        yield Change(Kind.START_WORDS, after.name, before=before.start_words, after=after.start_words)
    if _manners(before) != _manners(after):
        yield Change(Kind.WAY, after.name)
    pairs = _pairs(before, after)
    origin = {new: old for old, new in pairs.items()}
    for number, step in enumerate(after.steps):
        if number in origin:
            yield from _step(before, after, origin[number], number, pairs)
        else:
            yield Change(Kind.STEP_ADDED, after.name, step.name, after=texts(step))
    for number, step in enumerate(before.steps):
        if number not in pairs:
            yield Change(Kind.STEP_REMOVED, after.name, step.name, before=texts(step))


def _step(before: Flow, after: Flow, at: int, now_at: int, pairs: Mapping[int, int]) -> Iterator[Change]:
    was, now = before.steps[at], after.steps[now_at]
    if _said(was) != _said(now):
        yield Change(Kind.TEXT, after.name, now.name, texts(was), texts(now))
    moved = {**pairs, len(before.steps): len(after.steps)}
    stay = {number: number for number in range(len(after.steps) + 1)}
    goes_on = _goes_on(was, at, moved, pairs) & _goes_on(now, now_at, stay, dict.fromkeys(pairs.values()))
    if not goes_on or _way(was, moved) != _way(now, stay):
        yield Change(Kind.WAY, after.name, now.name)


def _goes_on(step: Step, at: int, moved: Mapping[int, int], kept: Collection[int]) -> set[tuple[str, int | None]]:
    """Where the step leads on to, in places of the new flow: the very step and, from one step to the next in the
    file, the next one that both revisions have; a step put in between or taken out is told of by itself."""
    found: set[tuple[str, int | None]] = {("there", moved[step.then])} if step.then in moved else set()
    if step.then == at + 1:
        following = next((number for number in sorted(kept) if number > at), None)
        found.add(("next", moved[following] if following is not None else None))
    return found


def _pairs(before: Flow, after: Flow) -> dict[int, int]:
    """Which step of the old flow is which of the new, by index."""
    ids = {step.name: at for at, step in enumerate(after.steps) if has_id(after, at)}
    named = {at: ids[step.name] for at, step in enumerate(before.steps) if has_id(before, at) and step.name in ids}
    left = [at for at in range(len(before.steps)) if not has_id(before, at)]
    free = [at for at in range(len(after.steps)) if not has_id(after, at)]
    return named | _alike(before, after, left, free)


def _alike(before: Flow, after: Flow, left: list[int], free: list[int]) -> dict[int, int]:
    """Steps without an id: first those that are the same, then, between these, those that say nearly the same."""
    matcher = SequenceMatcher(None, [_looks(before.steps[at]) for at in left], [_looks(after.steps[at]) for at in free],
                              autojunk=False)  # fmt: skip
    found: dict[int, int] = {}
    for tag, start, end, to_start, to_end in matcher.get_opcodes():
        if tag == "equal":
            found |= dict(zip(left[start:end], free[to_start:to_end], strict=True))
        elif tag == "replace":
            found |= _reworded(before, after, left[start:end], free[to_start:to_end])
    return found


def _reworded(before: Flow, after: Flow, left: list[int], free: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for at in left:
        likeness = {to: _likeness(before.steps[at], after.steps[to]) for to in free if to not in found.values()}
        best = max(likeness, key=lambda to: likeness[to], default=None)
        if best is not None and likeness[best] >= ALIKE:
            found[at] = best
    return found


def _likeness(one: Step, other: Step) -> float:
    if one.verb is not other.verb:
        return 0.0
    return SequenceMatcher(None, " ".join(texts(one)), " ".join(texts(other)), autojunk=False).ratio()


def _looks(step: Step) -> tuple[object, ...]:
    """By what a step without an id is known again."""
    written = step.condition.written if step.condition else ""
    return step.verb, _said(step), written, step.action, step.flow, tuple(step.values)


def _manners(flow: Flow) -> tuple[object, ...]:
    return flow.takes, flow.gives, flow.home, flow.anywhere, flow.last_word, flow.private


def _said(step: Step) -> tuple[object, ...]:
    variants = tuple((channel, tuple(texts)) for channel, texts in step.variants.items())
    return step.text, variants, step.options


def _way(step: Step, moved: Mapping[int, int]) -> tuple[object, ...]:
    """All that a step does beside what it says and where it leads on to. Jumps are places of the new flow; -1: gone."""

    def to(at: int | None) -> int | None:
        return None if at is None else moved.get(at, -1)

    return (
        step.verb, step.only, step.optional, step.repeat, dict(step.into),
        {key: to(at) for key, at in step.go.items()}, dict(step.run), to(step.otherwise), step.expect, step.clear,
        step.condition.written if step.condition else "", dict(step.values), step.action, step.flow, step.find,
        step.about, step.page, to(step.none), step.stay, step.quiet_ms, step.wait_ms,
    )  # fmt: skip
