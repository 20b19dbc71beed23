"""Channels that are paused: our own configuration is wrong, so every text would be refused until somebody mends it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.channel.message import Channel
from bot.store import audit, outgoing
from bot.store.schema import channel_pause, contact

FIRST_PROBE = 60_000  # ms
SELDOM = 3_600_000
_PAUSE = select(channel_pause).where(channel_pause.c.channel == bindparam("channel"))  # asked for every text


@dataclass(frozen=True)
class Pause:
    """One channel that sends nothing. ``probe_at``: one text tries it again then (ms)."""

    channel: Channel
    error_code: str
    since: int
    probe_at: int
    probes: int


def find(conn: Connection, channel: Channel) -> Pause | None:
    """The pause of this channel, if it has one."""
    row = conn.execute(_PAUSE, {"channel": channel.value}).first()
    return _pause(row) if row else None


def probe_at(conn: Connection, contact_id: int) -> int:
    """When this person's channel is tried again, in ms; 0 when it is not paused."""
    query = select(channel_pause.c.probe_at).join(contact, contact.c.channel == channel_pause.c.channel)
    return int(conn.scalar(query.where(contact.c.id == contact_id, contact.c.simulated.is_(False))) or 0)


def everywhere(conn: Connection) -> list[Pause]:
    """Every pause."""
    return [_pause(row) for row in conn.execute(select(channel_pause).order_by(channel_pause.c.channel))]


def begin(conn: Connection, channel: Channel, error_code: str, now_ms: int) -> None:
    """Pause the channel. One that is paused already keeps the time of its next probe."""
    insert = postgresql_insert if conn.dialect.name == "postgresql" else sqlite_insert
    row = {"channel": channel.value, "error_code": error_code, "since": now_ms}
    new = insert(channel_pause).values(**row, probe_at=now_ms + FIRST_PROBE, probes=0).on_conflict_do_nothing()
    if conn.execute(new).rowcount:
        _audit(conn, channel, error_code, now_ms, f"twilio:{error_code}", audit.Event.CHANNEL_PAUSED)
    else:
        here = channel_pause.c.channel == channel.value
        conn.execute(update(channel_pause).where(here).values(error_code=error_code))


def claim_probe(conn: Connection, pause: Pause, now_ms: int) -> bool:
    """True for the one text that may try the channel now; the next one comes after twice as long, at most an hour."""
    if now_ms < pause.probe_at:
        return False
    next_at = now_ms + min(FIRST_PROBE * 2 ** min(pause.probes + 1, 10), SELDOM)
    still = (channel_pause.c.channel == pause.channel.value) & (channel_pause.c.probe_at == pause.probe_at)
    claimed = update(channel_pause).where(still).values(probe_at=next_at, probes=pause.probes + 1)
    return conn.execute(claimed).rowcount == 1


def end(conn: Connection, channel: Channel, now_ms: int, actor: str) -> bool:
    """Let the channel send again, and what it refused too; False when it was not paused. ``actor`` is as in audit."""
    ended = delete(channel_pause).where(channel_pause.c.channel == channel.value)
    error_code = conn.scalar(ended.returning(channel_pause.c.error_code))
    if error_code is None:
        return False
    outgoing.release(conn, channel)
    _audit(conn, channel, error_code, now_ms, actor, audit.Event.CHANNEL_RESUMED)
    return True


def _audit(conn: Connection, channel: Channel, error_code: str, now_ms: int, actor: str, event: audit.Event) -> None:
    detail = {"error_code": f"error:{error_code}"}
    audit.append(conn, now_ms=now_ms, actor=actor, event=event, subject=f"channel:{channel.value}", detail=detail)


def _pause(row: Row[tuple[object, ...]]) -> Pause:
    said = row._mapping
    return Pause(Channel(said["channel"]), said["error_code"], said["since"], said["probe_at"], said["probes"])
