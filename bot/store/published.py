"""What the desk has published over the folder's flow files: in force at once, for every process, until it is pulled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.flow.live import Edit, Live, laid, live, mark
from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.store import audit, flows
from bot.store.audit import Event
from bot.store.counter import bump
from bot.store.locks import Lock, hold
from bot.store.schema import flow_publication, user
from bot.store.swap import Gone, stale

FLOWS = "flows"  # the name of the counter that tells every process that other flows are in use
SYSTEM = "system"


@dataclass(frozen=True)
class Folder:
    """The flows of the files that this process was started with."""

    flows: FlowSet
    sources: Mapping[str, str]


@dataclass(frozen=True)
class Publication:
    """One time that the desk published: who, when, which files. ``back_of`` is the one that it took back."""

    id: int
    by: str
    at: int
    files: tuple[str, ...]
    back_of: int | None


def edits(conn: Connection) -> tuple[Edit, ...]:
    """Every edit that is in force, rests or was pulled, as the newest publication has them."""
    row = _newest(conn)
    return tuple(_edit(one) for one in row.edits) if row else ()


def publications(conn: Connection, limit: int = 20) -> list[Publication]:
    """What was published, the newest first."""
    query = select(flow_publication, user.c.name, user.c.email).outerjoin(
        user, user.c.id == flow_publication.c.published_by
    )
    rows = conn.execute(query.order_by(flow_publication.c.id.desc()).limit(limit))
    return [
        Publication(row.id, row.name or row.email or "", row.published_at, tuple(sorted(row.before)), row.back_of)
        for row in rows
    ]


def publish(
    conn: Connection,
    folder: Folder,
    changes: Mapping[str, str],
    bases: Mapping[str, str | None],
    *,
    user_id: int,
    now_ms: int,
    draft_id: int,
) -> int:
    """Make these texts the ones in use everywhere; gives the publication's id. ``bases``: what each was begun from.

    Raises Stale when other words of these files are in use by now, and ContentErrors when the texts do not load
    together with all that is in use: then nothing is changed.
    """
    hold(conn, Lock.FLOWS)
    now = live(folder.flows, folder.sources, edits(conn)).sources
    if any(now.get(file) != bases[file] for file in changes):
        row = _newest(conn)
        raise stale(conn, "published", row.published_by if row else None, row.published_at if row else None)
    made, before, after = _put(conn, folder, changes, user_id=user_id, now_ms=now_ms, draft_id=draft_id)
    detail = {"before": before, "after": after, "files": len(changes), "draft": draft_id}
    _record(conn, Event.FLOWS_PUBLISHED, made, detail, user_id, now_ms)
    return made


def go_back(conn: Connection, folder: Folder, publication_id: int, *, user_id: int, now_ms: int) -> int:
    """Publish again what was in use before this publication, the newest. Going back twice brings it again.

    Raises Gone when there is none, Stale when somebody has published meanwhile, and ContentErrors.
    """
    hold(conn, Lock.FLOWS)
    row = _newest(conn)
    if row is None:
        raise Gone("Nothing was published here.")
    if row.id != publication_id:
        raise stale(conn, "published", row.published_by, row.published_at)
    made, before, after = _put(conn, folder, row.before, user_id=user_id, now_ms=now_ms, back_of=row.id)
    detail = {"before": before, "after": after, "files": len(row.before), "publication": row.id}
    _record(conn, Event.FLOWS_PUT_BACK, made, detail, user_id, now_ms)
    return made


def note_pulled(conn: Connection, overwritten: Mapping[str, str | None], now_ms: int) -> None:
    """These files are in the folder's keeping now. ``overwritten``: the text each had there before.

    Where a process still has that text, or the one that was edited, the edit goes on winning until the next start.
    """
    hold(conn, Lock.FLOWS)
    known = edits(conn)
    pulled = [_pulled(edit, overwritten[edit.file]) if edit.file in overwritten else edit for edit in known]
    if _write(conn, known, pulled):
        files = len(overwritten)
        audit.append(
            conn, now_ms=now_ms, actor=SYSTEM, event=Event.FLOWS_PULLED, subject=FLOWS, detail={"files": files}
        )


def settle(conn: Connection, folder: Folder) -> None:
    """At a start: note which folder's files each edit stands over now, and which ones say the same as the folder."""
    hold(conn, Lock.FLOWS)
    known = edits(conn)
    _write(conn, known, [_settled(edit, folder.sources.get(edit.file)) for edit in known])


