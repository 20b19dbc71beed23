"""Answers and services: loaded from the files, added to by the desk, read by every process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Row, Table, insert, select, update

from bot.knowledge.answers import Answer, read_answers
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.services import Service, from_document, read_services, to_document
from bot.store import audit
from bot.store.audit import Event
from bot.store.counter import bump
from bot.store.database import Database
from bot.store.locks import Lock, hold
from bot.store.schema import answer, revision, service
from bot.store.swap import Gone

CONTENT = "content"  # the name of the counter that tells every process its copy is old
FILE, DEMO, DESK = "file", "demo", "desk"
ANSWER_FIELDS = tuple(field.name for field in fields(Answer))
Kind = Literal["answer", "service"]
TABLES: dict[Kind, Table] = {"answer": answer, "service": service}
CHANGED: dict[Kind, Event] = {"answer": Event.ANSWER_CHANGED, "service": Event.SERVICE_CHANGED}
R = TypeVar("R")
Read = Callable[[bytes, str, dict[str, str]], Iterable[R]]
Rows = dict[str, dict[str, Any]]


class KeyTaken(ValueError):
    """There is an answer with this key already. The sentence names it."""


@dataclass(frozen=True)
class Loaded:
    """What one loading did, in rows. ``left_to_desk`` are in the files too, but were born on the desk."""

    answers: int = 0
    services: int = 0
    stored: int = 0
    unchanged: int = 0
    retired: int = 0
    left_to_desk: int = 0


def load_content(db: Database, flows_dir: Path, *, demo: bool, now_ms: int) -> Loaded:
    """Bring the answers and services of the files into use; what is no longer in a file is switched off.

    Two things that the desk did to a file's row stay: the day it was checked, when that is the newer one, and that it
    is off. Rows that were born on the desk are never touched. ``demo`` adds the made-up borough, otherwise off.
    Raises ContentErrors with every problem of every file (then nothing is changed), and DatabaseAway.
    """
    answers, services = _wanted(flows_dir, demo=demo)
    with db.begin() as conn:
        hold(conn, Lock.CONTENT)
        done = [_load(conn, answer, answers, now_ms), _load(conn, service, services, now_ms)]
        stored, unchanged, retired, left = (sum(column) for column in zip(*done, strict=True))
        if stored or retired:
            bump(conn, CONTENT)
            _record_load(conn, len(answers), len(services), stored, retired, now_ms)
    return Loaded(len(answers), len(services), stored, unchanged, retired, left)


def content_number(conn: Connection) -> int:
    """The counter of changes: a process whose copy has another number reads again."""
    return conn.scalar(select(revision.c.number).where(revision.c.name == CONTENT)) or 0


def load_directory_rows(conn: Connection) -> tuple[tuple[Answer, ...], tuple[Service, ...], int]:
    """Every answer and service in use, by key, and the counter they belong to."""
    number = content_number(conn)  # first: a change in between is then read again, never missed
    answers = conn.execute(select(answer).where(answer.c.active).order_by(answer.c.key))
    documents = conn.scalars(select(service.c.document).where(service.c.active).order_by(service.c.key))
    return tuple(answer_of(row) for row in answers), tuple(from_document(one) for one in documents), number


def keep_answer(
    conn: Connection,
    *,
    key: str,
    language: str,
    topic: str,
    title: str,
    questions: Sequence[str],
    short: str,
    source: str = "",
    source_name: str = "",
    user_id: int,
    now_ms: int,
) -> int:
    """Keep a champion's answer for everyone who asks the same; gives its id. Raises KeyTaken."""
    hold(conn, Lock.CONTENT)
    if conn.scalar(select(answer.c.id).where(answer.c.key == key)) is not None:
        raise KeyTaken(f'There is an answer called "{key}" already. Choose another name.')
    words = {"topic": topic, "title": title, "questions": list(questions), "short": short}
    said = {"source": source, "source_name": source_name}
    stamps = {"created_at": now_ms, "updated_at": now_ms}
    row = {"key": key, "origin": DESK, "language": language, **words, **said, **stamps}
    id = conn.execute(insert(answer).values(**row).returning(answer.c.id)).scalar_one()
    bump(conn, CONTENT)
    detail = {"language": language, "topic": topic}
    _record(conn, Event.ANSWER_KEPT, f"answer:{id}", detail, user_id, now_ms)
    return int(id)


