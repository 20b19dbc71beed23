"""Words of a story for others: each version kept and sealed, and only what a second champion approved may leave."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from bot.store import contacts, stories, wordings
from bot.store.schema import audit, story, story_redaction, story_translation
from bot.store.swap import Gone, Stale
from bot.store.wordings import Decided, Leaving, Made
from bot.story.status import StoryStatus
from tests.web.desk_stage import NOW, Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Desk:
    return open_desk(database_url)


def prepare(desk: Desk, id: int, text: str, who: str = "amina", seen: int | None = None) -> bool:
    with desk.db.begin() as conn:
        return wordings.prepare(
            conn, desk.db.vault, id, text, user_id=desk.ids[who], now_ms=NOW, seen=seen, taken_out=1
        )


def translate(desk: Desk, id: int, text: str, version: int = 1, service: str = "", language: str = "pl") -> None:
    with desk.db.begin() as conn:
        wordings.translate(
            conn, desk.db.vault, id, text, language=language, version=version, user_id=desk.ids["piotr"], now_ms=NOW,
            service=service,
        )  # fmt: skip


def leaving(desk: Desk, id: int) -> Leaving | None:
    with desk.db.read() as conn:
        return wordings.leaving(conn, desk.db.vault, id)


def approve(desk: Desk, id: int) -> None:
    with desk.db.begin() as conn:
        wordings.approve(conn, id, user_id=desk.ids["piotr"], now_ms=NOW)


def test_nothing_leaves_before_a_second_champion_approved_it(desk: Desk) -> None:
    id = desk.story("I am Ngozi")
    assert leaving(desk, id) is None
    assert prepare(desk, id, "I am [name]")
    assert leaving(desk, id) is None
    approve(desk, id)
    assert leaving(desk, id) == Leaving("en", "I am [name]")


def test_newer_words_must_be_approved_anew(desk: Desk) -> None:
    id = desk.story()
    prepare(desk, id, "one")
    approve(desk, id)
    prepare(desk, id, "two")
    assert leaving(desk, id) is None
    approve(desk, id)
    assert leaving(desk, id) == Leaving("en", "two")
    with desk.db.begin() as conn:
        wordings.forget_approval(conn, id)
    assert leaving(desk, id) is None


def test_a_translation_of_older_words_goes_nowhere(desk: Desk) -> None:
    id = desk.story()
    prepare(desk, id, "I am Ngozi, cold")
    translate(desk, id, "Jestem Ngozi, zimno")
    prepare(desk, id, "I am [name], cold")
    approve(desk, id)
    assert leaving(desk, id) == Leaving("en", "I am [name], cold")


def test_translations_leave_with_what_they_are(desk: Desk) -> None:
    id = desk.story()
    prepare(desk, id, "cold")
    translate(desk, id, "zimno?", 1, service="deepl")
    translate(desk, id, "zimna", 1)
    translate(desk, id, "zimno", 1)
    approve(desk, id)
    assert leaving(desk, id) == Leaving("en", "cold", (("pl", "zimno", "champion"), ("pl", "zimno?", "draft")))


def test_every_version_is_kept_and_sealed_and_the_original_never_changes(desk: Desk) -> None:
    id = desk.story("I am Ngozi")
    prepare(desk, id, "first")
    prepare(desk, id, "second", who="piotr", seen=1)
    assert prepare(desk, id, "second") is False
    with desk.db.read() as conn:
        kept = wordings.versions(conn, desk.db.vault, id)
        sealed = conn.execute(select(story_redaction.c.text_enc)).scalars().all()
        found = stories.get(conn, desk.db.vault, id)
    assert [(one.version, one.text, one.by_name) for one in kept] == [(2, "second", "Piotr"), (1, "first", "Amina")]
    assert not any("first" in one or "second" in one for one in sealed)
    assert found is not None
    assert found.texts == ("I am Ngozi",)


def test_of_two_champions_the_second_is_told(desk: Desk) -> None:
    id = desk.story()
    prepare(desk, id, "mine", seen=0)
    with pytest.raises(Stale) as told:
        prepare(desk, id, "yours", who="piotr", seen=0)
    assert (told.value.by, told.value.at) == ("Amina", NOW)
    prepare(desk, id, "newer", seen=1)
    with pytest.raises(Stale):
        translate(desk, id, "starsze", 1)


def test_who_has_the_story_open_to_decide_must_read_new_words_first(desk: Desk) -> None:
    id = desk.story()
    prepare(desk, id, "words with a mistake")
    with pytest.raises(Stale), desk.db.begin() as conn:
        stories.decide(
            conn,
            desk.db.vault,
            id=id,
            version=1,
            new_status=StoryStatus.APPROVED,
            user_id=desk.ids["piotr"],
            now_ms=NOW,
        )


@pytest.mark.parametrize("status", ["approved", "declined"])
def test_words_of_a_decided_story_stay_as_they_are(desk: Desk, status: str) -> None:
    id = desk.story()
    prepare(desk, id, "one")
    with desk.db.begin() as conn:
        conn.execute(update(story).where(story.c.id == id).values(status=status))
    with pytest.raises(Decided):
        prepare(desk, id, "two")
    with pytest.raises(Decided):
        translate(desk, id, "dwa", 1)


def test_the_audit_log_has_before_and_after_and_no_word(desk: Desk) -> None:
    id = desk.story("I am Ngozi")
    prepare(desk, id, "I am [name]")
    translate(desk, id, "Jestem [imię]", 1)
    translate(desk, id, "Jestem", 1, service="libretranslate")
    details = [(row.event, row.detail) for row in desk.rows(audit)][-3:]
    assert details == [
        ("story_prepared", {"before": 0, "after": 1, "taken_out": 1}),
        ("story_translated", {"before": 0, "after": 1, "language": "pl", "version": 1}),
        ("story_drafted", {"before": 0, "after": 1, "language": "pl", "version": 1, "service": "libretranslate"}),
    ]


def test_all_words_go_with_the_story(desk: Desk) -> None:
    mine, others = desk.story(), desk.story()
    for id in (mine, others):
        prepare(desk, id, "cold")
        translate(desk, id, "zimno", 1)
    with desk.db.begin() as conn:
        conn.execute(delete(story).where(story.c.id == mine))
    with desk.db.read() as conn:
        left = [
            conn.execute(select(table.c.story_id)).scalars().all() for table in (story_redaction, story_translation)
        ]
    assert left == [[others], [others]]
    with pytest.raises(Gone):
        prepare(desk, mine, "again")


def test_erasing_a_person_erases_all_words_of_her_stories(desk: Desk) -> None:
    who = desk.contact()
    id = desk.story(contact_id=who)
    prepare(desk, id, "cold")
    translate(desk, id, "zimno", 1)
    with desk.db.begin() as conn:
        contacts.erase(conn, who, actor="resident", now_ms=NOW)
    with desk.db.read() as conn:
        assert not conn.execute(select(story_redaction)).all()
        assert not conn.execute(select(story_translation)).all()


def test_tellers_are_people_not_stories(desk: Desk) -> None:
    who = desk.contact()
    for _ in range(3):
        desk.story(contact_id=who, language="bn")
    desk.story(language="bn")
    with desk.db.read() as conn:
        assert wordings.tellers(conn, "bn", 20) == 2
        assert wordings.tellers(conn, "bn", 1) == 1
        assert wordings.tellers(conn, "so", 20) == 0


def test_who_made_words_is_one_of_three() -> None:
    assert [one.value for one in Made] == ["original", "draft", "champion"]
