"""``bot flows diff``: flow files that are not published yet beside the published ones, and the people in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.app import House, now_ms
from bot.flow.compare import Change, Fate, Kind, compare, fate
from bot.flow.load import load_flows
from bot.inbox import AWAY_MS
from bot.store import counts, flows
from bot.store.counts import Group, Span

CHANGES: dict[Kind, str] = {
    Kind.FLOW_ADDED: "a new conversation",
    Kind.FLOW_REMOVED: "the conversation is taken out",
    Kind.STEP_ADDED: "a new step",
    Kind.STEP_REMOVED: "the step is taken out",
    Kind.TEXT: "says something else",
    Kind.WAY: "leads elsewhere, or works in another way",
    Kind.START_WORDS: "other words start it",
}
FATES: dict[Fate, str] = {
    Fate.SAME: "nothing changes for them",
    Fate.CHANGED: "they finish in the words they began in; who begins again gets the new ones",
    Fate.STEP_GONE: "this step is taken out, but they can still answer it and finish in the words they began in",
    Fate.FLOW_GONE: "they finish in the words they began in; nobody can begin it after that",
    Fate.UNREADABLE: "their version cannot be read any more: they begin at the menu, in their own language",
}


class NothingPublished(Exception):
    """There is nothing to compare with. The sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes against the revision ``digest``, and who waits where now, with what the change is to them."""

    digest: str
    changes: tuple[Change, ...]
    people: tuple[tuple[Group, Fate], ...]


def compare_folder(house: House, folder: Path) -> Comparison:
    """The flow files of a folder beside the revision that was published last. Raises ContentErrors for broken files,
    DatabaseAway, and NothingPublished."""
    new = load_flows({file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))})
    pinned = house.shelf.pinned
    now = now_ms()
    with house.parts.db.read() as conn:
        digest = flows.newest(conn)
        groups = counts.groups(conn, Span(0, now, AWAY_MS, house.parts.settings.demo))
    old = pinned(digest) if digest else None
    if digest is None or old is None:
        raise NothingPublished('No version of the flows that can be read is published here. "bot migrate" does that.')
    people = tuple((group, fate(pinned(group.revision), new, group.flow, group.step)) for group in groups if group.flow)
    return Comparison(digest, compare(old, new), people)


def told(found: Comparison) -> Iterator[str]:
    """The comparison in sentences, a line each."""
    count = len(found.changes)
    ending = "" if count == 1 else "s"
    yield f"{count or 'No'} difference{ending} from the version that was published last ({found.digest[:8]})."
    for change in found.changes:
        yield f"{change.flow}{f', {change.step}' if change.step else ''}: {CHANGES[change.kind]}"
        yield from (f"  - {line}" for line in change.before if line not in change.after)
        yield from (f"  + {line}" for line in change.after if line not in change.before)
    yield f"People in the middle of a conversation now: {sum(group.people for group, _ in found.people)}"
    for group, what in found.people:
        yield f"{group.flow}, {group.step}: {group.people}, {FATES[what]}"


def as_rows(found: Comparison) -> Iterator[dict[str, object]]:
    """The comparison for programs: the changes, then the people."""
    for change in found.changes:
        yield {"change": change.kind.value, "flow": change.flow, "step": change.step,
               "before": list(change.before), "after": list(change.after)}  # fmt: skip
    for group, what in found.people:
        yield {"people": group.people, "flow": group.flow, "step": group.step, "revision": group.revision,
               "fate": what.value}  # fmt: skip
