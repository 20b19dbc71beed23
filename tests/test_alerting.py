"""Somebody may be in danger: the named lead is told at once, then the stand-in, then everyone. Once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import SMTP

import pytest
from sqlalchemy import select

from bot.background.staff_words import StaffWords
from bot.channel.errors import MAIL_AWAY, MAIL_REFUSED, MAIL_SETUP
from bot.channel.mail import Mailer
from bot.channel.sender import Refused
from bot.language.catalogue import Catalogues
from bot.language.segments import measure
from bot.store import actions, contacts
from bot.store.database import Database
from bot.store.notices import NoticeStatus, Way
from bot.store.schema import alert, alert_action, alert_notice, audit, user
from bot.store.schema import contact as contact_table
from bot.story.rota import Rung
from bot.story.safeguarding import Action, Outcome
from tests.alert_room import DESK, LOCALES, MINUTE, PHONES, WORDS, Room, email, open_room
from tests.stand_in.mail import MailStandIn
from tests.stand_in.twilio import Fault, broken, refusal
from tests.store import rows
from tests.store.together import run_together


@pytest.fixture
def room(db: Database, now: int) -> Iterator[Room]:
    with open_room(db, now) as opened:
        yield opened


def london(day: int, hour: int, minute: int = 0, *, month: int = 10, year: int = 2026) -> int:
    """A moment given in UTC."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def test_the_lead_on_call_is_told_at_once_by_text_and_e_mail(room: Room) -> None:
    id = room.alert()
    room.work()
    assert room.steps(id) == [Rung.LEAD]
    assert [message.to for message in room.twilio.messages] == [PHONES["Ruth"]]
    assert [who for who, _ in room.mail.mails] == [email("Ruth")]
    assert {(one.way, one.status) for one in room.told(id)} == {
        (Way.SMS, NoticeStatus.SENT),
        (Way.EMAIL, NoticeStatus.SENT),
    }


def test_neither_says_anything_of_who_wrote_or_what(room: Room) -> None:
    id = room.alert()
    room.work()
    (mail,) = room.mail.to(email("Ruth"))
    assert room.twilio.texts == [f"Someone may be in danger. Open the desk: {DESK}/desk/alerts/{id} (A{id})"]
    assert mail["Subject"] == f"Someone may be in danger (A{id})"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().strip() == room.twilio.texts[0]
    assert rows.SAID not in mail.as_string()
    longest = StaffWords(Catalogues(LOCALES, ("en",)), "https://champions.longish-name.example.org").alert(
        10**6, 3, "en"
    )
    assert measure(longest).segments == 1


def test_each_is_told_in_the_language_she_reads_the_desk_in(room: Room) -> None:
    room.reads("Ruth", "pl")
    id = room.alert()
    room.work()
    room.work(15)
    (mail,) = room.mail.to(email("Ruth"))
    polish, english = room.twilio.texts
    assert polish == WORDS.alert(id, 1, "pl") != WORDS.alert(id, 1, "en")
    assert mail["Subject"] == WORDS.alert_subject(id, "pl") != WORDS.alert_subject(id, "en")
    assert english == WORDS.alert(id, 2, "en")
    assert f"{DESK}/desk/alerts/{id}" in polish


def test_while_the_lead_is_away_the_stand_in_is_told_and_she_is_again_when_she_is_back(room: Room) -> None:
    room.away("Ruth", days=2)
    first = room.alert()
    room.work()
    assert (room.steps(first), room.texted()) == ([Rung.STANDIN], ["Sam"])
    room.work(15)
    assert sorted(room.texted()) == ["Lena", "Sam", "Sam"]
    room.work(2 * 24 * 60)
    second = room.alert()
    room.work()
    assert (room.steps(second), room.texted()[3:]) == ([Rung.LEAD], ["Ruth"])


def test_when_all_are_away_everyone_is_told_rather_than_nobody(room: Room) -> None:
    for name in PHONES:
        room.away(name, days=1)
    id = room.alert()
    room.work()
    assert room.steps(id) == [Rung.EVERYONE]
    assert sorted(room.texted()) == ["Lena", "Ruth", "Sam"]


def test_after_a_quarter_of_an_hour_the_stand_in_then_everyone_and_then_nobody_again(room: Room) -> None:
    id = room.alert()
    room.work()
    room.work(14)
    assert room.steps(id) == [Rung.LEAD]
    room.work(1)
    room.work(15)
    room.work(15)
    room.work(600)
    assert room.steps(id) == [Rung.LEAD, Rung.STANDIN, Rung.EVERYONE]
    assert sorted(room.texted()) == sorted(["Ruth", "Sam", "Ruth", "Sam", "Lena"])
    assert "Nobody has taken this on yet." in room.twilio.texts[1]


def test_who_takes_it_on_just_before_stops_the_clock(room: Room) -> None:
    id = room.alert()
    room.work()
    room.now += 15 * MINUTE - 1
    room.take_on(id)
    room.work(1)
    room.work(60)
    assert room.steps(id) == [Rung.LEAD]
    assert room.texted() == ["Ruth"]


