"""A story taken back by text, in her language and from anywhere: nothing of what it said is left."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from bot.app import House
from bot.background.retaining import Retaining
from bot.channel.message import Channel
from bot.language import phrases
from bot.store import audit, issuing, retention, stories, withdrawing
from bot.store.issuing import Place
from bot.store.schema import about_you, alert, contact, inbound, issued, outbound, question, story
from bot.store.swap import Gone
from bot.story.keeping import DEFAULT, Kind
from bot.story.status import StoryStatus
from bot.values import KNOWN_LANGUAGES
from bot.web import users
from tests.people import NOW_MS, Person
from tests.store.test_contacts import readable
from tests.store.together import run_together

WORDS = "Nobody at the counter would speak Sylheti with Zebunnisa"
DAY = 86_400_000


def tells(person: Person, *, who: str = "1", words: str = WORDS) -> str:
    """She tells a story to its end; its reference."""
    for said in ("story", who, words, "DONE", "An interpreter for Zebunnisa", "Leeds", "2", "2"):
        person.says(said)
    with person.house.parts.db.read() as conn:
        newest = select(story.c.reference).where(story.c.contact_id == person.contact_id).order_by(story.c.id.desc())
        return str(conn.scalar(newest.limit(1)))


def kept(house: House, reference: str) -> dict[str, object]:
    with house.parts.db.read() as conn:
        return dict(conn.execute(select(story).where(story.c.reference == reference)).mappings().one())


@pytest.fixture
def zeb(house: House) -> Person:
    return Person(house, language="en")


@pytest.fixture
def amina(house: House) -> int:
    with house.parts.db.begin() as conn:
        return users.add(conn, email="amina@example.org", name="Amina", roles=("champion",), languages=("en",))


def test_one_text_and_one_yes_take_a_story_back(zeb: Person) -> None:
    reference = tells(zeb)
    assert kept(zeb.house, reference)["area"] == "leeds"
    assert reference in zeb.says(f"DELETE {reference}")
    said = zeb.says("yes")
    assert f"Your story {reference} is taken back" in said
    assert "Zebunnisa" not in readable(zeb.house.parts.db)
    row = kept(zeb.house, reference)
    assert (row["status"], row["contact_id"], row["consent"], row["wish_enc"]) == ("withdrawn", None, "nobody", None)
    assert row["area"] is None
    with zeb.house.parts.db.read() as conn:
        assert audit.verify(conn) is None


def test_every_word_for_delete_takes_a_story_back_in_every_language(zeb: Person) -> None:
    catalogues = zeb.house.parts.catalogues
    for language in KNOWN_LANGUAGES:
        for word in catalogues.words(phrases.COMMANDS["delete"], language, context=phrases.COMMAND):
            reference = tells(zeb)
            spaced = f"{word} {reference[:3].lower()} {reference[3:].lower()}"
            assert reference in zeb.says(spaced), spaced
            zeb.says("1")
            assert kept(zeb.house, reference)["status"] == "withdrawn", spaced


def test_a_story_of_somebody_else_is_not_hers_to_take(zeb: Person) -> None:
    reference = tells(zeb)
    other = Person(zeb.house, language="en")
    assert "We have no story from you with the reference" in other.says(f"DELETE {reference}")
    other.says("yes")
    assert kept(zeb.house, reference)["status"] == "received"


def test_a_yes_after_an_unknown_reference_does_not_erase_everything(zeb: Person) -> None:
    zeb.says("MENU")
    zeb.says("DELETE ABC123")
    zeb.says("yes")
    with zeb.house.parts.db.read() as conn:
        assert conn.scalar(select(inbound.c.id).where(inbound.c.contact_id == zeb.contact_id).limit(1)) is not None


def test_after_stop_it_is_taken_back_in_silence(zeb: Person) -> None:
    reference = tells(zeb)
    zeb.says("STOP")
    assert zeb.text(f"DELETE {reference}") == []
    assert kept(zeb.house, reference)["status"] == "withdrawn"


def test_in_the_middle_of_another_story_that_one_goes_on(zeb: Person) -> None:
    reference = tells(zeb)
    for said in ("story", "1", "A second thing"):
        zeb.says(said)
    zeb.says(f"DELETE {reference}")
    assert "Now back to where you were" in zeb.says("yes")
    assert "Your reference is" in zeb.says("DONE")


def test_taken_back_while_it_is_being_told_nothing_is_added_to_it(zeb: Person) -> None:
    for said in ("story", "1", WORDS, "DONE"):
        zeb.says(said)
    with zeb.house.parts.db.read() as conn:
        reference = str(conn.scalar(select(story.c.reference)))
    zeb.says(f"DELETE {reference}")
    zeb.says("yes")
    zeb.says("Ask Zebunnisa")
    assert kept(zeb.house, reference)["wish_enc"] is None
    assert zeb.session().frames == [] or "story_ref" not in zeb.session().frames[-1].values


def test_with_a_champion_she_takes_it_back_and_stays_with_the_champion(zeb: Person) -> None:
    reference = tells(zeb)
    zeb.says("talk to a person")
    zeb.says("We must leave")
    zeb.says(f"DELETE {reference}")
    assert "taken back" in zeb.says("yes")
    assert zeb.session().person


def test_on_whatsapp_too(house: House) -> None:
    asma = Person(house, channel=Channel.WHATSAPP, language="ur")
    reference = tells(asma)
    asma.says(f"مٹائیں {reference}")
    asma.says("ہاں، واپس لے لیں")
    assert kept(house, reference)["status"] == "withdrawn"


def test_the_words_of_an_alert_that_the_story_set_off_go_with_it(zeb: Person) -> None:
    reference = tells(zeb, words="I want to kill myself, says Zebunnisa")
    with zeb.house.parts.db.read() as conn:
        assert conn.scalar(select(alert.c.id)) is not None
    zeb.says(f"DELETE {reference}")
    zeb.says("1")
    assert "Zebunnisa" not in readable(zeb.house.parts.db)
    with zeb.house.parts.db.read() as conn:
        assert conn.scalar(select(alert.c.acknowledged_at)) is None
        assert conn.scalar(select(alert.c.contact_id)) == zeb.contact_id


def test_what_went_out_is_marked(zeb: Person) -> None:
    reference, db = tells(zeb), zeb.house.parts.db
    id = int(str(kept(zeb.house, reference)["id"]))
    with db.begin() as conn:
        issuing.note(conn, id, Place.REPORT, "Board paper, May", NOW_MS)
    zeb.says(f"DELETE {reference}")
    zeb.says("yes")
    with db.read() as conn:
        assert [one.name for one in issuing.taken_back(conn)] == ["Board paper, May"]
        assert issuing.of(conn, id)[0].withdrawn_at is not None


def test_erasing_everything_marks_what_went_out(zeb: Person) -> None:
    reference, db = tells(zeb), zeb.house.parts.db
    with db.begin() as conn:
        issuing.note(conn, int(str(kept(zeb.house, reference)["id"])), Place.BOARD, "Heard", NOW_MS)
    for said in ("DELETE", "3", "yes"):
        zeb.says(said)
    with db.read() as conn:
        row = conn.execute(select(issued)).one()
    assert row.withdrawn_at is not None
    assert row.story_id is None


def test_she_lets_only_champions_read_it(zeb: Person) -> None:
    reference = tells(zeb)
    for said in ("DELETE", "2"):
        zeb.says(said)
    assert kept(zeb.house, reference)["consent"] == "champions"


def test_a_champion_who_has_it_open_is_told_that_it_is_gone(zeb: Person, amina: int) -> None:
    reference, db = tells(zeb), zeb.house.parts.db
    seen = kept(zeb.house, reference)
    zeb.says(f"DELETE {reference}")
    zeb.says("yes")
    with pytest.raises(Gone), db.begin() as conn:
        approve(zeb.house, conn, seen, amina)
    assert kept(zeb.house, reference)["status"] == "withdrawn"


def approve(house: House, conn: object, seen: dict[str, object], user_id: int) -> None:
    stories.decide(
        conn, house.parts.db.vault, id=seen["id"], version=seen["version"], new_status=StoryStatus.APPROVED,  # type: ignore[arg-type]
        wording="Somebody waited", user_id=user_id, now_ms=NOW_MS,
    )  # fmt: skip


def test_taken_back_while_a_champion_approves_it_is_never_left_approved(zeb: Person, amina: int) -> None:
    for _ in range(5):
        reference = tells(zeb)
        seen = kept(zeb.house, reference)
        zeb.says(f"DELETE {reference}")

        def approves(seen: dict[str, object] = seen) -> None:
            try:
                with zeb.house.parts.db.begin() as conn:
                    approve(zeb.house, conn, seen, amina)
            except Gone:
                return

        run_together([approves, lambda: zeb.says("yes")])
        assert kept(zeb.house, reference)["status"] == "withdrawn"
    assert "Zebunnisa" not in readable(zeb.house.parts.db)


def test_a_crash_in_the_middle_leaves_the_story_whole(zeb: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = tells(zeb)
    zeb.says(f"DELETE {reference}")

    def breaks(*_: object) -> int:
        raise RuntimeError("the machine stops here")

    with monkeypatch.context() as broken:
        broken.setattr(issuing, "mark", breaks)
        with pytest.raises(RuntimeError):
            zeb.says("yes")
    assert kept(zeb.house, reference)["status"] == "received"
    assert "taken back" in zeb.says("yes")
    assert kept(zeb.house, reference)["status"] == "withdrawn"


# about you ------------------------------------------------------------------------------------------------------------
def answers(person: Person) -> None:
    for said in ("about me", "1", "25 to 34", "Asian or Asian British", "Pakistani", "No", "Yes", "SE6"):
        person.says(said)


def rows(house: House) -> list[dict[str, object]]:
    with house.parts.db.read() as conn:
        return [dict(row) for row in conn.execute(select(about_you)).mappings()]


def test_what_she_tells_about_herself_leads_to_nobody(zeb: Person) -> None:
    answers(zeb)
    (row,) = rows(zeb.house)
    said = {name: row[name] for name in ("age", "ethnic_group", "ethnic_group_set", "disability", "carer")}
    assert said == {
        "age": "25_to_34", "ethnic_group": "asian_pakistani", "ethnic_group_set": "ethnic-group-ew-2021",
        "disability": "no", "carer": "yes",
    }  # fmt: skip
    assert about_you.foreign_keys == set()
    assert len(str(row["person"])) == 64
    with zeb.house.parts.db.read() as conn:
        texts = [zeb.house.parts.db.vault.open(one) for one in conn.scalars(select(inbound.c.text_enc))]
    assert texts == ["about me", *["[answer]"] * 7]


def test_answers_given_again_take_the_place_of_the_first(zeb: Person) -> None:
    answers(zeb)
    answers(zeb)
    assert len(rows(zeb.house)) == 1


@pytest.mark.parametrize("how", [("about me", "2"), ("DELETE", "yes")])
def test_she_erases_her_answers(zeb: Person, how: tuple[str, ...]) -> None:
    answers(zeb)
    for said in how:
        zeb.says(said)
    assert rows(zeb.house) == []


def test_she_is_offered_the_questions_once(zeb: Person) -> None:
    offers = []
    for _ in range(2):
        said = [zeb.says(words) for words in ("story", "1", WORDS, "DONE", "Help", "1", "2", "2")]
        offers.append(any("A few questions about you?" in one for one in said))
    assert offers == [True, False]


def test_whoever_sounded_in_danger_is_not_offered_them(zeb: Person) -> None:
    said = [zeb.says(words) for words in ("story", "1", "I want to kill myself", "DONE", "Help", "1", "2")]
    assert not any("A few questions about you?" in one for one in said)


# retention ------------------------------------------------------------------------------------------------------------
def erase_all(house: House, now_ms: int) -> dict[Kind, int]:
    db = house.parts.db
    done = dict.fromkeys(Kind, 0)
    for kind in Kind:
        while True:
            with db.begin() as conn:
                count = retention.erase(conn, db.vault, kind, DEFAULT, now_ms)
            done[kind] += count
            if not count:
                break
    return done


def due(house: House, now_ms: int) -> dict[Kind, int]:
    with house.parts.db.read() as conn:
        return retention.due(conn, DEFAULT, now_ms)


def decided(house: House, reference: str, status: str) -> None:
    with house.parts.db.begin() as conn:
        conn.execute(update(story).where(story.c.reference == reference).values(status=status, decided_at=NOW_MS))


def test_old_texts_and_declined_stories_go_by_themselves(zeb: Person) -> None:
    decided(zeb.house, tells(zeb), "declined")
    later = NOW_MS + 400 * DAY
    expected = due(zeb.house, later)
    assert (expected[Kind.MESSAGES], expected[Kind.DECLINED]) == (1, 1)
    assert {kind: count for kind, count in erase_all(zeb.house, later).items() if expected[kind] or count} == {
        Kind.MESSAGES: 1, Kind.DECLINED: 1,
    }  # fmt: skip
    assert sum(due(zeb.house, later).values()) == 0
    assert "Zebunnisa" not in readable(zeb.house.parts.db)


def test_nothing_goes_before_its_time(zeb: Person) -> None:
    decided(zeb.house, tells(zeb), "declined")
    assert sum(due(zeb.house, NOW_MS + 80 * DAY).values()) == 0


def test_an_unread_story_keeps_all_that_belongs_to_it(zeb: Person) -> None:
    tells(zeb)
    assert sum(erase_all(zeb.house, NOW_MS + 4000 * DAY).values()) == 0


@pytest.mark.parametrize("what", ["question", "alert", "talk"])
def test_what_waits_for_somebody_is_never_erased(zeb: Person, what: str) -> None:
    said = {
        "question": ["ask a question", "Where can I learn to swim in a pool for women?", "4"],
        "alert": ["I want to kill myself"],
        "talk": ["talk to a person", "We must leave"],
    }
    for words in said[what]:
        zeb.says(words)
    if what == "question":
        with zeb.house.parts.db.begin() as conn:
            if conn.scalar(select(question.c.id)) is None:
                values = {"reference": "QQQQQQ", "language": "en", "text_enc": zeb.house.parts.db.vault.seal("Where?")}
                conn.execute(insert(question).values(contact_id=zeb.contact_id, created_at=NOW_MS, **values))
    assert sum(erase_all(zeb.house, NOW_MS + 4000 * DAY).values()) == 0


def test_whoever_said_stop_is_remembered_for_ever(zeb: Person) -> None:
    zeb.says("MENU")
    zeb.says("STOP")
    erase_all(zeb.house, NOW_MS + 4000 * DAY)
    with zeb.house.parts.db.read() as conn:
        assert conn.scalar(select(contact.c.status)) == "stopped"
        assert conn.scalar(select(outbound.c.id)) is None
    zeb.now_ms = NOW_MS + 4001 * DAY
    assert zeb.text("Thanks") == []


def test_a_person_of_whom_nothing_is_left_goes_too_with_what_she_told_about_herself(zeb: Person) -> None:
    answers(zeb)
    done = erase_all(zeb.house, NOW_MS + 4000 * DAY)
    assert (done[Kind.MESSAGES], done[Kind.PEOPLE]) == (1, 1)
    assert rows(zeb.house) == []


def test_the_daily_worker_erases_once_a_day_and_says_so(zeb: Person) -> None:
    decided(zeb.house, tells(zeb), "declined")
    clock = [NOW_MS + 100 * DAY]
    worker = Retaining(zeb.house.parts.db, DEFAULT, lambda: clock[0])
    worker.once_a_day()
    with zeb.house.parts.db.read() as conn:
        last = retention.last_run(conn)
    assert last is not None
    assert last.erased["declined"] == 1
    clock[0] += DAY // 2
    worker.once_a_day()
    with zeb.house.parts.db.read() as conn:
        assert retention.last_run(conn) == last


def test_a_taken_back_story_loses_even_its_row_after_a_month(zeb: Person) -> None:
    reference = tells(zeb)
    zeb.says(f"DELETE {reference}")
    zeb.says("yes")
    assert due(zeb.house, NOW_MS + 31 * DAY)[Kind.TAKEN_BACK] == 1
    erase_all(zeb.house, NOW_MS + 31 * DAY)
    with zeb.house.parts.db.read() as conn:
        assert conn.scalar(select(story.c.id)) is None
        assert withdrawing.told(conn, zeb.contact_id) == ()
