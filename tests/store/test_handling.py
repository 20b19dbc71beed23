"""Tags, notes, ready replies and what is hard to read: what is kept, what is told, and that it goes with the story."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import delete, insert, select

from bot.store import audit, canned, notes, preferences, readings, schema, seeking, sifting, stories, tags
from bot.store.database import Database
from bot.store.preferences import Preference
from bot.store.sifting import Sieve
from bot.store.swap import Gone, Stale
from bot.story.codebook import Codebook, read_codebook
from bot.story.status import StoryStatus
from tests.store import rows

DAY = 86_400_000
BOOK = read_codebook(
    {
        "book.yaml": """
tags:
  - {key: food, name: Food, covers: Food., words: {en: [hungry]}}
  - {key: harm, name: Harm, covers: Harm., distressing: yes, words: {en: [harmed]}}
content_notes:
  - {key: death, name: Death, covers: Death., words: {en: [died], ur: [انتقال]}}
"""
    }
)


def told(db: Database, now: int, **given: object) -> tuple[int, int]:
    """A story and a champion."""
    with db.begin() as conn:
        return rows.story(conn, db.vault, now, rows.resident(conn, db.vault, now), **given), rows.champion(
            conn, "Amina"
        )


def said(db: Database, text: str) -> str:
    return db.vault.seal(json.dumps([text]))


def details(db: Database, event: audit.Event) -> list[dict[str, object]]:
    with db.read() as conn:
        query = select(schema.audit.c.detail).where(schema.audit.c.event == event).order_by(schema.audit.c.id)
        return list(conn.execute(query).scalars())


def test_a_tag_is_put_on_once_and_each_change_is_recorded_with_before_and_after(db: Database, now: int) -> None:
    made, amina = told(db, now)
    for wanted in (True, False):
        with db.begin() as conn:
            assert tags.put(conn, tags.STORY, made, "food", user_id=amina, now_ms=now) is wanted
    with db.begin() as conn:
        assert tags.of(conn, tags.STORY, [made, made + 1]) == {made: ["food"]}
        assert tags.take_off(conn, tags.STORY, made, "food", user_id=amina, now_ms=now)
        assert not tags.take_off(conn, tags.STORY, made, "food", user_id=amina, now_ms=now)
    assert details(db, audit.Event.TAG_CHANGED) == [
        {"tag": "food", "before": False, "after": True},
        {"tag": "food", "before": True, "after": False},
    ]


def test_all_that_stands_beside_a_story_goes_with_it(db: Database, now: int) -> None:
    """By the foreign keys alone, on both databases."""
    made, amina = told(db, now)
    with db.begin() as conn:
        other = rows.champion(conn, "Bilal")
        tags.put(conn, tags.STORY, made, "food", user_id=amina, now_ms=now)
        notes.write(conn, db.vault, made, "@Bilal look", named=[other], user_id=amina, now_ms=now)
        readings.say(conn, made, True, user_id=amina, now_ms=now)
    with db.begin() as conn:
        conn.execute(delete(schema.story).where(schema.story.c.id == made))
        for table in (schema.story_tag, schema.story_note, schema.note_mention, schema.story_heed):
            assert conn.execute(select(table)).all() == []
        with pytest.raises(Gone):
            tags.put(conn, tags.STORY, made, "food", user_id=amina, now_ms=now)


def test_a_note_is_sealed_and_tells_whom_it_names_until_she_has_seen_it(db: Database, now: int) -> None:
    made, amina = told(db, now)
    with db.begin() as conn:
        bilal = rows.champion(conn, "Bilal")
        note = notes.write(conn, db.vault, made, "secret word", named=[amina, bilal], user_id=amina, now_ms=now)
    with db.begin() as conn:
        assert "secret" not in (conn.scalar(select(schema.story_note.c.text_enc)) or "")
        assert (notes.unseen(conn, bilal), notes.unseen(conn, amina)) == (1, 0)
        assert [one.seen for one in notes.naming(conn, db.vault, bilal)] == [False]
        notes.see(conn, bilal, now)
        assert notes.unseen(conn, bilal) == 0
        assert [one.text for one in notes.of_story(conn, db.vault, made, bilal)] == ["secret word"]
        assert not notes.take_back(conn, made, note, user_id=bilal, now_ms=now)
        assert notes.take_back(conn, made, note, user_id=amina, now_ms=now)
        assert notes.naming(conn, db.vault, bilal) == []
    assert "secret" not in str(details(db, audit.Event.NOTE_CHANGED))


def test_of_two_who_change_a_ready_reply_the_second_is_told(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        made = canned.add(conn, language="ur", title="Hello", text="Salam", user_id=amina, now_ms=now)
        canned.change(conn, made, 1, title="Hello", text="Salaam", user_id=amina, now_ms=now)
        with pytest.raises(Stale) as stale:
            canned.change(conn, made, 1, title="Hello", text="Late", user_id=amina, now_ms=now)
        assert stale.value.by == "Amina"
        assert [one.text for one in canned.listed(conn, "ur")] == ["Salaam"]
        assert canned.listed(conn, "pl") == []
        canned.remove(conn, made, 2, user_id=amina, now_ms=now)
        with pytest.raises(Gone):
            canned.remove(conn, made, 2, user_id=amina, now_ms=now)


def test_what_is_hard_to_read_is_known_by_words_tags_alerts_and_champions(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        kinds = ("plain", "word", "tag", "alert", "said", "unsaid")
        texts = {"word": "میری ماں کا انتقال ہو گیا", "unsaid": "The battery died"}
        made = {}
        for kind in kinds:
            who = rows.resident(conn, db.vault, now, number=f"+4477009{kinds.index(kind):05d}")
            made[kind] = rows.story(
                conn, db.vault, now, who, reference=kind, text_enc=said(db, texts.get(kind, "A kind nurse"))
            )
            if kind == "alert":
                values = {"contact_id": who, "kind": "now", "text_enc": "", "answered": True, "simulated": False}
                conn.execute(insert(schema.alert).values(**values, created_at=now - DAY + 1))
        tags.put(conn, tags.STORY, made["tag"], "harm", user_id=amina, now_ms=now)
        readings.say(conn, made["said"], True, user_id=amina, now_ms=now)
        assert readings.say(conn, made["unsaid"], False, user_id=amina, now_ms=now) is None
    with db.read() as conn:
        found = readings.heeds(conn, BOOK, stories.page(conn, db.vault))
    hard = {kind for kind in kinds if found[made[kind]].distressing}
    assert hard == {"word", "tag", "alert", "said"}
    assert found[made["word"]].about == ("Death",)
    assert found[made["alert"]].danger
    assert details(db, audit.Event.CONTENT_NOTE_CHANGED)[0] == {"before": None, "after": True}


def test_not_today_ends_with_the_day_and_nothing_of_it_is_kept(db: Database, now: int) -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    with db.begin() as conn:
        amina, bilal = rows.champion(conn, "Amina"), rows.champion(conn, "Bilal")
        readings.set_not_today(conn, amina, monday, not_today=True)
        for _ in range(2):
            readings.note_opened(conn, amina, monday, distressing=True)
        assert readings.reader(conn, amina, monday, 2).had_enough
        assert readings.not_today(conn, monday) == 1
        assert not readings.reader(conn, amina, tuesday, 2).not_today
        readings.note_opened(conn, bilal, tuesday, distressing=True)
        assert [row.user_id for row in conn.execute(select(schema.reading_day))] == [bilal]
        readings.note_opened(conn, bilal, tuesday, distressing=False)
        assert readings.reader(conn, bilal, tuesday, 2).in_a_row == 0
        assert conn.execute(select(schema.audit)).all() == []


def test_words_are_found_by_their_beginnings_in_any_script_the_newest_first(
    db: Database, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a page says how far it looked, and goes on from there."""
    monkeypatch.setattr(seeking, "LOOK", 2)
    with db.begin() as conn:
        for number, text in enumerate(("Czekałam w szpitalu", "ہسپتال میں", "Hospital food", "A kind nurse")):
            rows.story(conn, db.vault, now + number, None, reference=f"S{number}", text_enc=said(db, text))
    with db.read() as conn:
        first = seeking.in_stories(conn, db.vault, "HOSP")
        assert ([hit.reference for hit in first.hits], first.looked) == (["S2"], 2)
        older = seeking.in_stories(conn, db.vault, "szpital", below=first.older)
        assert ([hit.reference for hit in older.hits], older.older) == (["S0"], None)
        assert [hit.reference for hit in seeking.in_stories(conn, db.vault, "ہسپتا", below=first.older).hits] == ["S1"]
        assert seeking.in_stories(conn, db.vault, "hospital nurse").hits == []
        assert [hit.reference for hit in seeking.by_reference(conn, db.vault, " s1 ")] == ["S1"]


