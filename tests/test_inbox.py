"""One message, start to end, on both databases: taken wholly or not at all, once, and never against her will."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, update

from bot.app import House
from bot.channel.message import Channel, Inbound, OptOut
from bot.flow.flood import PER_MINUTE
from bot.inbox import Inbox, Receipt
from bot.keeper import Keeper
from bot.store import audit, schema
from bot.store.database import DatabaseAway
from bot.store.quick import Quick
from bot.store.waits import Timer
from tests.people import NOW_MS, Person


def count(house: House, table: str) -> int:
    with house.parts.db.read() as conn:
        return conn.scalar(select(func.count()).select_from(schema.metadata.tables[table])) or 0


def test_the_same_message_twice_has_one_effect(house: House) -> None:
    ana = Person(house, language="en")
    message = ana.inbound("MENU")
    assert ana.receive(message).taken
    assert ana.receive(message).duplicate
    assert len(ana.new_lines()) == 1


def test_the_same_message_eight_times_at_once_has_one_effect(house: House) -> None:
    ana = Person(house, language="en")
    message = ana.inbound("MENU")
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: house.parts.inbox.receive(message, NOW_MS), range(8)))
    assert sum(receipt.taken for receipt in receipts) == 1
    assert sum(receipt.duplicate for receipt in receipts) == 7
    assert len(ana.new_lines()) == 1


def test_the_first_message_of_a_new_person_eight_times_at_once_makes_one_person(house: House) -> None:
    before = count(house, "contact")
    message = Inbound(Channel.SMS, "+447700900777", "Hello", "SMfirst", simulated=True)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: house.parts.inbox.receive(message, NOW_MS), range(8)))
    assert sum(receipt.taken for receipt in receipts) == 1
    assert count(house, "contact") == before + 1


def test_two_quick_messages_of_one_person_both_count(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "3", "1"):
        ana.text(words)
    parts = [ana.inbound(f"part {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda part: house.parts.inbox.receive(part, NOW_MS + 1_000_000), parts))
    assert sorted(ana.session().frames[-1].values["story"]) == [f"part {number}" for number in range(6)]


def in_between(person: Person, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let this happen once, after her next turn was thought through and before it is written."""
    ways = {(owner, name): getattr(owner, name) for owner, name in ((Inbox, "_surely"), (Quick, "write"))}

    def later(way: Callable[..., Any], *arguments: Any) -> Any:
        for (owner, name), as_before in ways.items():
            monkeypatch.setattr(owner, name, as_before)
        happens()
        return way(*arguments)

    for (owner, name), way in ways.items():
        monkeypatch.setattr(owner, name, partialmethod(partial(later, way)))


def asked_to_erase(house: House) -> Person:
    ana = Person(house, language="en")
    assert "erase" in ana.says("DELETE")
    return ana


def test_a_turn_that_was_thought_through_before_another_came_between_is_thought_through_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = asked_to_erase(house)
    in_between(ana, monkeypatch, lambda: ana.receive(ana.inbound("2")))  # "No, keep it", from another process
    before = ana.session().stamp
    ana.receive(ana.inbound("1"))
    assert ana.session().stamp == before + 2
    assert count(house, "inbound"), "nothing was erased by a yes to a question that was answered already"


def test_nor_does_it_stand_after_she_has_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "3", "1", "It was cold."):
        ana.says(words)
    in_between(ana, monkeypatch, lambda: ana.receive(ana.inbound("STOP")))
    ana.receive(ana.inbound("DONE"))
    assert [count(house, "story"), audited(house, "story_received")] == [0, 0]


def audited(house: House, event: str) -> int:
    with house.parts.db.read() as conn:
        return len(conn.execute(select(schema.audit).where(schema.audit.c.event == event)).all())


