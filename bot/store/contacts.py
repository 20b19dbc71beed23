"""One contact: the whole conversation, and the end of everything kept about her."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from bot.store import audit, issuing, media
from bot.store.audit import Event
from bot.store.database import Database
from bot.store.schema import (
    alert,
    alert_action,
    broadcast_person,
    consent,
    contact,
    inbound,
    missed,
    outbound,
    question,
    story,
    talk,
    timer,
)
from bot.store.swap import Gone
from bot.store.vault import ERASED, Vault

AGAIN_MS = 15 * 60_000
NEVER_ARRIVES_MS = 2 * 86_400_000  # what has not arrived after two days will not; its status may never be told
LEAVING = "erased"  # the status of a contact whose words are gone and whose last text is on its way
# Until the carrier has said what became of it, a text may have to be sent again.
ON_ITS_WAY = ("waiting", "sending_now", "accepted", "scheduled", "queued", "sending")


@dataclass(frozen=True)
class Line:
    """One message of a conversation, opened. What it was sent as (``status``...) is the bot's only."""

    id: int
    from_bot: bool
    text: str
    at: int
    language: str | None
    media: tuple[str, ...] = ()  # the types of what came with it, like "audio/ogg"
    kind: str = ""
    status: str = ""
    error_code: str | None = None
    segments: int = 0
    sent_by: int | None = None


@dataclass(frozen=True)
class ErasedCounts:
    """How many rows of each kind are gone. Of alerts the words went; that there was one stays."""

    inbound: int
    outbound: int
    timers: int
    stories: int
    questions: int
    talks: int
    alerts: int


def conversation(db: Database, contact_id: int) -> list[Line]:
    """Both directions, oldest first; nothing for a contact who is gone. Raises as ``open`` and ``read``."""
    with db.read() as conn:
        came = conn.execute(select(inbound).where(inbound.c.contact_id == contact_id)).all()
        went = conn.execute(select(outbound).where(outbound.c.contact_id == contact_id)).all()
    lines = [_from_her(db.vault, row) for row in came] + [_from_bot(db.vault, row) for row in went]
    return sorted(lines, key=lambda line: (line.at, line.from_bot, line.id))


def erase(conn: Connection, contact_id: int, now_ms: int, actor: str, *, receipt_follows: bool = False) -> ErasedCounts:
    """Take away all that this person said and heard, and her number. Raises Gone when she is not there.

    If she has said STOP, the blind index of her number stays, so that STOP still holds; nothing readable is
    left. An alert stays, still open if it was, without its words. The audit entry counts rows only.

    With ``receipt_follows`` her number stays for one last text that says it is done; ``forget_erased`` then
    takes the number too.
    """
    row = conn.execute(select(contact).where(contact.c.id == contact_id).with_for_update()).first()
    if row is None:
        raise Gone("There is nothing left to erase: this contact is no longer here.")
    media.forget_all(conn, contact_id)
    issuing.mark(conn, list(conn.scalars(select(story.c.id).where(story.c.contact_id == contact_id))), now_ms)
    # Outbound before inbound: otherwise each inbound row would first be taken out of its replies.
    counts = ErasedCounts(
        outbound=_delete(conn, outbound, contact_id),
        inbound=_delete(conn, inbound, contact_id),
        timers=_delete(conn, timer, contact_id),
        stories=_delete(conn, story, contact_id),
        questions=_delete(conn, question, contact_id),
        talks=_delete(conn, talk, contact_id),
        alerts=_blank_alerts(conn, contact_id),
    )
    for table in (missed, consent):
        _delete(conn, table, contact_id)
    hers = broadcast_person.c.contact_id == contact_id
    conn.execute(
        update(broadcast_person)
        .where(hers, broadcast_person.c.state == "waiting")
        .values(state="left_out", reason="gone")
    )
    conn.execute(update(broadcast_person).where(hers).values(contact_id=None))
    stop_kept = row.status == "stopped"
    if stop_kept:
        _blank(conn, row)
    elif receipt_follows:
        _blank(conn, row, status=LEAVING, address_enc=row.address_enc)
    else:
        conn.execute(delete(contact).where(contact.c.id == contact_id))
    detail = {**asdict(counts), "stop_kept": stop_kept}
    subject = f"contact:{contact_id}"
    audit.append(conn, now_ms=now_ms, actor=actor, event=Event.CONTACT_ERASED, subject=subject, detail=detail)
    return counts


def _delete(conn: Connection, table: Table, contact_id: int) -> int:
    return conn.execute(delete(table).where(table.c.contact_id == contact_id)).rowcount


def _blank_alerts(conn: Connection, contact_id: int) -> int:
    hers = select(alert.c.id).where(alert.c.contact_id == contact_id)
    conn.execute(update(alert_action).where(alert_action.c.alert_id.in_(hers)).values(note_enc=None))
    blank = {"text_enc": ERASED, "note_enc": None, "area": None, "contact_id": None}
    return conn.execute(update(alert).where(alert.c.contact_id == contact_id).values(**blank)).rowcount


def forget_erased(conn: Connection, now_ms: int) -> int:
    """Delete every contact who was erased and has had her last text, or cannot get it any more. How many.

    Not within a quarter of an hour: her last message may be handed to us once more, and must be known again.
    """
    hers = outbound.c.contact_id == contact.c.id
    fresh = select(outbound.c.id).where(hers, outbound.c.created_at > now_ms - AGAIN_MS)
    waiting = select(outbound.c.id).where(
        hers, outbound.c.status.in_(ON_ITS_WAY), outbound.c.created_at > now_ms - NEVER_ARRIVES_MS
    )
    gone = delete(contact).where(contact.c.status == LEAVING, ~fresh.exists(), ~waiting.exists())
    return conn.execute(gone).rowcount


def put_down(conn: Connection, ids: Sequence[int]) -> None:
    """Nothing is under way with these people any more. The new stamp makes a timer that is running do nothing."""
    idle = dict.fromkeys(("session_enc", "flow_revision", "at_flow", "at_step", "at_since"))
    put = {**idle, "session_stamp": contact.c.session_stamp + 1}
    conn.execute(update(contact).where(contact.c.id.in_(ids)).values(**put))


def _blank(conn: Connection, row: Row[Any], **kept: Any) -> None:
    """Only the index and the STOP stay. The new stamp makes a timer that is already running do nothing."""
    blank = {
        "address_enc": ERASED,
        "pseudonym": f"erased-{secrets.token_hex(4)}",
        "language": None,
        "last_inbound_at": None,
        "session_enc": None,
        "session_stamp": row.session_stamp + 1,
        "flow_revision": None,
        "at_flow": None,
        "at_step": None,
        "at_since": None,
        **kept,
    }
    conn.execute(update(contact).where(contact.c.id == row.id).values(**blank))


def _from_her(vault: Vault, row: Row[Any]) -> Line:
    media = json.loads(vault.open(row.media_enc)) if row.media_enc else []
    return Line(
        id=row.id,
        from_bot=False,
        text=vault.open(row.text_enc),
        at=row.received_at,
        language=row.language,
        media=tuple(one["content_type"] for one in media),
    )


def _from_bot(vault: Vault, row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        from_bot=True,
        text=vault.open(row.text_enc),
        at=row.created_at,
        language=row.language,
        kind=row.kind,
        status=row.status,
        error_code=row.error_code,
        segments=row.segments,
        sent_by=row.sent_by,
    )
