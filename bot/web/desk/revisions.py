"""Who is in the middle of what: the revisions that people's conversations are in, and what the newest is to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from bot.flow.compare import Change, Fate, Kind, compare, fate
from bot.flow.model import FlowSet
from bot.language.catalogue import N_
from bot.store import counts
from bot.store.counts import Group
from bot.web.context import parts
from bot.web.desk import counted
from bot.web.desk.counted import AWAY_DAYS
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("revisions", __name__, url_prefix="/desk/flows/revisions")

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
    """People at one step: what they were asked, in English, and what the newest revision is to them."""

    group: Group
    asks: str
    fate: Fate

    @property
    def stays(self) -> bool:
        """True when the newest revision has the step, as far as can be told."""
        return self.fate not in {Fate.STEP_GONE, Fate.FLOW_GONE}


@dataclass(frozen=True)
class Conversation:
    """The people in one conversation of a revision, what is different in the newest, and what that is to them."""

    name: str
    places: list[Place]
    changes: list[Change]
    fate: str


@dataclass(frozen=True)
class Revision:
    """One revision that conversations are in."""

    digest: str
    published_at: int | None
    newest: bool
    people: int
    conversations: list[Conversation]


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.READ_FLOWS)
def page() -> ResponseReturnValue:
    """The revisions in use, the newest first."""
    wanted = counted.asked()
    with parts().db.read() as conn:
        groups = counts.groups(conn, wanted.span)
    found = [_revision(digest, list(those)) for digest, those in groupby(groups, key=lambda one: one.revision)]
    return render_template("desk/revisions.html", revisions=found, kinds=CHANGES, wanted=wanted, away=AWAY_DAYS)


def _revision(digest: str, groups: list[Group]) -> Revision:
    newest = parts().flows()
    old = newest if digest == newest.digest else parts().shelf.pinned(digest)
    by_flow = sorted(groups, key=lambda one: one.flow)
    conversations = [
        _conversation(name, list(those), old) for name, those in groupby(by_flow, key=lambda one: one.flow)
    ]
    people = sum(one.people for one in groups)
    return Revision(digest, groups[0].published_at, digest == newest.digest, people, conversations)


def _conversation(name: str, groups: list[Group], old: FlowSet | None) -> Conversation:
    newest = parts().flows()
    changes = [change for change in compare(old, newest) if change.flow == name] if old else []
    places = [_place(group, old) for group in groups]
    return Conversation(name, places, changes, _sentence(places, newest=old is newest))


def _place(group: Group, old: FlowSet | None) -> Place:
    flow = old.flows.get(group.flow) if old else None
    asks = next((step.text for step in flow.steps if step.name == group.step), "") if flow else ""
    # Who wrote before places were noted has none; nothing can be said of her step.
    known = bool(group.flow) or old is None
    return Place(group, asks, fate(old, parts().flows(), group.flow, group.step) if known else Fate.CHANGED)


def _sentence(places: Iterable[Place], *, newest: bool) -> str:
    """What becomes of the people here, in one sentence."""
    if newest:
        return gettext("They have the newest words.")
    order = list(FATES)
    return gettext(FATES[max((place.fate for place in places), key=order.index)])