TELLING = ("story", "1", "It was cold 🙂.", "Nobody came.")
NOT_ALIKE = {
    "id", "contact_id", "reference", "provider_id", "inbound_id", "lookup", "pseudonym", "address_enc", "subject",
    "previous", "hash",
}  # fmt: skip


def telling(house: House, *, luck: int = 7) -> Person:
    """Somebody who has told everything but DONE."""
    ana = Person(house, language="en", luck=luck)
    for words in TELLING:
        ana.text(words)
    return ana


def written(house: House, before: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    """All rows since these ids, opened, without what differs between any two people."""
    found = {}
    with house.parts.db.read() as conn:
        [reference] = conn.scalars(select(schema.story.c.reference).where(schema.story.c.id > before["story"]))
        for name, newest in before.items():
            table = schema.metadata.tables[name]
            rows = conn.execute(select(table).where(table.c.id > newest).order_by(table.c.id)).mappings().all()
            found[name] = [
                {
                    key: opened(house, key, value).replace(reference, "REFERENCE")
                    for key, value in row.items()
                    if key not in NOT_ALIKE
                }
                for row in rows
            ]
    return found


def opened(house: House, column: str, value: Any) -> str:
    return house.parts.db.vault.open(value) if column.endswith("_enc") and value else repr(value)


def newest(house: House) -> dict[str, int]:
    with house.parts.db.read() as conn:
        tables = [
            schema.metadata.tables[name] for name in ("contact", "inbound", "outbound", "story", "audit", "timer")
        ]
        return {table.name: conn.scalar(select(func.max(table.c.id))) or 0 for table in tables}


def fails(*_: object) -> Receipt:
    raise AssertionError("It went the long way.")


def test_a_story_is_written_alike_by_the_short_way_and_the_long(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    both = []
    for owner, name, way in ((Inbox, "_surely", fails), (Keeper, "rows", lambda *_: None)):
        before = newest(house)
        ana = telling(house)
        with monkeypatch.context() as only:
            only.setattr(owner, name, way)
            ana.text("DONE")
        both.append(written(house, before))
    short, long = both
    assert {name: len(rows) for name, rows in short.items() if name in {"story", "audit"}} == {"story": 1, "audit": 1}
    assert short == long
    with house.parts.db.read() as conn:
        told = conn.scalars(select(schema.story.c.id).order_by(schema.story.c.id)).all()
        subjects = conn.scalars(select(schema.audit.c.subject).order_by(schema.audit.c.id)).all()
        assert subjects[-2:] == [f"story:{number}" for number in told]
        assert audit.verify(conn) is None


def test_done_eight_times_at_once_submits_one_story(house: House) -> None:
    ana = telling(house)
    done = ana.inbound("DONE")
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: house.parts.inbox.receive(done, ana.now_ms), range(8)))
    assert [sum(one.taken for one in receipts), sum(one.duplicate for one in receipts)] == [1, 7]
    assert [count(house, "story"), audited(house, "story_received")] == [1, 1]


def test_stories_of_many_at_once_and_an_erasure_among_them_leave_one_chain(house: House) -> None:
    """Those by the short way and those by the long take turns at its end."""
    people = [telling(house, luck=luck) for luck in range(6)]
    photos = [people[0], people[1]]
    for one in photos:
        one.text("See", media="image/jpeg")
    leaving = asked_to_erase(house)
    said = [(one, one.inbound("DONE")) for one in people] + [(leaving, leaving.inbound("1"))]
    with ThreadPoolExecutor(7) as pool:
        assert all(receipt.taken for receipt in pool.map(lambda each: each[0].receive(each[1]), said))
    assert [count(house, "story"), audited(house, "story_received"), audited(house, "contact_erased")] == [6, 6, 1]
    with house.parts.db.read() as conn:
        assert audit.verify(conn) is None


def test_a_reference_that_is_taken_is_drawn_anew(house: House) -> None:
    for luck in (7, 7):
        ana = Person(house, language="en", luck=luck)
        for words in ("MENU", "3", "1", "It was cold.", "DONE"):
            ana.says(words)
    with house.parts.db.read() as conn:
        first, second = conn.scalars(select(schema.story.c.reference))
    assert first != second


