"""What other words are to the people who are in the middle of a conversation: the differences, and their way on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.flow.compare import Change, Fate, Kind, compare, fate
from bot.flow.model import FlowSet
from bot.language.catalogue import N_
from bot.store.counts import Group
from bot.web.context import parts
from bot.web.wording import gettext

CHANGES: dict[Kind, tuple[str, str]] = {
    Kind.FLOW_ADDED: (N_("New conversation"), "good"),
    Kind.FLOW_REMOVED: (N_("The conversation was taken out"), "bad"),
    Kind.STEP_ADDED: (N_("New step"), "good"),
    Kind.STEP_REMOVED: (N_("Taken out"), "bad"),
    Kind.TEXT: (N_("Says something else"), "warn"),
    Kind.WAY: (N_("Leads elsewhere, or works in another way"), "warn"),
    Kind.START_WORDS: (N_("Other words start it"), "warn"),
}
# The one that matters least first: where people wait at several steps, the sentence of the last one is told.
FATES: dict[Fate, str] = {
    Fate.SAME: N_("Nothing in this conversation has changed since they began."),
    Fate.CHANGED: N_("They finish in the words they began in. Who begins again gets the new ones."),
    Fate.STEP_GONE: N_(
        "They can still answer, though a step is there no more: they finish in the words they began in."
    ),
    Fate.FLOW_GONE: N_(
        "They finish in the words they began in. After that, nobody can begin this conversation any more."
    ),
    Fate.UNREADABLE: N_(
        "This version cannot be read any more. When they write again they begin at the menu, in their own language."
    ),
}


@dataclass(frozen=True)
class Place:
    """People at one step: what they were asked, in English, and what the newer revision is to them."""

    group: Group
    asks: str
    fate: Fate

    @property
    def stays(self) -> bool:
        """True when the newer revision has the step, as far as can be told."""
        return self.fate not in {Fate.STEP_GONE, Fate.FLOW_GONE}


@dataclass(frozen=True)
class Conversation:
    """The people in one conversation of a revision, what is different in the newer one, and what that is to them."""

    name: str
    places: list[Place]
    changes: list[Change]
    fate: str


def conversations(groups: Iterable[Group], old: FlowSet | None, new: FlowSet) -> list[Conversation]:
    """The people of one revision by conversation. ``old``: the flows they are in, None when these cannot be read."""
    by_flow = sorted(groups, key=lambda one: one.flow)
    return [_conversation(name, list(those), old, new) for name, those in groupby(by_flow, key=lambda one: one.flow)]


def of_draft(groups: Sequence[Group], draft: FlowSet) -> list[Conversation]:
    """The people in conversations that a draft changes, whichever revision they began in."""
    changed = {change.flow for change in compare(parts().flows(), draft)}
    concerned = sorted((one for one in groups if one.flow in changed), key=lambda one: one.revision)
    return [
        conversation
        for digest, those in groupby(concerned, key=lambda one: one.revision)
        for conversation in conversations(those, parts().shelf.pinned(digest), draft)
    ]


def _conversation(name: str, groups: list[Group], old: FlowSet | None, new: FlowSet) -> Conversation:
    changes = [change for change in compare(old, new) if change.flow == name] if old else []
    places = [_place(group, old, new) for group in groups]
    return Conversation(name, places, changes, _sentence(places, newest=old is new))


def _place(group: Group, old: FlowSet | None, new: FlowSet) -> Place:
    flow = old.flows.get(group.flow) if old else None
    asks = next((step.text for step in flow.steps if step.name == group.step), "") if flow else ""
    # Who wrote before places were noted has none; nothing can be said of her step.
    known = bool(group.flow) or old is None
    return Place(group, asks, fate(old, new, group.flow, group.step) if known else Fate.CHANGED)


def _sentence(places: Iterable[Place], *, newest: bool) -> str:
    """What becomes of the people here, in one sentence."""
    if newest:
        return gettext("They have the newest words.")
    order = list(FATES)
    return gettext(FATES[max((place.fate for place in places), key=order.index)])