def test_a_list_is_narrowed_by_tag_by_who_acted_and_by_age(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        old = rows.story(conn, db.vault, now - 8 * DAY, None, reference="OLD")
        new = rows.story(conn, db.vault, now, None, reference="NEW")
        tags.put(conn, tags.STORY, old, "food", user_id=amina, now_ms=now)
        declined = StoryStatus.DECLINED
        stories.decide(conn, db.vault, id=new, version=1, new_status=declined, user_id=amina, now_ms=now)

    def found(sieve: Sieve) -> list[str]:
        with db.read() as conn:
            but = sifting.condition(tags.STORY, sieve, now)
            return [row.reference for row in stories.page(conn, db.vault, but=but)]

    assert found(Sieve(tag="food")) == found(Sieve(age="older")) == ["OLD"]
    assert found(Sieve(who=amina)) == found(Sieve(age="week")) == ["NEW"]
    assert found(Sieve(tag="food", age="day")) == []
    assert found(Sieve()) == ["OLD", "NEW"]


def test_only_choices_that_differ_are_kept_and_each_is_recorded(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        assert preferences.of(conn, amina) == preferences.AT_FIRST
        preferences.choose(conn, amina, {Preference.KEYS: False, Preference.BADGE_NOTES: True}, now)
        assert not preferences.of(conn, amina)[Preference.KEYS]
        preferences.choose(conn, amina, {Preference.KEYS: True}, now)
        assert conn.execute(select(schema.preference)).all() == []
    assert [one["after"] for one in details(db, audit.Event.PREFERENCE_CHANGED)] == [False, True]


def test_an_empty_codebook_asks_nothing_of_anybody(db: Database, now: int) -> None:
    made, _ = told(db, now)
    with db.read() as conn:
        assert not readings.heeds(conn, Codebook(), stories.page(conn, db.vault))[made].distressing