def _settled(edit: Edit, ours: str | None) -> Edit:
    if edit.text == ours:
        return replace(edit, pulled=True)
    return edit if edit.pulled or mark(ours) in edit.over else replace(edit, over=(*edit.over, mark(ours)))


def _pulled(edit: Edit, overwritten: str | None) -> Edit:
    over = dict.fromkeys((*edit.over, mark(overwritten)))
    return replace(edit, pulled=True, over=tuple(over))


def _write(conn: Connection, known: Iterable[Edit], wanted: Iterable[Edit]) -> bool:
    """Write the newest publication's edits anew, if they changed."""
    now = list(wanted)
    row = _newest(conn)
    if row is None or now == list(known):
        return False
    written = [asdict(edit) for edit in now]
    conn.execute(update(flow_publication).where(flow_publication.c.id == row.id).values(edits=written))
    bump(conn, FLOWS)
    return True


def _put(
    conn: Connection,
    folder: Folder,
    changes: Mapping[str, str | None],
    *,
    user_id: int,
    now_ms: int,
    draft_id: int | None = None,
    back_of: int | None = None,
) -> tuple[int, str, str]:
    """The publication's id, and the names of the revisions before and after it."""
    hold(conn, Lock.FLOWS)
    known = edits(conn)
    before = live(folder.flows, folder.sources, known)
    sources = laid(before.sources, changes)
    load_flows(sources)
    digest = flows.publish(conn, sources, now_ms)
    row = {
        "digest": digest,
        "edits": [asdict(edit) for edit in _with(known, changes, folder, user_id, now_ms)],
        "before": {file: before.sources.get(file) for file in changes},
        "draft_id": draft_id,
        "back_of": back_of,
        "published_by": user_id,
        "published_at": now_ms,
    }
    made = conn.execute(insert(flow_publication).values(**row).returning(flow_publication.c.id)).scalar_one()
    bump(conn, FLOWS)
    return int(made), f"sha256:{before.flows.digest}", f"sha256:{digest}"


def _with(
    known: Iterable[Edit], changes: Mapping[str, str | None], folder: Folder, user_id: int, now_ms: int
) -> list[Edit]:
    """The edits from now on; what the folder says anyway is none."""
    kept = [edit for edit in known if edit.file not in changes]
    new = [
        Edit(file, text, (mark(folder.sources.get(file)),), by=user_id, at=now_ms)
        for file, text in changes.items()
        if text != folder.sources.get(file)
    ]
    return [*kept, *new]


def _newest(conn: Connection) -> Row[Any] | None:
    return conn.execute(select(flow_publication).order_by(flow_publication.c.id.desc()).limit(1)).first()


def _edit(one: Mapping[str, Any]) -> Edit:
    return Edit(**{**one, "over": tuple(one["over"])})


def _record(
    conn: Connection, event: Event, publication_id: int, detail: dict[str, object], user_id: int, now_ms: int
) -> None:
    subject = f"publication:{publication_id}"
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=subject, detail=detail)


def warning(found: Live) -> str:
    """One sentence on what the desk's edits and the folder's files have against one another; "" when all is well."""
    told = []
    if found.resting:
        names = ", ".join(one.edit.file for one in found.resting)
        told.append(
            f"Published on the desk, but not in use, for it does not go together with the folder's files: {names}. "
            f"The first reason: {found.resting[0].why} Open it on the desk, under Drafts, and mend it there."
        )
    if found.moved:
        names = ", ".join(found.moved)
        told.append(
            f"Published on the desk and in use, though the folder's file has changed since: {names}. "
            'Run "bot flows pull", and put the two together.'
        )
    return " ".join(told)