def set_active(conn: Connection, *, kind: Kind, id: int, active: bool, user_id: int, now_ms: int) -> None:
    """Switch an answer or a service on or off. What is off stays off until it is switched on here.

    Its words still follow the files: what has left them goes again at the next loading. What its directory withdrew
    stays hidden. Raises Gone when there is no such row.
    """
    table = TABLES[kind]
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(table).where(table.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone(f"There is no {kind} with this number.")
    withdrawn = kind == "service" and (row.closed or row.gone_at)
    values = {"active": active and not withdrawn, "off_by_desk": not active, "updated_at": now_ms}
    conn.execute(update(table).where(table.c.id == id).values(**values))
    bump(conn, CONTENT)
    detail = {"before": row.active, "after": active}
    _record(conn, CHANGED[kind], f"{kind}:{id}", detail, user_id, now_ms)


def _wanted(flows_dir: Path, *, demo: bool) -> tuple[Rows, Rows]:
    """The rows that the files ask for, by key."""
    errors: list[ContentError] = []
    answers = _read_all(sorted((flows_dir / "answers").glob("*.yaml")), flows_dir, read_answers, errors)
    files = sorted((flows_dir / "services").glob("*.yaml"))
    made_up = [file for file in (flows_dir / "demo" / "services.yaml",) if demo and file.is_file()]
    services = _read_all(files + made_up, flows_dir, read_services, errors)
    if errors:
        raise ContentErrors(errors)
    answer_rows = {one.key: _answer_values(one) for _, one in answers}
    return answer_rows, {one.key: _service_values(one, DEMO if file in made_up else FILE) for file, one in services}


def _read_all(files: Iterable[Path], folder: Path, read: Read[R], errors: list[ContentError]) -> list[tuple[Path, R]]:
    taken: dict[str, str] = {}
    found: list[tuple[Path, R]] = []
    for file in files:
        try:
            found += [(file, one) for one in read(file.read_bytes(), str(file.relative_to(folder)), taken)]
        except ContentErrors as bad:
            errors += bad.errors
    return found


def _answer_values(one: Answer) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in ANSWER_FIELDS}
    typed = [list(pair) for pair in one.romanised]  # as the database gives it back, to compare
    return {**values, "questions": list(one.questions), "romanised": typed, "origin": FILE, "active": True}


def _service_values(one: Service, origin: str) -> dict[str, Any]:
    document = json.loads(json.dumps(to_document(one)))  # as the database gives it back, to compare
    values = {"key": one.key, "area": one.area, "name": one.name, "verified": one.verified}
    return {**values, "document": document, "origin": origin, "active": True}


def answer_of(row: Row[Any]) -> Answer:
    """The answer of a row."""
    values = {name: getattr(row, name) for name in ANSWER_FIELDS}
    values |= {"questions": tuple(row.questions), "romanised": tuple((code, text) for code, text in row.romanised)}
    return Answer(**values)


def _load(conn: Connection, table: Table, wanted: Rows, now_ms: int) -> tuple[int, int, int, int]:
    """Bring the table's file rows to what is wanted: (stored, unchanged, retired, left to the desk)."""
    known = {row["key"]: row for row in conn.execute(select(table)).mappings()}
    new = [values for key, values in wanted.items() if key not in known]
    followed = {key: row for key, row in known.items() if row["origin"] in {FILE, DEMO}}
    ours = {key: _with_the_desk(values, followed[key]) for key, values in wanted.items() if key in followed}
    changed = {key: values for key, values in ours.items() if _differs(known[key], values)}
    vanished = [key for key, row in followed.items() if row["active"] and key not in wanted]
    if new:
        stamps = {name: now_ms for name in ("created_at", "updated_at") if name in table.c}
        conn.execute(insert(table), [{**values, **stamps} for values in new])
    for key, values in {**changed, **{key: {"active": False} for key in vanished}}.items():
        conn.execute(update(table).where(table.c.key == key).values(**values, updated_at=now_ms))
    left = len(wanted) - len(new) - len(ours)
    return len(new) + len(changed), len(ours) - len(changed), len(vanished), left


def _with_the_desk(values: dict[str, Any], row: Mapping[Any, Any]) -> dict[str, Any]:
    """What a file says, with what the desk did to the row: it checked it later, or it switched it off."""
    days = [day for day in (values["verified"], row["verified"]) if day]
    return {**values, **checked(values, max(days, default=None)), "active": not row["off_by_desk"]}


def checked(row: Mapping[Any, Any], day: date | None) -> dict[str, Any]:
    """The values that say a row was last checked on ``day``. A day of review that has come by then is cleared."""
    values: dict[str, Any] = {"verified": day}
    if day and "document" in row:
        values["document"] = {**row["document"], "verified": day.isoformat()}
    elif day and row.get("review_by") and row["review_by"] <= day:
        values["review_by"] = None
    return values


def unchecked(row: Mapping[Any, Any], day: date | None, review_by: date | None) -> dict[str, Any]:
    """The values that stood there before a check: when it was checked then, and its day of review."""
    if "document" not in row:
        return {"verified": day, "review_by": review_by}
    before = {name: value for name, value in row["document"].items() if name != "verified"}
    return {"verified": day, "document": {**before, "verified": day.isoformat()} if day else before}


def _differs(row: Mapping[Any, Any], values: Mapping[str, Any]) -> bool:
    return any(row[name] != value for name, value in values.items())


def _record_load(conn: Connection, answers: int, services: int, stored: int, retired: int, now_ms: int) -> None:
    detail = {"answers": answers, "services": services, "stored": stored, "retired": retired}
    audit.append(conn, now_ms=now_ms, actor="system", event=Event.CONTENT_LOADED, subject=CONTENT, detail=detail)


def _record(
    conn: Connection, event: Event, subject: str, detail: Mapping[str, object], user_id: int, now_ms: int
) -> None:
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=subject, detail=detail)
