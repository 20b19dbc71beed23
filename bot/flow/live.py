"""The conversations in use: the folder's files, and over them what the desk has published. Values only, no IO."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.knowledge.content_error import ContentErrors

Sources = Mapping[str, str]  # file name -> its text


@dataclass(frozen=True, slots=True)
class Edit:
    """One file as the desk published it. ``text`` is None where going back took it out again.

    ``over`` holds the marks of the folder's files that it stands over, the one it was written over first. Once
    ``pulled`` it is in the folder's keeping: it still wins over those very files, and over no other.
    """

    file: str
    text: str | None
    over: tuple[str, ...]
    pulled: bool = False
    by: int | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Resting:
    """An edit that does not go together with the folder's files any more: kept, and not in use. ``why`` says so."""

    edit: Edit
    why: str


@dataclass(frozen=True, slots=True)
class Live:
    """What is in use. ``edits`` are in force; of those, the folder's file has changed since under ``moved``."""

    flows: FlowSet
    sources: Sources
    edits: tuple[Edit, ...] = ()
    resting: tuple[Resting, ...] = ()
    moved: tuple[str, ...] = ()


def mark(text: str | None) -> str:
    """What a file's text is known by: its SHA-256, "" for a file that is not there."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def laid(sources: Sources, changes: Mapping[str, str | None]) -> dict[str, str]:
    """These files with the changes over them; None takes a file out."""
    both = {**sources, **changes}
    return {file: text for file, text in both.items() if text is not None}


def live(folder: FlowSet, sources: Sources, edits: Iterable[Edit]) -> Live:
    """The folder's flows, and of the edits as many as load together with them. Never raises for what an edit says.

    What was published at one moment stays together: half of a change is no change that anybody meant.
    """
    standing = [edit for edit in edits if _wins(edit, sources)]
    flows, taken = folder, standing
    if standing:
        try:
            flows = load_flows(_over(sources, standing))
        except ContentErrors:
            flows, taken = _as_many(folder, sources, standing)
    in_use = _over(sources, taken)
    rest = [edit for edit in standing if edit not in taken]
    return Live(flows, in_use, tuple(taken), tuple(_resting(in_use, rest)), tuple(_moved(taken, sources)))


def _wins(edit: Edit, sources: Sources) -> bool:
    """Whether it changes anything here: not where the folder says the same, nor over newer files once it was pulled."""
    ours = sources.get(edit.file)
    return edit.text != ours and (not edit.pulled or mark(ours) in edit.over)


def _over(sources: Sources, edits: Iterable[Edit]) -> dict[str, str]:
    return laid(sources, {edit.file: edit.text for edit in edits})


def _as_many(folder: FlowSet, sources: Sources, standing: Sequence[Edit]) -> tuple[FlowSet, list[Edit]]:
    """The oldest first; one that needs a later one is tried again after it."""
    in_order = sorted(standing, key=lambda edit: edit.at)
    waiting = [list(group) for _, group in groupby(in_order, key=lambda edit: edit.at)]
    flows, taken = folder, list[Edit]()
    while waiting:
        for group in waiting:
            try:
                flows = load_flows(_over(sources, [*taken, *group]))
            except ContentErrors:
                continue
            taken += group
            waiting.remove(group)
            break
        else:
            break
    return flows, taken


def _resting(in_use: Sources, rest: Sequence[Edit]) -> Iterator[Resting]:
    for edit in rest:
        together = [one for one in rest if one.at == edit.at]
        try:
            load_flows(_over(in_use, together))
        except ContentErrors as bad:
            yield Resting(edit, str(bad.errors[0]))


def _moved(taken: Iterable[Edit], sources: Sources) -> Iterator[str]:
    return (edit.file for edit in taken if mark(sources.get(edit.file)) != edit.over[0])
