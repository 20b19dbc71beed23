"""A talk from her phone to the desk and back, on both databases: nothing lost, nothing sent after STOP, all erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.app import House
from bot.flow.hours import working_days_after
from bot.store import contacts, outgoing, schema, talks, waits
from bot.store.swap import Gone, Stale
from bot.store.talks import Talk
from bot.story.status import TalkStatus
from bot.web import users
from tests.people import NOW_MS, Person

DAY = 86_400_000
READS = "A champion will read this."


@pytest.fixture
def amina(house: House) -> int:
    with house.parts.db.begin() as conn:
        return users.add(conn, email="amina@example.org", name="Amina", roles=("champion",), languages=("en",))


@pytest.fixture
def bilal(house: House) -> int:
    with house.parts.db.begin() as conn:
        return users.add(conn, email="bilal@example.org", name="Bilal", roles=("champion",), languages=("en",))


@pytest.fixture
def ana(house: House) -> Person:
    """Somebody who has asked for a person."""
    person = Person(house, language="en")
    person.says("talk to a person")
    assert "A champion will text you here" in person.says("We must leave on Friday")
    return person


def only(house: House) -> Talk:
    """The one talk there is."""
    with house.parts.db.read() as conn:
        (id,) = conn.scalars(select(schema.talk.c.id))
        found = talks.get(conn, house.parts.db.vault, id)
    assert found is not None
    return found


def said(house: House) -> list[str]:
    """What stands in the talk, ours in brackets."""
    with house.parts.db.read() as conn:
        vault = house.parts.db.vault
        ours = {row.id: vault.open(row.text_enc) for row in conn.execute(select(schema.outbound))}
        lines = talks.lines(conn, vault, only(house).id)
    return [f"[{ours[line.outbound_id]}]" if line.outbound_id else line.text for line in lines]


def take(house: House, user_id: int) -> None:
    with house.parts.db.begin() as conn:
        one = only(house)
        talks.take(conn, id=one.id, version=one.version, user_id=user_id, now_ms=NOW_MS)


def write(house: House, user_id: int, text: str, version: int = 0) -> None:
    one = only(house)
    with house.parts.db.begin() as conn:
        house.parts.answering.write(
            conn, one.id, version or one.version, text, user_id=user_id, now_ms=NOW_MS + DAY // 24
        )


def finish(house: House, user_id: int) -> None:
    one = only(house)
    with house.parts.db.begin() as conn:
        house.parts.answering.finish(conn, one.id, one.version, user_id=user_id, now_ms=NOW_MS + DAY // 12)


def heard(person: Person) -> list[str]:
    return [line.text for line in person.new_lines()]


# to and fro -----------------------------------------------------------------------------------------------------------
def test_they_write_to_and_fro_and_it_comes_back_to_the_bot(house: House, ana: Person, amina: int) -> None:
    assert ana.says("Are you there?") == READS
    take(house, amina)
    write(house, amina, "Hello, I am Amina. Who told you?")
    assert heard(ana) == ["Hello, I am Amina. Who told you?"]
    assert ana.text("The man from the office") == []
    write(house, amina, "Ring Shelter: 0808 800 4444")
    assert heard(ana) == ["Ring Shelter: 0808 800 4444"]
    assert ana.text("2") == []
    finish(house, amina)
    assert heard(ana)[-1].startswith("The champion has finished here.")
    assert ana.says("MENU").startswith("What do you need?")
    assert said(house) == [
        "We must leave on Friday",
        "Are you there?",
        "[Hello, I am Amina. Who told you?]",
        "The man from the office",
        "[Ring Shelter: 0808 800 4444]",
        "2",
    ]
    assert only(house).status is TalkStatus.FINISHED


def test_a_number_in_a_champions_urdu_text_keeps_its_order(house: House, amina: int) -> None:
    """Without marks a phone shows the last group of digits first: a wrong number."""
    zara = Person(house, language="ur")
    for words in ("talk to a person", "1"):
        zara.text(words)
    take(house, amina)
    write(house, amina, "شیلٹر کا نمبر 0808 800 4444 ہے۔")
    assert heard(zara) == ["شیلٹر کا نمبر \u20660808 800 4444\u2069 ہے۔"]


def test_her_words_are_sealed_and_the_audit_holds_none(house: House, ana: Person) -> None:
    with house.parts.db.read() as conn:
        kept = str(conn.execute(select(schema.talk_line)).all()) + str(conn.execute(select(schema.audit)).all())
        events = conn.scalars(select(schema.audit.c.event).where(schema.audit.c.subject.like("talk:%"))).all()
    assert "Friday" not in kept
    assert events == ["talk_began"]


def test_the_desk_knows_since_when_she_waits(house: House, ana: Person, amina: int) -> None:
    began = only(house).waits_since
    ana.text("Hello?")
    assert only(house).waits_since == began == only(house).created_at
    take(house, amina)
    assert only(house).waits_since == began
    write(house, amina, "Hello")
    assert only(house).waits_since is None
    ana.text("Good that you are here")
    assert only(house).waits_since == ana.now_ms


def test_after_menu_a_number_is_the_menus_and_the_talk_still_waits(house: House, ana: Person) -> None:
    ana.says("MENU")
    assert "What do you need help with?" in ana.says("1")
    assert said(house) == ["We must leave on Friday"]
    assert (only(house).status, only(house).with_bot) == (TalkStatus.WAITING, True)


def test_a_champions_text_brings_her_back_from_the_menu(house: House, ana: Person, amina: int) -> None:
    ana.says("MENU")
    take(house, amina)
    write(house, amina, "Is it a flat of the council?")
    assert heard(ana)[0] == "Is it a flat of the council?"
    assert not only(house).with_bot
    assert ana.text("1") == []
    assert said(house)[-1] == "1"


def test_a_text_that_arrives_twice_stands_in_the_talk_once(house: House, ana: Person) -> None:
    inbound = ana.inbound("He came again")
    ana.receive(inbound)
    assert ana.receive(inbound).duplicate
    assert said(house) == ["We must leave on Friday", "He came again"]


def test_who_asks_a_second_time_has_one_talk(house: House, ana: Person) -> None:
    for words in ("MENU", "talk to a person", "It is worse now"):
        ana.text(words)
    assert said(house) == ["We must leave on Friday", "It is worse now"]
    assert not only(house).with_bot


def test_who_asks_again_when_it_was_finished_has_a_new_one(house: House, ana: Person, amina: int) -> None:
    take(house, amina)
    finish(house, amina)
    ana.says("talk to a person")
    ana.says("Something else")
    with house.parts.db.read() as conn:
        assert talks.counts(conn) == {TalkStatus.WAITING: 1, TalkStatus.TAKEN: 0, TalkStatus.FINISHED: 1}


def test_a_question_without_an_answer_can_become_a_talk(house: House) -> None:
    ana = Person(house, language="en")
    assert "Talk to a person" in ana.says("qwrtzx plmkv bnqjh")
    assert "A champion will text you here" in ana.says("2")
    assert said(house) == ["qwrtzx plmkv bnqjh"]


# two champions --------------------------------------------------------------------------------------------------------
def test_of_two_champions_who_take_it_the_second_is_told_who_was_first(
    house: House, ana: Person, amina: int, bilal: int
) -> None:
    one = only(house)

    def takes(user_id: int) -> str:
        try:
            with house.parts.db.begin() as conn:
                talks.take(conn, id=one.id, version=one.version, user_id=user_id, now_ms=NOW_MS)
        except Stale as stale:
            return stale.by
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(takes, (amina, bilal)))
    first = only(house).taken_by_name
    assert sorted(told) == ["", first]


def test_only_who_has_it_writes_and_not_twice_from_one_page(house: House, ana: Person, amina: int, bilal: int) -> None:
    take(house, amina)
    page = only(house).version
    for user_id, version in ((bilal, page), (amina, page - 1)):
        with pytest.raises(Stale, match="Amina got here first"):
            write(house, user_id, "Hello", version)
    write(house, amina, "Hello", page)
    with pytest.raises(Stale):
        write(house, amina, "Hello", page)
    assert said(house).count("[Hello]") == 1


def test_it_is_passed_on_to_one_or_to_all(house: House, ana: Person, amina: int, bilal: int) -> None:
    take(house, amina)
    for to, status in ((bilal, TalkStatus.TAKEN), (None, TalkStatus.WAITING)):
        one = only(house)
        with house.parts.db.begin() as conn:
            talks.pass_on(conn, id=one.id, version=one.version, to=to, user_id=one.taken_by or 0, now_ms=NOW_MS)
        assert (only(house).taken_by, only(house).status) == (to, status)
    with pytest.raises(Stale, match="Bilal got here first: this is now waiting"):
        write(house, bilal, "Hello")


def test_nothing_is_done_with_a_talk_that_is_finished(house: House, ana: Person, amina: int, bilal: int) -> None:
    take(house, amina)
    finish(house, amina)
    with pytest.raises(Stale, match="finished"):
        take(house, bilal)
    with pytest.raises(Stale, match="finished"):
        finish(house, amina)


# danger, STOP, DELETE in the middle -----------------------------------------------------------------------------------
def test_danger_in_the_middle(house: House, ana: Person) -> None:
    assert "Samaritans" in ana.says("I want to kill myself")
    with house.parts.db.read() as conn:
        assert len(conn.execute(select(schema.alert)).all()) == 1
        newest = talks.lines(conn, house.parts.db.vault, only(house).id)[-1]
    assert (newest.text, newest.danger) == ("I want to kill myself", True)


def test_stop_in_the_middle(house: House, ana: Person, amina: int) -> None:
    take(house, amina)
    ana.text("STOP")
    assert only(house).stopped
    before = said(house)
    with pytest.raises(outgoing.Stopped):
        write(house, amina, "Are you all right?")
    assert said(house) == before
    assert ana.text("Do not write, but he came again") == []
    assert said(house)[-1] == "Do not write, but he came again"
    finish(house, amina)
    assert heard(ana) == []


def test_after_start_a_champion_can_write_again(house: House, ana: Person, amina: int) -> None:
    take(house, amina)
    for words in ("STOP", "START"):
        ana.text(words)
    write(house, amina, "Welcome back")
    assert heard(ana)[0] == "Welcome back"
    assert ana.text("Thank you") == []
    assert said(house)[-1] == "Thank you"


def test_delete_in_the_middle_leaves_nothing(house: House, ana: Person, amina: int) -> None:
    take(house, amina)
    one = only(house)
    write(house, amina, "Hello")
    ana.says("DELETE")
    assert "Done. What you wrote is erased." in ana.says("1")
    with house.parts.db.read() as conn:
        for table in (schema.talk, schema.talk_line, schema.timer):
            assert conn.execute(select(table)).all() == []
    with pytest.raises(Gone), house.parts.db.begin() as conn:
        house.parts.answering.write(conn, one.id, one.version, "Hello?", user_id=amina, now_ms=NOW_MS)


def test_a_contact_erased_at_the_desk_takes_the_talk_along(house: House, ana: Person) -> None:
    with house.parts.db.begin() as conn:
        counted = contacts.erase(conn, ana.contact_id, NOW_MS, "system")
    assert counted.talks == 1
    with house.parts.db.read() as conn:
        assert conn.execute(select(schema.talk_line)).all() == []


def test_a_conversation_that_was_lost_comes_back_with_the_champions_text(house: House, ana: Person, amina: int) -> None:
    """As when it cannot be read: her answer must not go to the bot."""
    with house.parts.db.begin() as conn:
        conn.execute(schema.contact.update().values(session_enc=None))
    take(house, amina)
    write(house, amina, "Hello")
    heard(ana)
    assert ana.text("Hello Amina") == []
    assert said(house)[-1] == "Hello Amina"


# nobody comes ---------------------------------------------------------------------------------------------------------
def test_when_nobody_comes_she_hears_it_once_and_the_desk_calls_it_late(house: House, ana: Person) -> None:
    due = only(house).late_at
    assert due == working_days_after(ana.now_ms, 2)
    assert ana.timers.wake_due(due - 1) == 0
    assert ana.timers.wake_due(due) == 1
    assert [line[:13] for line in heard(ana)] == ["We are sorry."]
    assert ana.timers.wake_due(due + 3 * DAY) == 0
    assert only(house).is_late(due)
    assert not only(house).is_late(due - 1)
    ana.text("I wait")
    assert said(house)[-1] == "I wait"


def test_her_own_texts_do_not_stop_that_word(house: House, ana: Person) -> None:
    ana.text("Hello?")
    assert ana.timers.wake_due(only(house).late_at) == 1


def test_it_does_not_come_when_somebody_has_taken_it_or_she_has_said_stop(
    house: House, ana: Person, amina: int
) -> None:
    due = only(house).late_at
    take(house, amina)
    assert ana.timers.wake_due(due) == 0
    bela = Person(house, language="en")
    for words in ("talk to a person", "my rent", "STOP"):
        bela.text(words)
    assert bela.timers.wake_due(due + DAY) == 0
    assert [*heard(ana), *heard(bela)] == []


def test_a_follow_up_waits_while_a_person_writes_with_her(house: House, ana: Person) -> None:
    vault = house.parts.db.vault
    with house.parts.db.begin() as conn:
        waits.set_follow_up(conn, vault, ana.contact_id, '["", "[]"]', NOW_MS)
    assert ana.timers.wake_due(NOW_MS + 3_700_000) == 0
    with house.parts.db.read() as conn:
        kinds = conn.scalars(select(schema.timer.c.kind).order_by(schema.timer.c.kind)).all()
    assert kinds == ["follow_up", "late"]