def test_a_text_that_waits_is_not_sent_once_somebody_has_taken_it_on(room: Room) -> None:
    id = room.alert()
    room.twilio.faults.append(broken())
    room.work()
    room.take_on(id)
    room.work(5)
    assert room.texted() == []
    assert {one.status for one in room.told(id) if one.way is Way.SMS} == {NoticeStatus.NOT_NEEDED}


def test_two_workers_take_each_step_once_and_send_each_text_once(room: Room) -> None:
    ids = [room.alert() for _ in range(3)]
    workers = [room.worker(), room.worker()]
    for _ in range(3):
        run_together([worker.work for worker in workers])
        room.now += 15 * MINUTE
    assert [room.steps(id) for id in ids] == [[Rung.LEAD, Rung.STANDIN, Rung.EVERYONE]] * 3
    assert room.count_steps() == 9
    assert sorted(room.texted()) == sorted(["Ruth", "Sam", "Ruth", "Sam", "Lena"] * 3)
    assert len(room.mail.mails) == 15


def test_a_restart_in_between_loses_no_step(room: Room) -> None:
    id = room.alert()
    room.worker().step_due()  # it died before anything went
    room.work(1)
    assert room.texted() == ["Ruth"]
    room.now += 14 * MINUTE
    room.worker().work()
    assert room.steps(id) == [Rung.LEAD, Rung.STANDIN]


def test_a_worker_that_died_with_a_text_on_its_way_has_it_asked_about_not_sent_again(room: Room) -> None:
    id = room.alert()
    room.twilio.faults.append(Fault(close=True, taken=True))
    room.work()
    assert {one.status for one in room.told(id) if one.way is Way.SMS} == {NoticeStatus.UNSURE}
    room.work(2)
    assert room.texted() == ["Ruth"]
    assert {one.status for one in room.told(id) if one.way is Way.SMS} == {NoticeStatus.SENT}


def test_a_text_that_twilio_surely_has_not_goes_anew(room: Room) -> None:
    room.alert()
    room.twilio.faults.append(Fault(close=True, taken=False))
    room.work()
    room.work(2)
    assert room.texted() == ["Ruth"]


def test_whom_neither_text_nor_e_mail_can_reach_is_not_waited_for(room: Room) -> None:
    """She has texted STOP to our number, and her address is refused: the stand-in is told in the same minute."""
    room.mail.answers["RCPT"] = "550 No such user"
    room.twilio.faults.append(refusal(21610))
    id = room.alert()
    room.work()
    assert room.steps(id) == [Rung.LEAD, Rung.STANDIN]
    assert room.texted() == ["Sam"]
    assert {one.error_code for one in room.told(id) if one.step == 1} == {"21610", MAIL_REFUSED}


def test_a_text_that_does_not_arrive_is_noticed(room: Room) -> None:
    room.add("Ruth", mail="")
    id = room.alert()
    room.work()
    (message,) = room.twilio.messages
    message.status, message.error_code = "undelivered", 30005
    room.work(1)
    assert room.told(id)[0].status is NoticeStatus.FAILED
    assert room.steps(id) == [Rung.LEAD, Rung.STANDIN]


def test_one_that_arrived_says_so(room: Room) -> None:
    id = room.alert()
    room.work()
    room.twilio.messages[0].status = "delivered"
    room.work(1)
    assert {one.status for one in room.told(id) if one.way is Way.SMS} == {NoticeStatus.ARRIVED}


def test_while_the_e_mail_server_is_away_the_text_goes_and_the_e_mail_follows(room: Room) -> None:
    room.mail.answers["CONNECT"] = "421 closed for a moment"
    id = room.alert()
    room.work()
    assert room.texted() == ["Ruth"]
    assert {one.error_code for one in room.told(id) if one.way is Way.EMAIL} == {MAIL_AWAY}
    room.mail.answers.clear()
    room.work(3)
    assert len(room.mail.to(email("Ruth"))) == 1


def test_without_twilio_and_e_mail_the_clock_goes_on_on_the_desk(room: Room) -> None:
    id = room.alert()
    bare = room.worker(sms=False, mail=False)
    for _ in range(3):
        bare.work()
        room.now += 15 * MINUTE
    assert room.steps(id) == [Rung.LEAD, Rung.STANDIN, Rung.EVERYONE]
    assert room.told(id) == []


def test_about_a_practice_alert_nobody_is_texted(room: Room) -> None:
    id = room.alert(simulated=True)
    room.work()
    assert room.steps(id) == [Rung.LEAD]
    assert (room.texted(), room.mail.mails) == ([], [])


