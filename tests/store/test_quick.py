"""A plain turn is written with one condition: nobody came between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from sqlite3 import OperationalError
from threading import Barrier
from uuid import uuid4

import pytest
from psycopg import DataError
from sqlalchemy import func, select, text, update

from bot.channel.message import Channel, Inbound, Outbound
from bot.store import audit, meeting, quick_postgresql, schema, turn
from bot.store.database import Database
from bot.store.locks import Lock, hold
from bot.store.plain import Adding
from bot.store.quick import Driver, Quick
from bot.store.rows import Rows
from bot.store.turn import Place, Queued
from tests.store.rows import story
from tests.store.together import run_together

NUMBER = "+447700900123"
NOTHING = ("", False, None)


@pytest.fixture
def quick(db: Database) -> Iterator[Quick]:
    opened = Quick(db)
    yield opened
    opened.close()


def inbound(words: str = "MENU", **more: object) -> Inbound:
    return Inbound(Channel.SMS, NUMBER, words, f"SM{uuid4().hex}", **more)  # type: ignore[arg-type]


def met(db: Database, now: int) -> int:
    with db.begin() as conn:
        known = meeting.meet(conn, db.vault, inbound(), now)
        turn.keep_session(conn, db.vault, known.contact_id, turn.settled("en"), now)
    return known.contact_id


def rows(db: Database, quick: Quick, message: Inbound, *replies: str, now: int, silence_at: int | None = None) -> Rows:
    found = quick.read(message, now)
    assert found is not None
    known = found.known
    place = Place('["en",true]', known.stamp + 1, "r" * 64, "en", "active", wrote=True, flow="menu", step="need")
    missed = Adding("missed", {
        "contact_id": known.contact_id, "flow": "menu", "step": "need", "revision": "r", "language": "en",
        "simulated": False, "at": now, "words_enc": db.vault.seal("hm"),
    })  # fmt: skip
    return Rows(
        known.contact_id,
        known.stamp,
        place.values(db.vault, known.contact_id, now),
        turn.inbound_row(db.vault, known.contact_id, message, message.text, "en", now),
        turn.outbound_rows(db.vault, known.contact_id, "en", [Queued(Outbound(one), "reply") for one in replies], now),
        [missed],
        silence_at,
        known.stamp + 1,
        newcomer=found.newcomer,
    )  # fmt: skip


def counted(db: Database, table: str) -> int:
    with db.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(schema.metadata.tables[table])) or 0)


def test_everything_of_a_turn_is_written_in_its_order(db: Database, quick: Quick, now: int) -> None:
    contact_id = met(db, now)
    message = inbound("hm")
    assert quick.write(rows(db, quick, message, *"abcdefgh", now=now, silence_at=now + 5))
    with db.read() as conn:
        kept = conn.execute(select(schema.inbound)).one()
        assert (kept.contact_id, kept.provider_id, db.vault.open(kept.text_enc)) == (
            contact_id,
            message.provider_id,
            "hm",
        )
        sent = conn.execute(select(schema.outbound).order_by(schema.outbound.c.id)).all()
        assert "".join(db.vault.open(row.text_enc) for row in sent) == "abcdefgh"
        assert {row.inbound_id for row in sent} == {kept.id}
        one = conn.execute(select(schema.contact)).one()
        assert (one.session_stamp, one.at_flow, one.at_step, one.last_inbound_at) == (1, "menu", "need", now)
        timer = conn.execute(select(schema.timer)).one()
        assert (timer.kind, timer.stamp, timer.due_at) == ("silence", 1, now + 5)
    assert counted(db, "missed") == 1
    found = quick.read(message, now)
    assert found is not None
    assert found.duplicate


def test_a_later_silence_takes_the_place_of_the_one_before(db: Database, quick: Quick, now: int) -> None:
    met(db, now)
    for due in (5, 6):
        assert quick.write(rows(db, quick, inbound(), "a", now=now, silence_at=now + due))
    with db.read() as conn:
        assert conn.scalars(select(schema.timer.c.due_at)).all() == [now + 6]


@pytest.mark.parametrize("change", ["session_stamp = session_stamp + 1", "status = 'stopped'", "status = 'erased'"])
def test_nothing_is_written_when_somebody_came_between(db: Database, quick: Quick, now: int, change: str) -> None:
    """A turn of hers, a STOP, or her erasure."""
    met(db, now)
    late = rows(db, quick, inbound(), "a", now=now, silence_at=now)
    with db.begin() as conn:
        conn.execute(text(f"UPDATE contact SET {change}"))  # noqa: S608 # our own words
    assert not quick.write(late)
    assert [counted(db, table) for table in ("inbound", "outbound", "timer", "missed")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("wish", "follow_up", "area"),
    [
        ("An interpreter", None, None),
        (None, True, None),
        (None, False, "wx4"),
        (None, None, "newcastle upon tyne"),
        ("Ein Dolmetscher", True, None),
    ],
)
def test_what_she_adds_to_her_story_is_kept_in_hers_alone(
    db: Database, quick: Quick, now: int, wish: str | None, follow_up: bool | None, area: str | None
) -> None:
    contact_id = met(db, now)
    with db.begin() as conn:
        for reference, teller in (("HERS", contact_id), ("EARLIER", contact_id), ("OTHER", None)):
            story(conn, db.vault, now, teller, reference=reference, wish_enc=None, follow_up=False)
    turn_of_hers = rows(db, quick, inbound(), "a", now=now)
    turn_of_hers.reference, turn_of_hers.story = "HERS", turn.completing(db.vault, wish, follow_up, area)
    assert quick.write(turn_of_hers)
    not_hers = rows(db, quick, inbound(), "a", now=now)
    not_hers.reference, not_hers.story = "OTHER", turn.completing(db.vault, "no", follow_up=True)
    assert quick.write(not_hers)
    assert completed(db) == {"HERS": (wish or "", bool(follow_up), area), "EARLIER": NOTHING, "OTHER": NOTHING}


def completed(db: Database) -> dict[str, tuple[str, bool, str | None]]:
    with db.read() as conn:
        kept = conn.execute(select(schema.story)).all()
    return {one.reference: (db.vault.open(one.wish_enc or ""), one.follow_up, one.area) for one in kept}


def test_nothing_is_added_to_a_story_when_somebody_came_between(db: Database, quick: Quick, now: int) -> None:
    contact_id = met(db, now)
    with db.begin() as conn:
        story(conn, db.vault, now, contact_id, reference="HERS", wish_enc=None, follow_up=False)
    late = rows(db, quick, inbound(), "a", now=now)
    late.reference, late.story = "HERS", turn.completing(db.vault, "An interpreter", follow_up=True)
    with db.begin() as conn:
        conn.execute(text("UPDATE contact SET session_stamp = session_stamp + 1"))
    assert not quick.write(late)
    assert completed(db) == {"HERS": NOTHING}


def told(db: Database, quick: Quick, now: int, reference: str, *, decile: int | None = None) -> Rows:
    """The turn in which she tells a story to its end."""
    mine = rows(db, quick, inbound("DONE"), "Thank you", now=now, silence_at=now + 5)
    row = {
        "contact_id": mine.contact_id, "language": "en", "simulated": False, "created_at": now, "reference": reference,
        "consent": "leaders", "follow_up": False, "area": None,
    }  # fmt: skip
    known = {} if decile is None else {"deprivation_edition": 2025, "deprivation_decile": decile}
    mine.told = turn.story_row(db.vault, {**row, **known}, ["It was cold 🙂."])
    detail = {"language": "en", "consent": "leaders", "simulated": False}
    mine.entry = audit.entry(
        now_ms=now, actor="resident", event=audit.Event.STORY_RECEIVED, subject="story", detail=detail
    )
    return mine


def test_a_story_is_written_with_her_turn_and_follows_in_the_audit_logs_chain(
    db: Database, quick: Quick, now: int
) -> None:
    contact_id = met(db, now)
    for reference, decile in (("FIRST", None), ("SECOND", 3)):
        assert quick.write(told(db, quick, now, reference, decile=decile)) == contact_id
    with db.read() as conn:
        first, second = conn.execute(select(schema.story).order_by(schema.story.c.id)).all()
        assert audit.verify(conn) is None
        kept = conn.execute(select(schema.audit).order_by(schema.audit.c.id)).all()
    assert [one.subject for one in kept] == [f"story:{first.id}", f"story:{second.id}"]
    assert (first.contact_id, first.status, first.version, first.follow_up) == (contact_id, "received", 1, False)
    assert [(one.deprivation_edition, one.deprivation_decile) for one in (first, second)] == [(None, None), (2025, 3)]
    assert db.vault.open(first.text_enc) == '["It was cold 🙂."]'
    assert kept[0].detail == {"language": "en", "consent": "leaders", "simulated": False}


@pytest.mark.parametrize("change", ["session_stamp = session_stamp + 1", "status = 'stopped'", "status = 'erased'"])
def test_no_story_is_written_when_somebody_came_between(db: Database, quick: Quick, now: int, change: str) -> None:
    met(db, now)
    assert quick.write(told(db, quick, now, "BEFORE"))
    late = told(db, quick, now, "LATE")
    with db.begin() as conn:
        conn.execute(text(f"UPDATE contact SET {change}"))  # noqa: S608 # our own words
    assert not quick.write(late)
    assert [counted(db, table) for table in ("story", "audit", "inbound")] == [1, 1, 1]


def test_a_story_whose_reference_is_taken_is_not_written_and_the_next_one_is(
    db: Database, quick: Quick, now: int
) -> None:
    met(db, now)
    assert quick.write(told(db, quick, now, "TAKEN"))
    again = told(db, quick, now, "TAKEN")
    with pytest.raises(db.conflicts):
        quick.write(again)
    assert [counted(db, table) for table in ("story", "audit", "inbound", "outbound")] == [1, 1, 1, 1]
    assert quick.write(told(db, quick, now, "FREE"))
    with db.read() as conn:
        assert conn.scalars(select(schema.story.c.reference).order_by(schema.story.c.id)).all() == ["TAKEN", "FREE"]
        assert audit.verify(conn) is None


def test_a_very_long_story_is_kept_whole(db: Database, quick: Quick, now: int) -> None:
    """Longer than what a line takes at once."""
    met(db, now)
    mine = told(db, quick, now, "LONG")
    mine.told = turn.story_row(db.vault, dict(mine.told), ["It was cold 🙂. "] * 200_000)
    assert quick.write(mine)
    with db.read() as conn:
        kept = db.vault.open(conn.scalars(select(schema.story.c.text_enc)).one())
    assert json.loads(kept) == ["It was cold 🙂. "] * 200_000


def test_a_story_waits_for_whoever_writes_at_the_end_of_the_audit_log(db: Database, quick: Quick, now: int) -> None:
    """With the other in another thread of the same process, who must be able to go on meanwhile."""
    met(db, now)
    mine = told(db, quick, now, "HERS")
    with ThreadPoolExecutor(1) as pool:
        with db.begin() as conn:
            hold(conn, Lock.AUDIT)
            waiting = pool.submit(quick.write, mine)
            while db.dialect == "postgresql" and not conn.scalar(
                text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            ):
                assert not waiting.done()
            audit.append(
                conn, now_ms=now, actor="system", event=audit.Event.SOURCE_ADDED, subject="source:7", detail={}
            )
        assert waiting.result(30)
    with db.read() as conn:
        subjects = conn.scalars(select(schema.audit.c.subject).order_by(schema.audit.c.id)).all()
        assert audit.verify(conn) is None
    assert [subject.partition(":")[0] for subject in subjects] == ["source", "story"]


def test_of_two_at_once_one_is_written(db: Database, quick: Quick, now: int) -> None:
    met(db, now)
    together = Barrier(8)
    written: list[int] = []

    def one() -> None:
        mine = rows(db, quick, inbound(), "a", now=now)
        together.wait(10)
        written.append(quick.write(mine))

    run_together([one] * 8)
    assert [bool(one) for one in sorted(written)] == [False] * 7 + [True]
    assert counted(db, "inbound") == 1


@pytest.mark.parametrize("address", [NUMBER, "GB.abc"])
def test_a_newcomer_is_written_with_her_turn(db: Database, quick: Quick, now: int, address: str) -> None:
    by_id = address if address != NUMBER else ""
    message = Inbound(Channel.WHATSAPP, address, "Hello", f"SM{uuid4().hex}", external_id=by_id)
    contact_id = quick.write(rows(db, quick, message, "Welcome", "Which?", now=now, silence_at=now + 5))
    with db.read() as conn:
        hers = conn.execute(select(schema.contact)).one()
        found = meeting.lock(conn, db.vault, contact_id)
        kept = {
            table: set(conn.scalars(select(schema.metadata.tables[table].c.contact_id)))
            for table in ("inbound", "outbound", "missed", "timer")
        }
    assert (hers.id, hers.status, hers.language, hers.at_step, hers.last_inbound_at, hers.created_at) == (
        contact_id, "active", "en", "need", now, now,
    )  # fmt: skip
    assert db.vault.open(hers.address_enc) == address
    assert set(map(frozenset, kept.values())) == {frozenset({contact_id})}
    again = quick.read(message, now)
    assert again is not None
    assert (again.known, again.duplicate, again.newcomer) == (found, True, {})
    with db.begin() as conn:
        assert meeting.meet(conn, db.vault, message, now) == found, "the long way finds her, too"


def test_of_a_newcomers_first_messages_at_once_one_makes_her_known(db: Database, quick: Quick, now: int) -> None:
    written: list[int] = []
    mine = [rows(db, quick, inbound(), "a", now=now) for _ in range(8)]
    run_together([lambda one=one: written.append(quick.write(one)) for one in mine])  # type: ignore[misc]
    assert [bool(one) for one in sorted(written)] == [False] * 7 + [True]
    assert [counted(db, table) for table in ("contact", "inbound", "outbound", "missed")] == [1, 1, 1, 1]
    assert quick.write(rows(db, quick, inbound(), "a", now=now)) == max(written)


def test_the_same_message_is_not_kept_twice(db: Database, quick: Quick, now: int) -> None:
    met(db, now)
    message = inbound()
    assert quick.write(rows(db, quick, message, "a", now=now))
    again = rows(db, quick, message, "a", now=now)
    with pytest.raises(db.conflicts):
        quick.write(again)
    assert counted(db, "outbound") == 1


def test_who_has_stopped_or_has_another_address_goes_the_long_way(db: Database, quick: Quick, now: int) -> None:
    met(db, now)
    assert quick.read(inbound(), now) is not None
    assert quick.read(inbound(external_id="GB.abc"), now) is None
    with db.begin() as conn:
        meeting.meet(conn, db.vault, inbound(external_id="GB.abc"), now)
    assert quick.read(inbound(external_id="GB.abc"), now) is not None
    other = Inbound(Channel.SMS, "GB.abc", "x", "SMx", external_id="GB.abc")
    assert quick.read(other, now) is None
    with db.begin() as conn:
        conn.execute(update(schema.contact).values(status="stopped"))
    assert quick.read(inbound(), now) is None


def test_a_connection_that_was_lost_is_made_anew(db: Database, quick: Quick, now: int) -> None:
    met(db, now)
    assert quick.read(inbound(), now) is not None
    if db.dialect == "postgresql":
        with db.begin() as conn:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            conn.execute(text(f"{others} AND pid <> pg_backend_pid()"))  # our own words
    assert quick.write(rows(db, quick, inbound(), "a", now=now))


def test_a_nul_in_a_text_is_refused_and_not_cut(db: Database, quick: Quick, now: int) -> None:
    """SQLite keeps it; PostgreSQL has no such text, and its library would cut the id there."""
    met(db, now)
    message = Inbound(Channel.SMS, NUMBER, "MENU", "SM1\0rest")
    if db.dialect == "sqlite":
        assert quick.write(rows(db, quick, message, "a", now=now))
        return
    with pytest.raises(DataError, match="NUL"):
        quick.read(message, now)
    assert counted(db, "inbound") == 0


def test_what_was_prepared_and_does_not_hold_any_more_is_prepared_anew(db: Database, quick: Quick, now: int) -> None:
    """A migration while servers run, or a pooler that forgets: no message may fail for it."""
    met(db, now)
    assert quick.write(rows(db, quick, inbound(), "a", now=now))
    driver = quick._idle[-1]
    if isinstance(driver, quick_postgresql.Driver):
        driver._prepared._conn.execute("DEALLOCATE ALL")
    assert quick.read(inbound(), now) is not None
    if isinstance(driver, quick_postgresql.Driver):
        with db.begin() as conn:
            conn.execute(text("ALTER TABLE contact ALTER COLUMN language TYPE varchar(20)"))
    mine = rows(db, quick, inbound(), "b", now=now)
    for later in (mine, None, None):
        one = later or told(db, quick, now, uuid4().hex[:6])
        driver = quick._idle[-1]
        if isinstance(driver, quick_postgresql.Driver):
            driver._prepared._conn.execute("DEALLOCATE ALL")
        assert quick.write(one)
    assert [counted(db, table) for table in ("inbound", "story", "audit")] == [4, 2, 2]


def connections(quick: Quick, monkeypatch: pytest.MonkeyPatch) -> list[Driver]:
    """Those that are opened from here on."""
    opened: list[Driver] = []
    connect = quick._connect

    def noted(db: Database) -> Driver:
        opened.append(connect(db))
        return opened[-1]

    monkeypatch.setattr(quick, "_connect", noted)
    return opened


def test_threads_that_come_and_go_leave_no_connections_behind(
    db: Database, quick: Quick, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web server ends threads that were idle for half a minute, and begins new ones with the next messages."""
    met(db, now)
    opened = connections(quick, monkeypatch)
    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: quick.write(rows(db, quick, inbound(), "a", now=now))).result()
    assert len(opened) == 1
    assert counted(db, "inbound") == 20


