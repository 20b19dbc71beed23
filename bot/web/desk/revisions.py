"""Who is in the middle of what: the revisions that people's conversations are in, and what the newest is to them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from bot.store import counts
from bot.store.counts import Group
from bot.web.context import parts
from bot.web.desk import counted
from bot.web.desk.counted import AWAY_DAYS
from bot.web.desk.meaning import CHANGES, Conversation, conversations
from bot.web.permissions import Permission, needs

bp = Blueprint("revisions", __name__, url_prefix="/desk/flows/revisions")


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
    people = sum(one.people for one in groups)
    found = conversations(groups, old, newest)
    return Revision(digest, groups[0].published_at, digest == newest.digest, people, found)