def test_out_of_hours_the_stand_in_is_the_first(room: Room) -> None:
    room.now = london(5, 20)  # a Monday evening
    id = room.alert()
    room.work()
    assert room.steps(id) == [Rung.STANDIN]
    room.work(15)
    assert room.steps(id) == [Rung.STANDIN, Rung.EVERYONE]


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (london(24, 7, 59), Rung.STANDIN),  # Saturday, summer time: 08:59 in London
        (london(24, 8, 0), Rung.LEAD),  # 09:00
        (london(25, 0, 30), Rung.STANDIN),  # the clocks go back in this night: 01:30 the first time
        (london(25, 1, 30), Rung.STANDIN),  # and the second time
        (london(25, 8, 0), Rung.STANDIN),  # Sunday, winter time: 08:00
        (london(25, 9, 0), Rung.LEAD),
        (london(29, 8, 0, month=3), Rung.LEAD),  # the clocks went forward in this night: 09:00
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall_also_when_it_changes(room: Room, at: int, first: Rung) -> None:
    room.now = at
    id = room.alert()
    room.work()
    assert room.steps(id) == [first]


def test_the_clock_of_an_alert_runs_through_the_change_of_the_hour(room: Room) -> None:
    """At 01:50 before the clocks go back to 01:00 the next people are still told after fifteen minutes."""
    room.now = london(25, 0, 50)
    id = room.alert()
    room.work()
    room.work(15)
    assert room.steps(id) == [Rung.STANDIN, Rung.EVERYONE]


def test_who_may_not_sign_in_any_more_is_not_told(room: Room) -> None:
    room.leaves("Ruth")
    id = room.alert()
    room.work()
    assert room.steps(id) == [Rung.STANDIN]


def test_with_an_empty_rota_it_is_said_once_and_who_joins_is_told(db: Database, now: int) -> None:
    with open_room(db, now) as room:
        for name in PHONES:
            room.leaves(name)
        id = room.alert()
        room.work()
        room.work(15)
        assert room.steps(id) == [Rung.NOBODY]
        room.ids.pop("Lena")
        room.ids["Lena"] = _newcomer(room)
        room.add("Lena")
        room.work(15)
        assert room.steps(id) == [Rung.NOBODY, Rung.EVERYONE]
        assert room.texted() == ["Lena"]


def test_an_alert_that_stood_there_before_there_was_a_clock_rings_nobody_up(room: Room) -> None:
    id = room.alert(step_due_at=None)
    room.work()
    assert room.steps(id) == []


def test_numbers_and_addresses_are_sealed_and_no_contact_is_made_of_them(room: Room) -> None:
    room.alert()
    room.work()
    with room.db.read() as conn:
        assert conn.execute(select(contact_table)).all() == []
        kept = str(conn.execute(select(alert_notice)).all()) + str(conn.execute(select(audit)).all())
    assert PHONES["Ruth"] not in kept
    assert email("Ruth") not in kept


def test_what_was_done_goes_with_her_words_when_she_erases_herself(room: Room) -> None:
    with room.db.begin() as conn:
        who = rows.resident(conn, room.db.vault, room.now)
        id = rows.alert(conn, room.db.vault, room.now, who)
        actions.add(
            conn,
            room.db.vault,
            alert_id=id,
            what=Action.RANG,
            note="Zebunnisa is with her aunt",
            outcome=Outcome.SAFE,
            user_id=room.ids["Ruth"],
            now_ms=room.now,
        )
        contacts.erase(conn, who, room.now, "resident")
    with room.db.read() as conn:
        row = conn.execute(select(alert_action)).one()
        assert (row.note_enc, row.outcome) == (None, "safe")
        assert conn.scalar(select(alert.c.id)) == id


def test_the_password_of_the_e_mail_server_is_used_and_a_wrong_one_is_our_own_trouble() -> None:
    with MailStandIn(password="p%40ss") as server:
        mailer = Mailer(server.url, "bot@example.org")
        mailer.send("ruth@example.org", "Hello", "Words", "key-1")
        assert server.mails[0][1]["Message-ID"] == "<key-1@example.org>"
        server.answers["AUTH"] = "535 no"
        with pytest.raises(Refused, match=MAIL_SETUP):
            mailer.send("ruth@example.org", "Hello", "Words", "key-2")


def test_a_long_address_for_stopping_stands_in_its_header_as_it_is() -> None:
    """In pieces (=?utf-8?q?...) no mail program would find it."""
    link = f"<https://champions.{'long' * 15}.example.org/mails/stop/{'token' * 10}>"
    with MailStandIn() as server:
        sender = f"bot@{'long' * 15}.example.org"
        Mailer(server.url, sender).send("ruth@example.org", "Zażółć", "Words", "key", {"List-Unsubscribe": link})
        sent = server.mails[0][1].as_bytes(policy=SMTP.clone(max_line_length=998)).decode()
    assert f"List-Unsubscribe: {link}\r\n" in sent
    assert f"Message-ID: <key@{sender.partition('@')[2]}>\r\n" in sent


def test_a_password_goes_over_no_open_line_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with MailStandIn(password="secret") as server:
        monkeypatch.setattr("bot.channel.mail.LOOPBACK", frozenset())
        with pytest.raises(Refused, match=MAIL_SETUP):
            Mailer(server.url, "bot@example.org").send("ruth@example.org", "Hello", "Words", "key")
        assert server.mails == []


def _newcomer(room: Room) -> int:
    with room.db.begin() as conn:
        return rows.put(conn, user, email="new@desk.example.org", name="New", fs_uniquifier="new", languages=[])
