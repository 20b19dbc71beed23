"""The work shared out: hand-overs that end, what somebody wants on a day, and places nobody looks after."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from bot.store import claims, handing, load, moderators, reach, schema, stories, withdrawing
from bot.store.claims import Reader
from bot.store.database import Database
from bot.store.swap import Gone, Stale
from bot.story.consent import SameReader
from bot.story.status import HANDED_MS, LEASE_MS, MoveRefused, StoryStatus
from tests.store import rows
from tests.store.together import run_together

URDU = frozenset({"ur"})
DAY = 86_400_000


def people(db: Database, *names: str) -> list[int]:
    with db.begin() as conn:
        return [rows.champion(conn, name) for name in names]


def told(db: Database, now: int, **more: object) -> int:
    with db.begin() as conn:
        count = len(conn.execute(select(schema.story.c.id)).all())
        return rows.story(conn, db.vault, now, None, **{"reference": f"R{count}", "language": "ur", **more})


def hand(db: Database, id: int, version: int, to: int, *, by: int, now: int) -> None:
    with db.begin() as conn:
        handing.hand(conn, id, version, to, by=by, now_ms=now)


def next_ones(db: Database, user_id: int, now: int) -> list[int]:
    with db.read() as conn:
        return claims.candidates(conn, Reader(user_id, URDU), now)


def handed(db: Database, user_id: int, now: int) -> list[tuple[int, str]]:
    with db.read() as conn:
        return [(one.story_id, one.by) for one in handing.of(conn, user_id, now)]


def entries(db: Database) -> list[tuple[str, object, object]]:
    with db.read() as conn:
        found = conn.execute(select(schema.audit.c.event, schema.audit.c.detail).order_by(schema.audit.c.id))
        return [(row.event, row.detail.get("before"), row.detail.get("after")) for row in found]


def test_what_is_handed_to_her_comes_first_and_is_left_to_her_until_it_ends(db: Database, now: int) -> None:
    """Others still see it, and may take it on purpose."""
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    older, newer = told(db, now - 9), told(db, now - 8)
    hand(db, newer, 1, amina, by=ruth, now=now)
    assert next_ones(db, amina, now) == [newer, older]
    assert next_ones(db, bilal, now + HANDED_MS - 1) == [older]
    assert next_ones(db, bilal, now + HANDED_MS) == [older, newer]
    assert handed(db, amina, now) == [(newer, "Ruth")]
    assert handed(db, amina, now + HANDED_MS) == []
    with db.read() as conn:
        assert len(stories.page(conn, db.vault, status={StoryStatus.RECEIVED})) == 2
    assert entries(db) == [("story_handed", None, f"user:{amina}")]


def test_she_hands_it_back_in_one_act_and_it_is_anybodys(db: Database, now: int) -> None:
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    id = told(db, now)
    hand(db, id, 1, amina, by=ruth, now=now)
    with db.begin() as conn:
        assert not handing.hand_back(conn, id, user_id=bilal, now_ms=now)
        assert handing.hand_back(conn, id, user_id=amina, now_ms=now)
        assert not handing.hand_back(conn, id, user_id=amina, now_ms=now)
    assert next_ones(db, bilal, now) == [id]
    assert entries(db)[-1] == ("story_handed_back", f"user:{amina}", None)


def test_a_hand_over_is_no_lock_and_ends_when_somebody_else_takes_the_story(db: Database, now: int) -> None:
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    id = told(db, now)
    hand(db, id, 1, amina, by=ruth, now=now)
    with db.begin() as conn:
        claims.take(conn, id, 2, user_id=bilal, now_ms=now)
    assert handed(db, amina, now + LEASE_MS) == []


def test_what_she_took_and_gave_back_is_not_hers_any_more(db: Database, now: int) -> None:
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    id = told(db, now)
    hand(db, id, 1, amina, by=ruth, now=now)
    with db.begin() as conn:
        claims.take(conn, id, 2, user_id=amina, now_ms=now)
        claims.release(conn, id, 3, user_id=amina, now_ms=now)
    assert next_ones(db, bilal, now) == [id]


def test_of_two_leads_who_hand_on_one_story_at_once_one_wins_and_the_other_is_told(db: Database, now: int) -> None:
    ruth, lena, amina, bilal = people(db, "Ruth", "Lena", "Amina", "Bilal")
    id = told(db, now)
    refused: list[str] = []

    def work(lead: int, to: int) -> None:
        try:
            hand(db, id, 1, to, by=lead, now=now)
        except Stale as stale:
            refused.append(stale.by)

    run_together([lambda: work(ruth, amina), lambda: work(lena, bilal)])
    got = [name for name, id in (("Ruth", amina), ("Lena", bilal)) if handed(db, id, now)]
    assert len(got) == 1
    assert refused == got


def test_who_decides_on_a_page_that_was_open_before_is_told_who_handed_it_on(db: Database, now: int) -> None:
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    id = told(db, now)
    hand(db, id, 1, amina, by=ruth, now=now)
    with pytest.raises(Stale, match="Ruth got here first: this is now handed"), db.begin() as conn:
        claims.take(conn, id, 1, user_id=bilal, now_ms=now + 1)


def test_what_is_read_or_decided_or_gone_cannot_be_handed_on(db: Database, now: int) -> None:
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    id, approved = told(db, now), told(db, now, status="approved")
    second = told(db, now, status="needs_second", first_by=amina)
    with db.begin() as conn:
        claims.take(conn, id, 1, user_id=bilal, now_ms=now)
    with pytest.raises(Stale, match="Bilal"):
        hand(db, id, 2, amina, by=ruth, now=now)
    with pytest.raises(MoveRefused):
        hand(db, approved, 1, amina, by=ruth, now=now)
    with pytest.raises(SameReader):
        hand(db, second, 1, amina, by=ruth, now=now)
    with pytest.raises(Gone):
        hand(db, 99, 1, amina, by=ruth, now=now)


def test_a_story_taken_back_by_its_teller_leaves_no_hand_over(db: Database, now: int) -> None:
    ruth, amina = people(db, "Ruth", "Amina")
    with db.begin() as conn:
        teller = rows.resident(conn, db.vault, now)
        id = rows.story(conn, db.vault, now, teller, reference="HERS", area="wx4")
    hand(db, id, 1, amina, by=ruth, now=now)
    with db.begin() as conn:
        withdrawing.withdraw(conn, db.vault, teller, "HERS", now)
        assert conn.execute(select(schema.story_handed)).all() == []
        assert conn.scalar(select(schema.story.c.area)) is None


def test_a_load_is_what_she_holds_and_what_she_decided_in_seven_days(db: Database, now: int) -> None:
    """A story that she took up after it was handed to her counts once."""
    ruth, amina, bilal = people(db, "Ruth", "Amina", "Bilal")
    ids = [told(db, now, consent="champions") for _ in range(4)]
    for id in ids[:2]:
        hand(db, id, 1, amina, by=ruth, now=now)
    with db.begin() as conn:
        claims.take(conn, ids[0], 2, user_id=amina, now_ms=now)
        for id, at in ((ids[2], now - 1), (ids[3], now - 8 * DAY)):
            new = StoryStatus.APPROVED
            stories.decide(conn, db.vault, id=id, version=1, new_status=new, user_id=amina, now_ms=at)
    with db.read() as conn:
        found = load.of(conn, [amina, bilal], now)
        assert load.of(conn, [amina], now + HANDED_MS)[amina].holds == 0
    assert found == {amina: load.Load(2, 1), bilal: load.Load(0, 0)}


def test_she_is_full_when_she_took_as_many_as_she_wants_since_the_day_began(db: Database, now: int) -> None:
    """What she gave back unread does not count, and yesterday is over."""
    (amina,) = people(db, "Amina")
    first, second = told(db, now), told(db, now)
    with db.begin() as conn:
        assert not load.at_limit(conn, amina, now)
        load.set_limit(conn, amina, 1, now)
        claims.take(conn, first, 1, user_id=amina, now_ms=now)
        claims.release(conn, first, 2, user_id=amina, now_ms=now)
    with db.begin() as conn:
        assert not load.at_limit(conn, amina, now)
        claims.take(conn, second, 1, user_id=amina, now_ms=now)
    with db.begin() as conn:
        assert load.at_limit(conn, amina, now)
        assert load.all_at_limit(conn, now) == {amina}
        assert not load.at_limit(conn, amina, now + 1)
        load.set_limit(conn, amina, None, now)
        assert not load.at_limit(conn, amina, now)
    assert [entry for entry in entries(db) if entry[0] == "day_limit_changed"] == [
        ("day_limit_changed", None, 1),
        ("day_limit_changed", 1, None),
    ]


def works(db: Database, user_id: int, role: str, *areas: str) -> None:
    """She holds this role, in these areas; in none: everywhere."""
    with db.begin() as conn:
        found = conn.scalar(select(schema.role.c.id).where(schema.role.c.name == role))
        made = found or rows.put(conn, schema.role, name=role)
        conn.execute(insert(schema.user_role).values(user_id=user_id, role_id=made))
        reach.hold(conn, user_id, role, everywhere=not areas, areas=areas)


def nobodys(db: Database) -> list[str] | None:
    with db.read() as conn:
        where = moderators.nobodys_place(moderators.everyone(conn))
        return None if where is None else list(conn.scalars(select(schema.story.c.reference).where(where)))


def test_a_place_that_no_champion_looks_after_is_told_apart(db: Database, now: int) -> None:
    """An admin sees it all the same, but is not one who looks after it. Of what is done nobody needs to know."""
    olive, sam, amina = people(db, "Olive", "Sam", "Amina")
    works(db, olive, "champion", "WX4", "Brackley")
    works(db, sam, "admin")
    for area in ("wx4", "brackley", "wx41", None):
        told(db, now, area=area, reference=f"AT-{area}")
    told(db, now, area="wx9", status="approved")
    assert nobodys(db) == ["AT-wx41"]
    works(db, amina, "champion")
    assert nobodys(db) is None


def test_who_could_take_a_story_reads_its_language_and_sees_its_place(db: Database, now: int) -> None:
    """A place of hers by her organisation counts, too. Of an unknown place she sees her languages."""
    (olive,) = people(db, "Olive")
    works(db, olive, "champion", "WX4")
    with db.begin() as conn:
        id = reach.add_organisation(conn, "Brackley Welcome", ["Brackley"], now)
        reach.hold(conn, olive, "champion", everywhere=False, areas=["WX4"], organisations=[id])
        conn.execute(update(schema.user).values(languages=["en", "ur"]))
    with db.read() as conn:
        (one,) = moderators.everyone(conn)
    could = [("wx4", "ur"), ("brackley", "ur"), (None, "en"), ("wexmoor", "ur"), ("wx4", "pl"), (None, "pl")]
    assert [one.could_take(area, language) for area, language in could] == [True, True, True, False, False, False]