def test_a_story_is_kept_message_by_message_as_it_came(house: House) -> None:
    ana = Person(house, language="en")
    said = [
        ana.says(w)
        for w in ("story", "2", "First <b>part</b>", "Second 🙂 part", "DONE", "Someone kind", "SKIP", "yes")
    ]
    with house.parts.db.read() as conn:
        row = conn.execute(select(schema.story)).one()
    assert row.reference in said[4]
    assert (row.consent, bool(row.follow_up), row.status) == ("champions", True, "received")
    assert house.parts.db.vault.open(row.text_enc) == '["First <b>part</b>", "Second 🙂 part"]'
    assert house.parts.db.vault.open(row.wish_enc) == "Someone kind"


def test_nothing_is_kept_of_a_story_for_nobody(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "4"):
        ana.text(words)
    assert count(house, "story") == 0


def test_where_she_is_is_not_kept(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "1", "1", "ZZ1 1AA"):
        ana.text(words)
    with house.parts.db.read() as conn:
        texts = [house.parts.db.vault.open(row.text_enc) for row in conn.execute(select(schema.inbound))]
    assert "[place]" in texts
    assert not any("ZZ1" in text for text in texts)


def test_danger_is_answered_at_once_and_a_lead_is_alerted(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("MENU")
    said = ana.text("I want to kill myself")
    assert [line.text for line in said if "116 123" in line.text]
    assert len(said) == 1
    assert count(house, "alert") == 1


def test_danger_in_the_middle_of_a_story_stays_part_of_the_story(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It is bad here", "my husband hits me"):
        ana.text(words)
    assert ana.session().frames[-1].values["story"] == ["It is bad here", "my husband hits me"]


def test_after_stop_only_start_is_answered(house: House) -> None:
    ana = Person(house, language="en")
    assert len(ana.text(" sToP ")) == 1
    for words in ("thanks", "MENU", "hello", "Can you help me", "YES", "2"):
        assert ana.text(words) == []
    assert len(ana.text("start")) == 1


def test_danger_after_stop_alerts_a_lead_but_texts_nobody(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("STOP")
    assert ana.text("he is going to kill me") == []
    assert count(house, "alert") == 1


def test_can_you_stop_by_tomorrow_is_not_an_opt_out(house: House) -> None:
    ana = Person(house, language="en")
    assert ana.text("Can you stop by tomorrow?") != []
    assert ana.text("MENU") != []


def test_a_stop_that_the_carrier_has_confirmed_is_not_confirmed_again(house: House) -> None:
    ana = Person(house, language="en")
    ana.receive(replace(ana.inbound("STOP"), opt_out=OptOut.STOP))
    assert ana.new_lines() == []
    assert ana.text("MENU") == []


def test_help_that_the_carrier_has_answered_is_not_answered_again(house: House) -> None:
    ana = Person(house, language="en")
    ana.receive(replace(ana.inbound("HELP"), opt_out=OptOut.HELP))
    assert ana.new_lines() == []


def test_stop_takes_back_what_has_not_gone_out(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("MENU")
    ana.text("STOP")
    with house.parts.db.read() as conn:
        rows = conn.execute(select(schema.outbound.c.kind, schema.outbound.c.status).order_by(schema.outbound.c.id))
        assert [tuple(row) for row in rows] == [("reply", "canceled"), ("opt_out", "waiting")]


def test_erasing_leaves_a_receipt_and_then_nothing(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "Something happened", "DONE", "1", "1", "yes", "DELETE", "3"):
        ana.text(words)
    assert "erased" in ana.says("1")
    assert (count(house, "story"), count(house, "outbound")) == (0, 1)
    with house.parts.db.read() as conn:
        assert [house.parts.db.vault.open(row.text_enc) for row in conn.execute(select(schema.inbound))] == [""]
    house.parts.outbox.deliver(ana.contact_id, ana.now_ms)
    ana.timers.wake_due(ana.now_ms)
    assert (count(house, "contact"), count(house, "outbound")) == (1, 1)
    ana.timers.wake_due(ana.now_ms + 16 * 60_000)
    assert (count(house, "contact"), count(house, "inbound"), count(house, "outbound")) == (0, 0, 0)


@pytest.mark.parametrize("sender", ["NHSNoReply", "60777", "FreeMsg"])
def test_a_sender_that_takes_no_replies_is_written_down_and_gets_none(house: House, sender: str) -> None:
    receipt = house.parts.inbox.receive(Inbound(Channel.SMS, sender, "Your code is 1234", f"SM{sender}"), NOW_MS)
    assert receipt.taken
    assert (count(house, "inbound"), count(house, "outbound")) == (1, 0)


def test_a_whatsapp_user_without_a_number_is_a_person(house: House) -> None:
    ana = Person(house, channel=Channel.WHATSAPP, number="US.1234567")
    assert "English" in ana.says("Hi")


def test_a_number_and_later_only_the_user_id_are_one_person(house: House) -> None:
    ana = Person(house, channel=Channel.WHATSAPP, number="+447700900888", language="en")
    ana.receive(replace(ana.inbound("MENU"), external_id="GB.abc123"))
    later = replace(ana.inbound("3"), address="GB.abc123", external_id="GB.abc123")
    assert ana.receive(later).contact_id == ana.contact_id
    with house.parts.db.read() as conn:
        sealed = conn.scalar(select(schema.contact.c.address_enc).where(schema.contact.c.id == ana.contact_id))
    assert house.parts.db.vault.open(sealed or "") == "GB.abc123"


def test_a_real_and_a_simulated_person_of_one_number_are_two(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("MENU")
    real = replace(ana.inbound("MENU"), simulated=False)
    assert house.parts.inbox.receive(real, NOW_MS).contact_id != ana.contact_id


STRANGE = [
    "",
    " ",
    "🙏🙏🙏",
    "\x00\x01",
    "x" * 1600,
    "é" * 1600,
    "<script>alert(1)</script>",
    "'; DROP TABLE contact; --",
]


@pytest.mark.parametrize("words", [*STRANGE, "\u202e\u2066"])
def test_no_message_however_strange_is_lost_or_breaks_anything(house: House, words: str) -> None:
    ana = Person(house, language="en")
    assert ana.text(words) != []
    with house.parts.db.read() as conn:
        texts = [house.parts.db.vault.open(row.text_enc) for row in conn.execute(select(schema.inbound))]
    assert texts == [words]


def test_a_voice_note_without_words_is_answered_in_her_language(house: House) -> None:
    ana = Person(house, language="en", channel=Channel.WHATSAPP)
    assert "voice notes" in "".join(line.text for line in ana.text("", media="audio/ogg"))


def test_her_location_is_used_where_a_place_is_asked_for(house: House) -> None:
    ana = Person(house, language="en", channel=Channel.WHATSAPP)
    for words in ("MENU", "1", "1"):
        ana.text(words)
    assert "Wexmoor" in "".join(line.text for line in ana.text("", location=(52.6, 2.6)))


def test_a_silence_in_a_story_is_asked_about_once_and_a_late_timer_does_nothing(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began in May"):
        ana.text(words)
    assert ana.timers.wake_due(ana.now_ms + 19 * 60_000) == 0
    assert ana.timers.wake_due(ana.now_ms + 21 * 60_000) == 1
    assert ["Is that everything?" in line.text for line in ana.new_lines()] == [True]
    assert ana.timers.wake_due(ana.now_ms + 60 * 60_000) == 0
    ana.text("And went on")
    ana.text("DONE")
    assert ana.timers.wake_due(ana.now_ms + 120 * 60_000) == 0


def test_after_a_long_silence_one_kind_last_message_says_where_the_story_lies(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began in May"):
        ana.text(words)
    ana.timers.wake_due(ana.now_ms + 21 * 60_000)
    ana.new_lines()
    a_day = ana.now_ms + 26 * 3_600_000
    assert ana.timers.wake_due(a_day) == 1
    assert ["not sent yet" in line.text for line in ana.new_lines()] == [True]
    assert ana.timers.wake_due(a_day + 30 * 86_400_000) == 0
    ana.text("BACK")
    ana.text("DONE")
    assert count(house, "story") == 1


def test_nobody_is_asked_about_a_silence_at_night(house: House) -> None:
    ana = Person(house, language="en")
    ana.now_ms += 11 * 3_600_000  # nine in the evening
    for words in ("story", "1", "It began in May"):
        ana.text(words)
    assert ana.timers.wake_due(ana.now_ms + 8 * 3_600_000) == 0
    assert ana.timers.wake_due(ana.now_ms + 13 * 3_600_000) == 1


def test_everything_she_wrote_is_encrypted_at_rest(house: House) -> None:
    ana = Person(house, language="en")
    for words in (
        "story",
        "1",
        "Xylophone happened",
        "DONE",
        "Xylophone wish",
        "1",
        "yes",
        "Xylophone question please",
    ):
        ana.text(words)
    with house.parts.db.read() as conn:
        kept = [str(tuple(row)) for table in schema.metadata.sorted_tables for row in conn.execute(select(table))]
    hers = [row for row in kept if "Xylophone" in row or ana.number in row]
    assert hers == []


def test_a_message_while_the_database_is_away_is_refused_and_taken_on_retry(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = Person(house, language="en")
    message = ana.inbound("MENU")
    well = house.parts.db.away_as_one_error

    def away() -> None:
        raise DatabaseAway("The database cannot be used just now: testing.")

    monkeypatch.setattr(house.parts.db, "away_as_one_error", away)
    with pytest.raises(DatabaseAway):
        ana.receive(message)
    monkeypatch.setattr(house.parts.db, "away_as_one_error", well)
    assert ana.receive(message).taken


def test_a_conversation_ends_in_the_flows_it_began_in(house: House, tmp_path: Path) -> None:
    """A deploy that changes the flows does not break a story half-way."""
    from bot.settings import SHIPPED
    from bot.store.shelf import Shelf, read_folder

    ana = Person(house, language="en")
    for words in ("story", "1"):
        ana.text(words)
    folder = tmp_path / "flows"
    (folder / "safety").mkdir(parents=True)
    for file in (SHIPPED / "flows").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8").replace("What would have helped you?", "NEW"))
    parts = house.parts
    later = Shelf(parts.db, read_folder(folder, demo=False), parts.catalogues, "Later")
    later.publish(NOW_MS)
    ana.inbox._world = later.world
    ana.text("It happened")
    assert "What would have helped you?" in ana.says("DONE")
    for words in ("1", "skip", "2", "2", "story", "1", "More"):
        ana.text(words)
    assert "NEW" in ana.says("DONE")


def rows(house: House, table: str) -> list[Any]:
    with house.parts.db.read() as conn:
        return list(conn.execute(select(schema.metadata.tables[table]).order_by(schema.metadata.tables[table].c.id)))


def test_a_story_is_safe_at_done_even_if_the_last_questions_are_never_answered(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It happened", "DONE", "MENU"):
        ana.text(words)
    (story,) = rows(house, "story")
    assert (bool(story.follow_up), story.wish_enc) == (False, None)


@pytest.mark.parametrize("leaving", ["MENU", "START", "danger"])
def test_a_story_that_was_not_sent_can_be_gone_on_with(house: House, leaving: str) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began in May", leaving, "MENU", "2", "how do i see a doctor", "MENU"):
        ana.text(words)
    assert any("Tell us what happened" in ana.says("BACK") for _ in range(8))
    ana.text("And it went on")
    ana.text("DONE")
    (story,) = rows(house, "story")
    assert house.parts.db.vault.open(story.text_enc) == '["It began in May", "And it went on"]'


def test_what_she_wrote_is_not_kept_when_she_then_chooses_nobody(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "My boss Mr Patel hit my friend", "BACK", "4"):
        said = ana.says(words)
    assert "Nothing was kept" in said
    texts = [house.parts.db.vault.open(row.text_enc) for row in rows(house, "inbound")]
    assert not any("Patel" in text for text in texts)


def test_a_place_we_do_not_know_is_not_kept_either(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "1", "1", "14 Acacia Avenue Zzzville flat 3"):
        ana.text(words)
    texts = [house.parts.db.vault.open(row.text_enc) for row in rows(house, "inbound")]
    assert not any("Acacia" in text for text in texts)


ANSWERS = """flow: answers
about: Every kind of answer that is private, and a story with a photo.
start_words: [answers]
steps:
  - ask: Your postcode?
    id: home
    expect: postcode
  - ask: Whom may we ring?
    id: tel
    expect: phone
  - ask: When was it?
    id: day
    expect: date
  - ask: A photo?
    id: photo
    expect: media
    optional: yes
  - listen: What happened?
    id: words
  - ask: Send it?
    id: sure
    options:
      - leaders: Send it
      - nobody: Throw it away
    go: {nobody: thrown}
  - do: submit_story
    with: {text: words, media: photo, consent: sure}
  - say: Thank you.
    end: yes
  - id: thrown
    do: forget_words
    with: {text: words, media: photo}
  - say: Nothing was kept.
"""


@pytest.fixture
def asked(house: House, tmp_path: Path) -> Person:
    """Somebody on WhatsApp who is asked all that."""
    from bot.settings import SHIPPED
    from bot.store.shelf import Shelf, read_folder

    folder = tmp_path / "flows"
    shutil.copytree(SHIPPED / "flows", folder)
    (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    shelf = Shelf(house.parts.db, read_folder(folder, demo=False), house.parts.catalogues, "Tea")
    shelf.publish(NOW_MS)
    ana = Person(house, language="en", channel=Channel.WHATSAPP)
    ana.inbox._world = shelf.world
    ana.text("answers")
    return ana


def test_a_postcode_and_a_phone_number_stand_in_her_session_and_nowhere_else(house: House, asked: Person) -> None:
    for words in ("IP1 1Q", "IP1 1AA", "07911 12345", "07911 123456"):
        asked.text(words)
    kept = [house.parts.db.vault.open(row.text_enc) for row in rows(house, "inbound")]
    assert kept[-4:] == ["[place]", "[place]", "[phone number]", "[phone number]"]
    values = asked.session().frames[-1].values
    assert (values["home"], values["tel"]) == ("IP1 1AA", "+447911123456")


def test_tomorrow_is_the_day_after_the_message_came_in_london(house: House, asked: Person) -> None:
    asked.now_ms += 13 * 3_600_000 + 30 * 60_000  # half past eleven at night, 21 November 2026
    for words in ("IP1 1AA", "07911 123456", "tomorrow"):
        asked.text(words)
    assert asked.session().frames[-1].values["day"] == "2026-11-22"


def told(asked: Person, last: str) -> None:
    for words in ("IP1 1AA", "07911 123456", "3 April 2026"):
        asked.text(words)
    asked.text("My kitchen", media="image/jpeg")
    for words in ("The wall is wet", "DONE", last):
        asked.text(words)


def test_a_photo_is_kept_encrypted_with_the_story_it_came_with(house: House, asked: Person) -> None:
    told(asked, "1")
    (story,) = rows(house, "story")
    assert "image/jpeg" not in story.media_enc
    [photo] = json.loads(house.parts.db.vault.open(story.media_enc))
    assert (photo["kind"], photo["content_type"]) == ("photo", "image/jpeg")


def test_a_photo_is_forgotten_with_the_words_that_are_thrown_away(house: House, asked: Person) -> None:
    told(asked, "2")
    assert rows(house, "story") == []
    assert [row.media_enc for row in rows(house, "inbound")] == [None] * len(rows(house, "inbound"))
    texts = [house.parts.db.vault.open(row.text_enc) for row in rows(house, "inbound")]
    assert not {"The wall is wet", "My kitchen"} & set(texts)


def test_a_place_is_forgotten_once_it_has_been_used(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "1", "1", "ZZ1 1AA"):
        ana.text(words)
    assert "ZZ1" not in ana.session().to_json()


def test_a_yes_that_twilio_calls_start_is_still_a_yes(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It happened", "DONE", "1", "1"):
        ana.text(words)
    ana.receive(replace(ana.inbound("YES"), opt_out=OptOut.START))
    (story,) = rows(house, "story")
    assert story.follow_up


def test_an_old_yes_button_is_no_consent(house: House) -> None:
    ana = Person(house, language="en", channel=Channel.WHATSAPP)
    for words in ("story", "1", "It happened", "DONE", "1", "1"):
        ana.text(words)
    ana.text("Yes", button="confirm.yes")
    assert not rows(house, "story")[0].follow_up
    ana.text("Yes", button="follow_up.yes")
    assert rows(house, "story")[0].follow_up


def test_erasing_after_stop_is_done_in_silence(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It happened", "DONE", "1", "1", "2", "STOP"):
        ana.text(words)
    assert ana.text("DELETE") == []
    assert (count(house, "story"), count(house, "outbound")) == (0, 0)
    assert ana.text("hello") == []


def test_the_confirming_message_handed_over_again_after_erasing_has_no_effect(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("DELETE")
    confirm = ana.inbound("1")
    ana.receive(confirm)
    before = count(house, "outbound")
    assert ana.receive(confirm).duplicate
    assert count(house, "outbound") == before


def test_danger_words_work_in_the_middle_of_anything(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1"):
        ana.text(words)
    assert "What is happening?" in ana.says("DANGER")
    assert "999" in ana.says("he is outside my door")
    alert = rows(house, "alert")[-1]
    assert house.parts.db.vault.open(alert.text_enc) == "he is outside my door"
    assert "Tell us what happened" in ana.says("BACK")


def test_choosing_a_line_that_sounds_like_danger_is_a_choice(house: House) -> None:
    """The label is a danger sign itself; chosen from our own list it raises the list's one alert, without words."""
    ana = Person(house, language="en")
    assert "Samaritans" in ana.says("I want to hurt myself")
    for words in ("MENU", "5"):
        ana.text(words)
    said = ana.text("I want to hurt myself")
    assert ["116 123" in line.text for line in said] == [True]
    cried, chosen = rows(house, "alert")
    opened = house.parts.db.vault.open
    assert (opened(cried.text_enc), opened(chosen.text_enc)) == ("I want to hurt myself", "")
    assert ana.session().frames == []


def test_an_alert_after_stop_says_that_nothing_was_sent(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("STOP")
    ana.text("he is going to kill me")
    (alert,) = rows(house, "alert")
    assert not alert.answered


def test_sixty_days_later_she_does_not_mean_the_old_question(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began in May"):
        ana.text(words)
    ana.now_ms += 60 * 86_400_000
    said = ana.says("where is the nearest food bank please")
    assert "not sent yet" in said
    assert "Is it one of these?" in said


def test_a_session_that_cannot_be_read_is_begun_anew_in_her_language(house: House) -> None:
    ana = Person(house, language="pl")
    ana.text("MENU")
    with house.parts.db.begin() as conn:
        broken = {"session_enc": house.parts.db.vault.seal("[1, 2]")}
        conn.execute(update(schema.contact).where(schema.contact.c.id == ana.contact_id).values(broken))
    assert "Czego potrzebujesz" in ana.says("MENU")


def test_one_broken_conversation_does_not_keep_the_others_timers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bea = Person(house, language="en"), Person(house, language="en")
    for person in (ana, bea):
        for words in ("story", "1", "It began"):
            person.text(words)
    ring = ana.timers._ring

    def breaking(timer: Timer, now_ms: int) -> bool:
        if timer.contact_id == ana.contact_id:
            raise RuntimeError("broken on purpose")
        return ring(timer, now_ms)

    monkeypatch.setattr(ana.timers, "_ring", breaking)
    assert ana.timers.wake_due(max(ana.now_ms, bea.now_ms) + 21 * 60_000) == 1
    assert any("Is that everything?" in line.text for line in bea.new_lines())


def test_yes_to_is_that_everything_sends_the_story(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began"):
        ana.text(words)
    ana.timers.wake_due(ana.now_ms + 21 * 60_000)
    ana.now_ms += 22 * 60_000
    ana.text("yes")
    assert count(house, "story") == 1


def test_help_in_a_story_does_not_stop_the_asking_after_a_silence(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("story", "1", "It began", "HELP"):
        ana.text(words)
    assert ana.timers.wake_due(ana.now_ms + 21 * 60_000) == 1


def test_what_a_new_person_came_for_is_not_lost_while_the_language_is_asked(house: House) -> None:
    ana = Person(house)
    ana.text("food bank")
    assert "Is it one of these?" in ana.says("1")


# ---- very many messages


def hurried(person: Person, words: str) -> list[str]:
    """She texts without a pause; what she is answered."""
    person.inbox.receive(person.inbound(words), person.now_ms)
    return [line.text for line in person.new_lines()]


def test_very_many_messages_are_all_kept_and_answered_with_one_word(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("MENU")
    ana.now_ms += 120_000
    before = count(house, "inbound")
    answered = [hurried(ana, "MENU") for _ in range(PER_MINUTE + 10)]
    assert all(answered[:PER_MINUTE])
    assert answered[PER_MINUTE] == ["You sent many messages. We read them all. Please wait a little."]
    assert answered[PER_MINUTE + 1 :] == [[]] * 9
    assert count(house, "inbound") == before + PER_MINUTE + 10


def test_danger_and_stop_are_answered_in_the_middle_of_a_flood(house: House) -> None:
    ana = Person(house, language="en")
    ana.text("MENU")
    for _ in range(PER_MINUTE + 5):
        hurried(ana, "MENU")
    (words,) = hurried(ana, "he is going to kill me")
    assert "999" in words
    assert count(house, "alert") == 1
    (words,) = hurried(ana, "STOP")
    assert "START" in words


def test_a_flood_leaves_her_where_she_was_so_that_no_unseen_question_is_answered(house: House) -> None:
    ana = Person(house, language="en")
    for _ in range(PER_MINUTE + 1):
        hurried(ana, "MENU")
    before = ana.session()
    assert hurried(ana, "1") == []
    assert ana.session().frames == before.frames
    ana.now_ms += 3 * 60_000
    assert ana.text("1")


def test_a_long_story_in_very_many_messages_is_no_flood(house: House) -> None:
    ana = Person(house, language="en")
    for words in ("MENU", "3", "1"):
        ana.text(words)
    ana.now_ms += 120_000
    for number in range(PER_MINUTE + 10):
        hurried(ana, f"part {number} of what happened")
    ana.now_ms += 120_000
    ana.text("DONE")
    with house.parts.db.read() as conn:
        sealed = conn.execute(select(schema.story.c.text_enc)).scalar_one()
    assert len(json.loads(house.parts.db.vault.open(sealed))) == PER_MINUTE + 10