def test_there_are_as_many_connections_as_turns_at_the_same_moment(
    db: Database, quick: Quick, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    met(db, now)
    opened = connections(quick, monkeypatch)
    wait = Barrier(4)

    def slow(db: Database) -> Driver:
        """Nobody ends before all have begun."""
        driver = connect(db)
        ask = driver.ask
        monkeypatch.setattr(driver, "ask", lambda *said: (wait.wait(10), ask(*said))[1])
        return driver

    connect = quick._connect
    monkeypatch.setattr(quick, "_connect", slow)
    for _ in range(3):
        run_together([lambda: quick.read(inbound(), now)] * 4)
    assert len(opened) == 4
    assert len(quick._idle) == 4


def away(*_said: object) -> None:
    raise OperationalError("disk I/O error")


def test_when_the_database_was_away_every_connection_is_made_anew(
    db: Database, quick: Quick, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    met(db, now)
    lost = [quick._connect(db) for _ in range(3)]
    quick._idle.extend(lost)
    for driver in lost:
        if isinstance(driver, quick_postgresql.Driver):
            driver._prepared._conn.close()
        else:
            monkeypatch.setattr(driver, "ask", away)
    assert quick.read(inbound(), now) is not None
    assert len(quick._idle) == 1
    assert not set(lost) & set(quick._idle)


def test_a_closed_database_leaves_no_connection_and_no_thread(db: Database, now: int) -> None:
    quick = Quick(db)
    met(db, now)
    quick.write(rows(db, quick, inbound(), "a", now=now))
    thread = quick._checkpoints._thread if quick._checkpoints else None
    assert quick._idle
    assert (thread is not None and thread.is_alive()) == (db.dialect == "sqlite")
    db.close()
    assert not quick._idle
    assert not (thread and thread.is_alive())
