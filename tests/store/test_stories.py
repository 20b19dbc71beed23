"""The champions' queue of stories: in order, in their languages, and decided once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import select

from bot.settings import new_key
from bot.store import contacts, schema, stories
from bot.store.database import Database
from bot.store.swap import Gone, Stale
from bot.store.vault import LOCKED, Vault
from bot.story.consent import Audience, Consent
from bot.story.status import MoveRefused, StoryStatus
from tests.store import rows
from tests.store.together import run_together

APPROVED, RECEIVED, NEEDS_LEAD = StoryStatus.APPROVED, StoryStatus.RECEIVED, StoryStatus.NEEDS_LEAD


def decide(db: Database, id: int, version: int, status: StoryStatus, user_id: int, now: int, reason: str = "") -> None:
    with db.begin() as conn:
        stories.decide(
            conn, db.vault, id=id, version=version, new_status=status, reason=reason, user_id=user_id, now_ms=now
        )


def one_story(db: Database, now: int) -> tuple[int, int, int]:
    with db.begin() as conn:
        teller = rows.resident(conn, db.vault, now)
        return rows.story(conn, db.vault, now, teller), rows.champion(conn, "Amina"), rows.champion(conn, "Bilal")


def test_the_oldest_story_comes_first_and_pages_do_not_overlap(db: Database, now: int) -> None:
    with db.begin() as conn:
        for age in (3, 1, 2):
            rows.story(conn, db.vault, now - age, None)
    with db.read() as conn:
        assert [row.created_at for row in stories.page(conn, db.vault)] == [now - 3, now - 2, now - 1]
        assert [row.created_at for row in stories.page(conn, db.vault, offset=1, limit=1)] == [now - 2]
        newest = stories.page(conn, db.vault, newest_first=True, limit=1)
        assert newest[0].created_at == now - 1


def test_a_champion_sees_the_states_and_languages_she_asks_for(db: Database, now: int) -> None:
    with db.begin() as conn:
        rows.story(conn, db.vault, now, None, reference="A", language="ur")
        rows.story(conn, db.vault, now, None, reference="B", language="pl", status="approved")
        rows.story(conn, db.vault, now, None, reference="C", language="pl")
    with db.read() as conn:
        waiting = stories.page(conn, db.vault, status={RECEIVED}, languages={"pl", "bn"})
        assert [row.reference for row in waiting] == ["C"]
        assert stories.page(conn, db.vault, languages=set()) == []
        assert stories.counts(conn) == dict.fromkeys(StoryStatus, 0) | {RECEIVED: 2, APPROVED: 1}


def test_to_leaders_only_what_is_theirs_is_listed(db: Database, now: int) -> None:
    with db.begin() as conn:
        rows.story(conn, db.vault, now - 4, None, reference="waits")
        rows.story(conn, db.vault, now - 3, None, reference="private", consent="champions", status="approved")
        rows.story(conn, db.vault, now - 2, None, reference="shared", status="approved")
        rows.story(conn, db.vault, now - 1, None, reference="asked", consent="champions", status="needs_lead")
    with db.read() as conn:
        found = stories.page(conn, db.vault, audience=Audience.LEADERS, limit=2)
        assert [row.reference for row in found] == ["shared", "asked"]


def test_a_story_whose_key_is_gone_says_so(db: Database, now: int) -> None:
    with db.begin() as conn:
        id = rows.story(conn, Vault([new_key()]), now, None)
    with db.read() as conn:
        assert [row.texts for row in stories.page(conn, db.vault)] == [(LOCKED,)]
        story = stories.get(conn, db.vault, id)
        assert story is not None
        assert (story.texts, story.wish, story.reason) == ((LOCKED,), LOCKED, "")


def test_a_story_is_shown_as_it_was_texted(db: Database, now: int) -> None:
    id, _, _ = one_story(db, now)
    with db.read() as conn:
        story = stories.get(conn, db.vault, id)
        assert stories.get(conn, db.vault, id + 1) is None
    assert story is not None
    assert (story.texts, story.wish, story.consent) == ((rows.SAID, "twice"), rows.WISH, Consent.LEADERS)
    assert (story.pseudonym, story.stopped, story.decided_by_name) == ("calm-heron-12", False, "")


def test_a_decision_is_kept_with_its_reason_and_who_and_when(db: Database, now: int) -> None:
    id, amina, _ = one_story(db, now)
    decide(db, id, 1, NEEDS_LEAD, amina, now, reason="A child may be at risk")
    with db.read() as conn:
        story = stories.get(conn, db.vault, id)
        entry = conn.execute(select(schema.audit)).one()
        sealed = conn.scalar(select(schema.story.c.reason_enc))
    assert story is not None
    assert (story.status, story.version, story.reason) == (NEEDS_LEAD, 2, "A child may be at risk")
    assert (story.decided_by, story.decided_by_name, story.decided_at) == (amina, "Amina", now)
    assert "child" not in str(sealed)
    assert (entry.event, entry.subject, entry.actor) == ("story_to_lead", f"story:{id}", f"user:{amina}")
    assert entry.detail == {"before": "received", "after": "needs_lead", "language": "bn"}


def test_the_second_champion_is_told_who_acted_and_changes_nothing(db: Database, now: int) -> None:
    id, amina, bilal = one_story(db, now)
    decide(db, id, 1, APPROVED, amina, now)
    with pytest.raises(Stale, match="Amina got here first: this is now approved") as raised:
        decide(db, id, 1, StoryStatus.DECLINED, bilal, now + 5)
    assert (raised.value.by, raised.value.by_id, raised.value.at) == ("Amina", amina, now)
    with db.read() as conn:
        assert stories.counts(conn)[APPROVED] == 1
        assert len(conn.execute(select(schema.audit)).all()) == 1


def test_eight_champions_at_once_make_one_decision(db: Database, now: int) -> None:
    id, amina, _ = one_story(db, now)
    won, told = [], []

    def work() -> None:
        try:
            decide(db, id, 1, APPROVED, amina, now)
            won.append(True)
        except Stale as stale:
            told.append(stale.by)

    run_together([work] * 8)
    assert (won, told) == ([True], ["Amina"] * 7)
    with db.read() as conn:
        story = stories.get(conn, db.vault, id)
        assert story is not None
        assert story.version == 2
        assert len(conn.execute(select(schema.audit)).all()) == 1


def test_a_move_that_is_not_allowed_is_refused(db: Database, now: int) -> None:
    id, amina, _ = one_story(db, now)
    decide(db, id, 1, APPROVED, amina, now)
    with pytest.raises(MoveRefused):
        decide(db, id, 2, NEEDS_LEAD, amina, now)


def test_a_story_can_be_opened_again(db: Database, now: int) -> None:
    id, amina, bilal = one_story(db, now)
    decide(db, id, 1, APPROVED, amina, now)
    decide(db, id, 2, RECEIVED, bilal, now)
    with db.read() as conn:
        assert stories.counts(conn)[RECEIVED] == 1
        events = conn.scalars(select(schema.audit.c.event).order_by(schema.audit.c.id)).all()
    assert events == ["story_approved", "story_reopened"]


def test_a_story_that_its_teller_took_back_cannot_be_decided(db: Database, now: int) -> None:
    id, amina, _ = one_story(db, now)
    with db.begin() as conn:
        contact_id = conn.scalar(select(schema.story.c.contact_id))
        assert contact_id is not None
        contacts.erase(conn, contact_id, now, "resident")
    with pytest.raises(Gone):
        decide(db, id, 1, APPROVED, amina, now)


def test_deciding_and_erasing_at_the_same_moment_never_wait_for_each_other_for_ever(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        tellers = [rows.resident(conn, db.vault, now, f"+44770090010{n}", pseudonym=f"p{n}") for n in range(8)]
        told = [rows.story(conn, db.vault, now, teller, reference=f"R{teller}") for teller in tellers]

    def decided() -> None:
        for id in told:
            with suppress(Gone):
                decide(db, id, 1, APPROVED, amina, now)

    def erased() -> None:
        for teller in tellers:
            with db.begin() as conn:
                contacts.erase(conn, teller, now, "resident")

    run_together([decided, erased])
    with db.read() as conn:
        assert conn.execute(select(schema.story)).all() == []
