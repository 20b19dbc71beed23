"""Who reads which story: a lease that ends by itself, the next story for a champion, and never one for two."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.store import claims, schema, stories, wordings
from bot.store.claims import Reader
from bot.store.database import Database
from bot.store.stories import NotPrepared
from bot.store.swap import Gone, Stale
from bot.story.consent import Consent, SameReader
from bot.story.scope import ALL, Scope
from bot.story.status import LEASE_MS, MoveRefused, StoryStatus
from tests.store import rows
from tests.store.together import run_together

APPROVED, NEEDS_SECOND, RECEIVED = StoryStatus.APPROVED, StoryStatus.NEEDS_SECOND, StoryStatus.RECEIVED


def told(db: Database, now: int, **more: Any) -> int:
    """A story of somebody who may not be found again."""
    with db.begin() as conn:
        count = len(conn.execute(select(schema.story.c.id)).all())
        return rows.story(conn, db.vault, now, None, **{"reference": f"R{count}", "language": "ur", **more})


def people(db: Database) -> tuple[int, int]:
    with db.begin() as conn:
        return rows.champion(conn, "Amina"), rows.champion(conn, "Bilal")


def take(db: Database, id: int, version: int | None, user_id: int, now: int, *, over: bool = False) -> None:
    with db.begin() as conn:
        claims.take(conn, id, version, user_id=user_id, now_ms=now, over=over)


def approve(db: Database, id: int, version: int, user_id: int, now: int, wording: str = "") -> StoryStatus:
    with db.begin() as conn:
        return stories.decide(
            conn,
            db.vault,
            id=id,
            version=version,
            new_status=APPROVED,
            wording=wording,
            user_id=user_id,
            now_ms=now,
        )


def row(db: Database, id: int) -> Any:
    with db.read() as conn:
        return conn.execute(select(schema.story).where(schema.story.c.id == id)).one()


def events(db: Database) -> list[str]:
    with db.read() as conn:
        return list(conn.scalars(select(schema.audit.c.event).order_by(schema.audit.c.id)))


def next_ones(db: Database, one: Reader, now: int) -> list[int]:
    with db.read() as conn:
        return claims.candidates(conn, one, now)


# Leases ---------------------------------------------------------------------------------------------------------------
def test_who_takes_a_story_reads_it_undisturbed_until_the_lease_ends(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    take(db, id, 1, amina, now)
    with pytest.raises(Stale, match="Amina got here first: this is now claimed"):
        approve(db, id, 2, bilal, now + LEASE_MS - 1, "Words")
    take(db, id, 2, bilal, now + LEASE_MS)
    assert (row(db, id).claimed_by, row(db, id).status) == (bilal, "received")


def test_a_stale_claim_hides_nothing_and_the_first_reader_may_still_decide(db: Database, now: int) -> None:
    """Nobody came meanwhile, so what she wrote counts."""
    amina, bilal = people(db)
    id = told(db, now, consent="champions")
    take(db, id, 1, amina, now)
    other = Reader(bilal, frozenset({"ur"}))
    assert next_ones(db, other, now + LEASE_MS - 1) == []
    assert next_ones(db, other, now + LEASE_MS) == [id]
    assert approve(db, id, 2, amina, now + LEASE_MS * 9) is APPROVED
    assert row(db, id).claim_until is None


def test_a_claim_that_is_not_stale_still_shows_the_story_to_all(db: Database, now: int) -> None:
    """With who reads it, and until when."""
    amina, _ = people(db)
    id = told(db, now)
    take(db, id, 1, amina, now)
    with db.read() as conn:
        (shown,) = stories.page(conn, db.vault, status={RECEIVED})
    assert (shown.id, shown.claimed_by_name, shown.claim_until) == (id, "Amina", now + LEASE_MS)
    assert shown.standing(now) is StoryStatus.CLAIMED


def test_taking_over_tells_the_one_who_was_reading(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    take(db, id, 1, amina, now)
    with pytest.raises(Stale):
        take(db, id, 2, bilal, now + 1)
    take(db, id, 2, bilal, now + 1, over=True)
    with pytest.raises(Stale, match="Bilal"):
        approve(db, id, 2, amina, now + 2, "Words")
    assert events(db) == ["story_claimed", "story_claimed"]


def test_a_story_given_back_waits_for_anybody_at_once(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    take(db, id, 1, amina, now)
    with pytest.raises(Stale), db.begin() as conn:
        claims.release(conn, id, 2, user_id=bilal, now_ms=now)
    with db.begin() as conn:
        claims.release(conn, id, 2, user_id=amina, now_ms=now)
    assert next_ones(db, Reader(bilal, frozenset({"ur"})), now) == [id]
    assert events(db) == ["story_claimed", "story_released"]


def test_what_does_not_wait_cannot_be_taken(db: Database, now: int) -> None:
    amina, _ = people(db)
    with pytest.raises(MoveRefused, match="needs lead"):
        take(db, told(db, now, status="needs_lead"), 1, amina, now)
    with pytest.raises(Gone):
        take(db, 99, 1, amina, now)


# The next one for you -------------------------------------------------------------------------------------------------
def test_first_comes_what_only_she_can_read_then_her_languages_then_what_nobody_reads(db: Database, now: int) -> None:
    amina, _ = people(db)
    somali = told(db, now - 9, language="so")
    english = told(db, now - 8, language="en")
    told(db, now - 7, language="pl")
    urdu, younger = told(db, now - 5), told(db, now - 4)
    with db.read() as conn:
        one = claims.reader(conn, amina, ["en", "ur"], {"en": ALL, "pl": ALL})
    assert (set(one.hers), set(one.strange)) == ({"en", "ur"}, {"so", "pl"})
    assert next_ones(db, one, now) == [urdu, younger, english, somali]
    with db.read() as conn:
        assert claims.waiting_for(conn, one, now) == 4


def test_what_only_she_sees_comes_before_what_others_could_take(db: Database, now: int) -> None:
    """By its area, too: of Brackley nobody else reads Urdu, and in the older one of Wexmoor others do."""
    amina, _ = people(db)
    wexmoor, nowhere = told(db, now - 9, area="wexmoor"), told(db, now - 8)
    brackley = told(db, now - 7, area="brackley")
    others = {"ur": Scope(False, frozenset({"wexmoor"}), frozenset({"ur"}))}
    assert next_ones(db, Reader(amina, frozenset({"ur"}), others=others), now) == [brackley, wexmoor, nowhere]


def test_what_those_who_read_it_cannot_see_is_given_to_who_sees_it(db: Database, now: int) -> None:
    """Urdu is read here, but in another town only: it would wait for ever."""
    amina, _ = people(db)
    told(db, now - 9, area="brackley")
    wexmoor = told(db, now - 8, area="wexmoor")
    others = {"ur": Scope(False, frozenset({"brackley"}), frozenset({"ur"}))}
    one = Reader(amina, frozenset({"en"}), frozenset({"ur"}), others)
    assert next_ones(db, one, now) == [wexmoor]
    with db.read() as conn:
        assert claims.waiting_for(conn, one, now) == 1


@pytest.mark.parametrize(("hers", "strange"), [({"ur"}, ()), ({"en"}, {"ur"})])
def test_what_has_no_place_is_given_to_her_when_the_other_reader_sees_placed_ones_alone(
    db: Database, now: int, hers: set[str], strange: set[str]
) -> None:
    """In SQL, what is not in a list is not "not in it" when it is unknown: it would be in no queue at all."""
    amina, _ = people(db)
    nowhere = told(db, now)
    one = Reader(amina, frozenset(hers), frozenset(strange), {"ur": Scope(areas=frozenset({"wexmoor"}))})
    assert next_ones(db, one, now) == [nowhere]
    with db.read() as conn:
        assert claims.waiting_for(conn, one, now) == 1


def test_what_may_be_about_danger_comes_first_but_not_to_who_cannot_read_it(db: Database, now: int) -> None:
    """She asked for a translation: "Next" must not give it to her again and again."""
    amina, bilal = people(db)
    somali = told(db, now - 9, language="so", status="needs_translation", decided_by=bilal)
    older, newer = told(db, now - 8), told(db, now - 7)
    near(db, somali, newer, now=now)
    assert next_ones(db, Reader(amina, frozenset({"ur"}), frozenset({"so"})), now) == [newer, older]
    assert next_ones(db, Reader(amina, frozenset({"ur", "so"})), now) == [somali, newer, older]


def test_what_may_be_about_danger_and_she_gave_back_is_not_the_first_of_those_again(db: Database, now: int) -> None:
    amina, _ = people(db)
    mine, other = told(db, now - 9, decided_by=amina), told(db, now - 8)
    near(db, mine, other, now=now)
    assert next_ones(db, Reader(amina, frozenset({"ur"})), now) == [other, mine]


def near(db: Database, *ids: int, now: int) -> None:
    with db.begin() as conn:
        conn.execute(schema.story_look.insert(), [{"story_id": id, "near": True, "at": now} for id in ids])


def test_what_needs_another_language_comes_to_those_alone_who_read_it(db: Database, now: int) -> None:
    amina, _ = people(db)
    id = told(db, now, status="needs_translation")
    assert next_ones(db, Reader(amina, strange=frozenset({"ur"})), now) == []
    assert next_ones(db, Reader(amina, frozenset({"ur"})), now) == [id]


def test_the_first_reader_is_never_offered_her_own_for_a_second_look(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    assert approve(db, id, 1, amina, now, "Words for others") is NEEDS_SECOND
    assert next_ones(db, Reader(amina, frozenset({"ur"})), now) == []
    assert next_ones(db, Reader(bilal, frozenset({"ur"})), now) == [id]


def test_she_who_holds_a_story_is_led_back_to_it(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    take(db, id, None, amina, now)
    with db.read() as conn:
        assert claims.holding(conn, amina, now) == id
        assert claims.holding(conn, bilal, now) is None
        assert claims.holding(conn, amina, now + LEASE_MS) is None


def test_eight_who_press_next_at_once_get_eight_different_stories(db: Database, now: int) -> None:
    with db.begin() as conn:
        users = [rows.champion(conn, f"C{number}") for number in range(8)]
    for number in range(12):
        told(db, now + number)
    got: list[int] = []

    def work(user_id: int) -> None:
        one = Reader(user_id, frozenset({"ur"}))
        while True:
            for id in next_ones(db, one, now + 99):
                try:
                    take(db, id, None, user_id, now + 99)
                except Stale:
                    continue
                got.append(id)
                return

    run_together([lambda user_id=user_id: work(user_id) for user_id in users])  # type: ignore[misc]
    assert len(set(got)) == len(got) == 8


# Two readers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("consent", ["leaders", "board"])
def test_what_leaves_is_let_out_by_two_and_only_in_the_prepared_words(db: Database, now: int, consent: str) -> None:
    amina, bilal = people(db)
    id = told(db, now, consent=consent)
    with pytest.raises(NotPrepared):
        approve(db, id, 1, amina, now)
    assert approve(db, id, 1, amina, now, "A neighbour shouted at me") is NEEDS_SECOND
    with db.read() as conn:
        assert wordings.leaving(conn, db.vault, id) is None
    with pytest.raises(SameReader):
        approve(db, id, 2, amina, now)
    assert approve(db, id, 2, bilal, now, "A neighbour shouted at me") is APPROVED
    with db.read() as conn:
        words = wordings.leaving(conn, db.vault, id)
    assert words is not None
    assert (words.text, words.language) == ("A neighbour shouted at me", "ur")


def test_words_that_the_second_reader_changed_are_read_once_more(db: Database, now: int) -> None:
    """By the first one, or by anybody but her."""
    amina, bilal = people(db)
    id = told(db, now)
    approve(db, id, 1, amina, now, "Zebunnisa shouted")
    assert approve(db, id, 2, bilal, now, "A neighbour shouted") is NEEDS_SECOND
    with pytest.raises(SameReader):
        approve(db, id, 3, bilal, now)
    assert approve(db, id, 3, amina, now) is APPROVED


def test_a_story_that_is_read_anew_has_no_words_out_until_two_have_read_it_again(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    approve(db, id, 1, amina, now, "Words")
    approve(db, id, 2, bilal, now)
    with db.begin() as conn:
        stories.decide(conn, db.vault, id=id, version=3, new_status=RECEIVED, user_id=amina, now_ms=now)
    with db.read() as conn:
        assert wordings.leaving(conn, db.vault, id) is None
    assert row(db, id).first_by is None
    assert approve(db, id, 4, bilal, now) is NEEDS_SECOND


def test_consent_can_be_lowered_and_never_raised(db: Database, now: int) -> None:
    amina, _ = people(db)
    id = told(db, now, consent="board")
    approve(db, id, 1, amina, now, "Words")
    with db.begin() as conn:
        stories.lower_consent(conn, id, Consent.CHAMPIONS, now)
    kept = row(db, id)
    assert (kept.consent, kept.status, kept.first_by) == ("champions", "received", None)
    for more in (Consent.LEADERS, Consent.CHAMPIONS, Consent.NOBODY):
        with pytest.raises(MoveRefused), db.begin() as conn:
            stories.lower_consent(conn, id, more, now)
    assert events(db)[-1] == "story_consent_lowered"


def test_who_leaves_the_desk_leaves_no_claim_behind(db: Database, now: int) -> None:
    amina, bilal = people(db)
    id = told(db, now)
    take(db, id, 1, amina, now)
    with db.begin() as conn:
        conn.execute(schema.user.delete().where(schema.user.c.id == amina))
        conn.execute(update(schema.story).values(claim_until=now + LEASE_MS))
    assert next_ones(db, Reader(bilal, frozenset({"ur"})), now + LEASE_MS) == [id]
