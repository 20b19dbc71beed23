"""Texts for many: only to people who said yes and still say so, by day, one each, whatever happens meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, update

from bot.background.broadcasting import AT_ONCE
from bot.store import audit, broadcasts, consents, contacts, messages, outgoing
from bot.store.broadcasts import ALONE_WAITS_MS, NotYours, Reason, Status
from bot.store.consents import Said
from bot.store.database import Database
from bot.store.schema import audit as audit_table
from bot.store.schema import broadcast_person, consent, contact, outbound
from bot.store.swap import Stale
from tests.broadcast_room import DAY, HOUR, TEXTS, Room, open_room
from tests.stand_in.twilio import Fault, TwilioStandIn, too_many


@pytest.fixture
def room(db: Database, now: int) -> Iterator[Room]:
    with TwilioStandIn() as twilio:
        yield open_room(db, twilio, now)


def test_it_goes_to_who_said_yes_and_to_nobody_else(room: Room) -> None:
    """Not who was never asked, who took it back, who stopped, nor somebody simulated."""
    yes = room.resident()
    for left in (None, False):
        room.resident(said=left)
    room.resident(status="stopped")
    room.resident(simulated=True)
    id = room.broadcast()
    room.minute()
    assert room.twilio.texts == [
        "A new clinic opens on Mill Lane.\nNo more news: text NEWS OFF. No texts at all: text STOP."
    ]
    assert [row.kind for row in yes.rows()] == ["bulk"]
    room.sending.go_on(room.now)
    assert room.found(id).status is Status.FINISHED


def test_each_reads_it_in_their_language_with_how_to_stop_in_it(room: Room) -> None:
    room.resident(language="ur")
    room.broadcast()
    room.minute()
    (text,) = room.twilio.texts
    assert TEXTS["ur"] in text
    assert "خبریں بند" in text


@pytest.mark.parametrize(("ticked", "went"), [(False, 0), (True, 1)])
def test_without_a_translation_they_get_english_only_when_that_was_ticked(room: Room, ticked: bool, went: int) -> None:
    room.resident(language="pl")
    id = room.broadcast(english_for_rest=ticked)
    room.minute()
    assert len(room.twilio.texts) == went
    assert room.progress(id).left_out == ({} if ticked else {Reason.NO_TEXT: 1})


def test_only_the_chosen_languages(room: Room) -> None:
    room.resident()
    room.resident(language="ur")
    id = room.broadcast(languages=["ur"])
    room.minute()
    assert room.progress(id).people == 1


def test_who_takes_back_the_yes_between_queueing_and_sending_gets_nothing(room: Room) -> None:
    one = room.resident()
    id = room.broadcast()
    room.sending.go_on(room.now)
    room.takes_back(one)
    room.outbox.sweep(room.now)
    assert room.twilio.texts == []
    assert one.statuses() == []
    assert room.progress(id).left_out == {Reason.WITHDRAWN: 1}


def test_a_stop_half_way_is_kept_to(room: Room) -> None:
    one, id = room.resident(), room.broadcast()
    room.sending.go_on(room.now)
    one.change(status="stopped")
    room.outbox.sweep(room.now)
    assert room.twilio.texts == []
    assert room.progress(id).left_out == {Reason.STOPPED: 1}


def test_who_said_stop_is_not_asked_for_by_start_alone(room: Room) -> None:
    """The carrier knew of her STOP first (21610): that takes back her yes too."""
    one = room.resident()
    with room.db.begin() as conn:
        found = outgoing.receiver(conn, one.id)
        assert found
        outgoing.stop_contact(conn, found, room.now)
    one.change(status="active")
    room.broadcast()
    room.minute()
    assert room.twilio.texts == []


def test_paused_sends_nothing_and_resumed_sends_the_rest_once(room: Room) -> None:
    for _ in range(3):
        room.resident()
    id = room.broadcast()
    room.sending.go_on(room.now)
    room.move(id, Status.PAUSED)
    room.minute()
    assert room.twilio.texts == []
    assert room.progress(id).waiting == 3
    room.move(id, Status.GOING)
    room.minute()
    room.minute()
    assert len(room.twilio.texts) == 3
    assert room.found(id).status is Status.FINISHED


def test_cancelled_takes_back_what_has_not_gone(room: Room) -> None:
    for _ in range(AT_ONCE + 5):
        room.resident()
    id = room.broadcast()
    room.sending.go_on(room.now)
    first = min(room.outbox.due(room.now))
    room.outbox.deliver(first, room.now)
    room.move(id, Status.CANCELED)
    room.minute()
    seen = room.progress(id)
    assert len(room.twilio.texts) == 1
    assert (seen.sent, seen.left_out) == (1, {Reason.CANCELED: AT_ONCE - 1})
    assert room.found(id).status is Status.CANCELED


def test_a_reply_never_waits_behind_a_broadcast_that_is_paused(room: Room) -> None:
    one, id = room.resident(), room.broadcast()
    room.sending.go_on(room.now)
    with room.db.begin() as conn:
        broadcasts.move(conn, id, room.found(id).version, Status.PAUSED, user_id=room.lead, now_ms=room.now)
    one.queue("An answer to her", room.now)
    room.outbox.sweep(room.now)
    assert room.twilio.texts == ["An answer to her"]


def test_two_workers_send_one_text_each(room: Room) -> None:
    for _ in range(12):
        room.resident()
    id = room.broadcast()
    begun = threading.Barrier(2)

    def work() -> None:
        begun.wait()
        for _ in range(2):
            room.sending.go_on(room.now)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with room.db.read() as conn:
        texts = conn.scalars(select(outbound.c.contact_id)).all()
    assert sorted(texts) == sorted(set(texts))
    assert len(texts) == 12
    assert room.progress(id).people == 12


def test_two_leads_who_confirm_at_once_send_it_once(room: Room) -> None:
    """The second is told that somebody was quicker; and two workers begin it at the same moment."""
    for _ in range(5):
        room.resident()
    with room.db.begin() as conn:
        id = broadcasts.begin(conn, "Clinic", simulated=False, user_id=room.lead, now_ms=room.now)
        broadcasts.write(conn, id, 1, {"texts": TEXTS}, user_id=room.lead, now_ms=room.now)
        broadcasts.ask(conn, id, 2, people=5, user_id=room.lead, now_ms=room.now)
    begun = threading.Barrier(2)

    def press() -> str:
        begun.wait()
        try:
            with room.db.begin() as conn:
                broadcasts.confirm(conn, id, 3, people=5, others=True, user_id=room.other, now_ms=room.now)
        except Stale:
            return "too late"
        finally:
            room.sending.go_on(room.now)
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        pressed = [one.result() for one in [pool.submit(press) for _ in range(2)]]
    assert sorted(pressed) == ["confirmed", "too late"]
    room.minute()
    assert len(room.twilio.texts) == 5
    with room.db.read() as conn:
        events = conn.scalars(select(audit_table.c.event)).all()
    assert events.count("broadcast_confirmed") == 1


@pytest.mark.parametrize("taken", [True, False], ids=["Twilio has it", "Twilio never got it"])
@pytest.mark.parametrize("paused", [True, False], ids=["paused meanwhile", "going on"])
def test_a_worker_that_was_killed_while_sending_leaves_her_with_one_text(room: Room, taken: bool, paused: bool) -> None:
    room.resident()
    id = room.broadcast()
    room.sending.go_on(room.now)
    room.twilio.faults.append(Fault(close=True, taken=taken))
    room.outbox.sweep(room.now)
    if paused:
        room.move(id, Status.PAUSED)
    for _ in range(5):
        room.now += 60_000
        room.minute()
    assert len(room.twilio.texts) == (1 if taken or not paused else 0)
    if paused:
        room.move(id, Status.GOING)
    for _ in range(5):
        room.now += 60_000
        room.minute()
    assert len(room.twilio.texts) == 1
    seen = room.progress(id)
    assert (seen.sent, seen.failed, seen.waiting) == (1, 0, 0)
    assert room.found(id).status is Status.FINISHED


def test_one_that_is_cancelled_while_it_is_tried_again_does_not_go(room: Room) -> None:
    room.resident()
    id = room.broadcast()
    room.sending.go_on(room.now)
    room.twilio.faults.append(too_many(600))
    room.outbox.sweep(room.now)
    room.move(id, Status.CANCELED)
    room.now += HOUR
    room.minute()
    assert room.twilio.texts == []
    assert room.progress(id).left_out == {Reason.CANCELED: 1}


def test_one_that_is_tried_again_still_goes_by_day_and_by_consent_only(room: Room) -> None:
    """Somebody on the desk has a text sent again that did not arrive, after all the others went: at night."""
    first, second = room.resident(), room.resident()
    id = room.broadcast()
    room.minute()
    room.minute()
    assert room.found(id).status is Status.FINISHED
    room.now = NIGHTS[0][2]
    for one in (first, second):
        with room.db.begin() as conn:
            conn.execute(update(outbound).where(outbound.c.contact_id == one.id).values(status="failed"))
            messages.retry(conn, one.row().id, room.now)
    room.outbox.sweep(room.now)
    room.takes_back(second)
    assert len(room.twilio.texts) == 2
    room.now = NIGHTS[0][3]
    room.outbox.sweep(room.now)
    assert len(room.twilio.texts) == 3
    assert second.statuses() == []


def test_a_reply_goes_before_news_that_was_there_first(room: Room) -> None:
    one = room.resident()
    room.broadcast()
    room.sending.go_on(room.now)
    one.queue("An answer to her", room.now)
    room.outbox.sweep(room.now)
    assert [text.partition("\n")[0] for text in room.twilio.texts] == ["An answer to her", TEXTS["en"]]


WORDS = {
    "a bare link": "https://example.org/clinic?from=sms&x=[1]",
    "an emoji": "New clinic \N{FACE WITH TEARS OF JOY} \N{FAMILY}\N{ZERO WIDTH JOINER}\N{GIRL}",
    "a curly apostrophe": "It\u2019s open",
    "many signs that cost two": "[" * 70,
    "longer than three segments": "The clinic is open. " * 22,
}


@pytest.mark.parametrize("language", ["en", "pl", "ur", "bn"])
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_it_was_said_to_cost_is_what_goes(room: Room, words: str, language: str) -> None:
    """The preview measures the very text that leaves: with its last line, and the marks between two directions."""
    one = room.resident(language=language)
    room.broadcast({"en": "Hello", language: words})
    room.minute()
    size = room.sending.size(words, language)
    assert (one.row().encoding, one.row().segments) == (size.encoding, size.segments)
    assert room.twilio.texts == [room.sending.whole(words, language)]


# 2026: 24 October 20:59 UTC is 21:59 in London, still summer time; 25 October 08:59 UTC is 08:59, winter.
NIGHTS = [
    (
        "a summer's evening",
        1_780_430_340_000,
        1_780_430_400_000,
        1_780_473_600_000,
    ),  # 2 June, 20:59 / 21:00 / 3 June, 09:00
    ("the night in which summer time ends", 1_792_871_940_000, 1_792_872_000_000, 1_792_918_800_000),
]


@pytest.mark.parametrize(("which", "last", "first_quiet", "morning"), NIGHTS, ids=[night[0] for night in NIGHTS])
def test_nothing_goes_at_night(room: Room, which: str, last: int, first_quiet: int, morning: int) -> None:
    """What is in line at nine is put back, and goes at nine in the morning, by the clock on the wall."""
    room.now = last
    room.resident()
    id = room.broadcast()
    room.sending.go_on(last)
    room.outbox.sweep(first_quiet)
    room.sending.go_on(first_quiet)
    room.sending.go_on(morning - 1)
    assert room.twilio.texts == []
    assert room.progress(id).waiting == 1
    room.sending.go_on(morning)
    room.outbox.sweep(morning)
    assert len(room.twilio.texts) == 1


def test_not_before_its_time(room: Room) -> None:
    room.resident()
    id = room.broadcast(send_at=room.now + HOUR)
    room.minute()
    assert room.found(id).status is Status.CONFIRMED
    room.now += HOUR
    room.minute()
    assert len(room.twilio.texts) == 1


def test_by_whatsapp_who_was_silent_for_a_day_is_left_out_and_counted(room: Room) -> None:
    room.resident(channel="whatsapp")
    room.resident(channel="whatsapp", last_inbound_at=room.now - DAY)
    id = room.broadcast()
    room.minute()
    assert len(room.twilio.texts) == 1
    assert room.progress(id).left_out == {Reason.WINDOW: 1}


def test_who_is_in_the_middle_of_something_gets_it_later(room: Room) -> None:
    room.resident(at_flow="share-story")
    id = room.broadcast()
    room.minute()
    assert room.twilio.texts == []
    room.now += HOUR
    room.minute()
    assert len(room.twilio.texts) == 1
    room.minute()
    assert room.found(id).status is Status.FINISHED


def test_who_was_erased_meanwhile_gets_nothing_and_leaves_no_trace(room: Room) -> None:
    one, id = room.resident(), room.broadcast()
    room.sending.go_on(room.now)
    with room.db.begin() as conn:
        contacts.erase(conn, one.id, room.now, "resident", receipt_follows=True)
    room.minute()
    assert room.twilio.texts == []
    assert room.progress(id).left_out == {Reason.GONE: 1}
    with room.db.read() as conn:
        assert conn.scalars(select(broadcast_person.c.contact_id)).all() == [None]
        assert conn.scalars(select(consent.c.id)).all() == []


def test_a_thousand_people(room: Room) -> None:
    with room.db.begin() as conn:
        rows = [
            {
                "lookup": f"{number:064d}", "channel": "sms", "address_enc": room.db.vault.seal(f"+4477{number:08d}"),
                "pseudonym": f"Hare {number}", "created_at": room.now, "language": ("en", "ur")[number % 2],
                "simulated": False, "status": "active", "session_stamp": 0,
            }
            for number in range(1000)
        ]  # fmt: skip
        conn.execute(insert(contact), rows)
        ids = conn.scalars(select(contact.c.id)).all()
        given = {"purpose": "news", "state": "given", "how": "flow", "language": "en", "at": room.now}
        conn.execute(insert(consent), [{**given, "contact_id": id} for id in ids])
    id = room.broadcast()
    while room.found(id).status is not Status.FINISHED:
        room.now += 60_000
        room.minute()
    assert len(room.twilio.texts) == 1000
    seen = room.progress(id)
    assert (seen.people, seen.sent, seen.waiting, seen.left_out) == (1000, 1000, 0, {})


def test_the_one_who_asked_cannot_confirm_while_there_is_another_lead(room: Room) -> None:
    """With nobody else there, ten minutes must pass."""
    with room.db.begin() as conn:
        id = broadcasts.begin(conn, "Clinic", simulated=False, user_id=room.lead, now_ms=room.now)
        broadcasts.ask(conn, id, 1, people=0, user_id=room.lead, now_ms=room.now)

    def confirm(others: bool, at: int) -> None:
        with room.db.begin() as conn:
            broadcasts.confirm(conn, id, 2, people=0, others=others, user_id=room.lead, now_ms=at)

    for others, later in ((True, DAY), (False, ALONE_WAITS_MS - 1)):
        with pytest.raises(NotYours):
            confirm(others, room.now + later)
    confirm(False, room.now + ALONE_WAITS_MS)
    assert room.found(id).status is Status.CONFIRMED


def test_what_was_confirmed_cannot_be_changed(room: Room) -> None:
    id = room.broadcast()
    with pytest.raises(Stale), room.db.begin() as conn:
        broadcasts.write(conn, id, 4, {"texts": {}}, user_id=room.lead, now_ms=room.now)
    with pytest.raises(Stale), room.db.begin() as conn:
        broadcasts.move(conn, id, 4, Status.GOING, user_id=room.lead, now_ms=room.now)


def test_the_newest_answer_is_in_force_and_every_one_is_kept(room: Room) -> None:
    one = room.resident()
    room.takes_back(one)
    with room.db.begin() as conn:
        assert consents.in_force(conn, one.id) == []
        assert not consents.keep(conn, one.id, Said("news", False, "stop", "en"), room.now)
        assert consents.keep(conn, one.id, Said("news", True, "flow", "en"), room.now)
        assert consents.in_force(conn, one.id) == ["news"]
        assert [row.state for row in conn.execute(select(consent).order_by(consent.c.id))] == [
            "given",
            "withdrawn",
            "given",
        ]


def test_every_step_of_it_is_in_the_audit_log(room: Room) -> None:
    room.resident()
    room.broadcast()
    room.minute()
    room.minute()
    with room.db.read() as conn:
        events = conn.scalars(select(audit_table.c.event).order_by(audit_table.c.id)).all()
        assert audit.verify(conn) is None
    assert events == ["broadcast_begun", "broadcast_asked", "broadcast_confirmed", "broadcast_finished"]
