"""WhatsApp's buttons and templates when things go wrong: no text is lost, doubled or out of order for want of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.channel.content import with_buttons
from bot.channel.errors import UNAPPROVED
from bot.channel.message import Channel, Outbound
from bot.channel.twilio import TwilioSender
from bot.flow.phrasebook import phrasebook
from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.line import DAY, HOUR, MINUTE, SECOND
from bot.outbox import Outbox
from bot.settings import SHIPPED
from bot.store import pauses, templates, window
from bot.store.broadcasts import Reason
from bot.store.database import Database
from bot.store.schema import broadcast_person, content
from bot.store.shelf import read_folder
from bot.store.templates import State
from bot.values import KNOWN_LANGUAGES
from tests.broadcast_room import in_line
from tests.outgoing_people import Person, person
from tests.stand_in.content import ContentFault, check_content, check_variables
from tests.stand_in.twilio import Fault, refusal
from tests.whatsapp_people import LATE, MENU, NUMBER, QUESTION, House, ask, on_sms, running_house, sender_of


@pytest.fixture
def house(db: Database, now: int) -> Iterator[House]:
    with running_house(db, now) as house:
        yield house


@pytest.fixture
def hodan(db: Database, now: int) -> Person:
    """A resident on WhatsApp."""
    return person(db, now, NUMBER, channel="whatsapp")


def kept(db: Database) -> list[str]:
    with db.read() as conn:
        return list(conn.scalars(select(content.c.sid)))


# ---- the Content API


def test_two_workers_that_make_the_same_content_at_once_both_send_it_and_one_is_kept(
    house: House, db: Database, now: int
) -> None:
    people = [person(db, now, f"+4477009001{n}", channel="whatsapp") for n in range(30, 34)]
    house.contents.faults.extend([ContentFault(wait=0.3)] * 4)
    for someone in people:
        ask(someone, QUESTION, now)
    workers: list[TwilioSender] = [sender_of(db, house.twilio, now) for _ in people]
    threads = [
        threading.Thread(target=Outbox(db, {"whatsapp": worker}).deliver, args=(someone.id, now))
        for worker, someone in zip(workers, people, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (sid,) = kept(db)
    assert house.twilio.texts == ["Is it open?"] * 4
    assert {made.sid for made in house.twilio.sent_with.values()} == {sid}


def test_a_content_that_came_too_late_serves_the_next_question(
    house: House, hodan: Person, db: Database, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel.buttons.PATIENCE_SECONDS", 0.1)
    house.contents.faults.append(ContentFault(wait=0.4))
    ask(hodan, QUESTION, now)
    house.outbox.deliver(hodan.id, now)
    deadline = time.monotonic() + 5
    while not kept(db) and time.monotonic() < deadline:
        time.sleep(0.02)
    ask(hodan, QUESTION, now)
    house.outbox.deliver(hodan.id, now)
    assert house.twilio.texts == [QUESTION.text, "Is it open?"]
    assert house.contents.calls == ["POST /v1/Content"]


def test_danger_does_not_wait_for_a_button(house: House, hodan: Person, now: int) -> None:
    ask(hodan, QUESTION, now, kind="danger")
    house.outbox.deliver(hodan.id, now)
    assert house.twilio.texts == [QUESTION.text]
    assert house.contents.calls == []


@pytest.mark.parametrize(("code", "forgotten"), [(21655, True), (63013, False), (99999, False)])
def test_a_content_that_is_refused_rests_alone_and_the_others_keep_their_buttons(
    house: House, hodan: Person, db: Database, now: int, code: int, forgotten: bool
) -> None:
    house.twilio.content_faults.append(code)
    for question in (QUESTION, QUESTION, MENU):
        ask(hodan, question, now)
    assert house.outbox.deliver(hodan.id, now) == 3
    assert house.twilio.texts == [QUESTION.text, QUESTION.text, "Which?"]
    assert len(kept(db)) == (1 if forgotten else 2)


def test_when_content_and_numbers_are_both_refused_the_text_waits_as_any_other(
    house: House, hodan: Person, now: int
) -> None:
    house.twilio.content_faults.append(21655)
    house.twilio.faults.extend([Fault(), refusal(20429, 429)])
    ask(hodan, QUESTION, now)
    ask(hodan, Outbound("Second"), now)
    assert house.outbox.deliver(hodan.id, now) == 0
    assert hodan.rows()[0].error_code == "20429"
    assert house.outbox.deliver(hodan.id, now + MINUTE) == 2
    assert house.twilio.texts == [QUESTION.text, "Second"]


def test_a_database_that_cannot_keep_the_content_does_not_keep_the_question(
    house: House, hodan: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*said: object) -> str:
        raise OSError("The disk is full.")

    monkeypatch.setattr("bot.store.contents.ContentShelf.keep", away)
    ask(hodan, QUESTION, now)
    assert house.outbox.deliver(hodan.id, now) == 1
    assert house.twilio.texts == [QUESTION.text]


def test_the_end_of_a_long_text_does_not_say_its_beginning_again(house: House, hodan: Person, now: int) -> None:
    prompt = "\n".join(f"Line {n} " + "of what we know about it " * 6 for n in range(6))
    options = tuple((f"ask.{n}", f"Place {n} - " + "what it is " * 6) for n in range(1, 11))
    lines = "\n".join(f"{n}. {label}" for n, (_, label) in enumerate(options, 1))
    ask(hodan, Outbound(f"{prompt}\n{lines}", prompt, options), now)
    assert with_buttons(prompt, options, "en", "Choose here") is not None
    house.outbox.deliver(hodan.id, now)
    assert "".join("".join(house.twilio.texts).split()) == "".join(f"{prompt}\n{lines}".split())


def test_a_username_gets_buttons_and_no_sms(house: House, db: Database, now: int) -> None:
    hidden = person(db, now, "US.1234567890123", channel="whatsapp")
    ask(hidden, QUESTION, now)
    house.outbox.deliver(hidden.id, now)
    ask(hidden, Outbound("I found a place."), now + LATE, kind="champion")
    house.outbox.deliver(hidden.id, now + LATE)
    assert [message.to for message in house.twilio.messages] == ["whatsapp:US.1234567890123"]
    assert len(house.twilio.sent_with) == 1
    assert hidden.rows()[1].error_code == "63016"


# ---- options as they are shipped


@pytest.mark.parametrize("language", ["en", "pl", "ur", "bn"])
def test_every_shipped_question_has_buttons_that_twilio_takes_or_goes_with_numbers(
    language: str,
) -> None:
    flows = read_folder(SHIPPED / "flows", demo=True).flows
    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    book = phrasebook(catalogues, "Community Champions")
    opens = catalogues.text(phrases.OPEN_LIST, language)
    assert 0 < len(opens) <= 20
    with_them = 0
    for flow in flows.flows.values():
        for step in flow.steps:
            options = book.labels(step.name, step.options, language) if step.options else ()
            filled = with_buttons("?", options, language, opens)
            if filled:
                check_content(filled.content.document())
                check_variables(filled.variables)
                with_them += 1
            too_long = any(len(label) > 24 + 3 + 72 for _, label in options)
            assert not (filled and too_long), (flow.name, step.name)
    assert with_them > 3


def test_an_urdu_list_over_the_limits_of_a_title_goes_whole_with_numbers(house: House, hodan: Person, now: int) -> None:
    labels = ("ڈاکٹر یا جی پی کے پاس رجسٹر ہونا چاہتا ہوں", "کھانا", "گھر", "پیسے")
    options = tuple((f"ask.{n}", label) for n, label in enumerate(labels, 1))
    lines = "\n".join(f"{n}. {label}" for n, label in enumerate(labels, 1))
    ask(hodan, Outbound(f"آپ کو کیا چاہیے؟\n{lines}", "آپ کو کیا چاہیے؟", options), now, language="ur")
    house.outbox.deliver(hodan.id, now)
    assert all(label in house.twilio.texts[0] for label in labels)
    assert house.contents.calls == []


# ---- bulk


def test_news_for_whom_the_window_closed_while_it_waited_is_left_out_and_nobody_is_asked_to_write_back(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    house.approve(now)
    in_line(db, [hodan], "News for you.", now)
    assert house.outbox.deliver(hodan.id, now + LATE) == 0
    assert hodan.rows() == []
    with db.read() as conn:
        assert conn.scalar(select(broadcast_person.c.reason)) == Reason.WINDOW


@pytest.mark.parametrize(
    ("what", "channel", "wrote_ago", "needs"),
    [
        ("a minute ago", Channel.WHATSAPP, MINUTE, False),
        ("24 hours ago, to the millisecond", Channel.WHATSAPP, DAY, True),
        ("never", Channel.WHATSAPP, None, True),
        ("never, by SMS", Channel.SMS, None, False),
    ],
)
def test_who_needs_a_template_is_known_before(
    what: str, channel: Channel, wrote_ago: int | None, needs: bool, now: int
) -> None:
    wrote = None if wrote_ago is None else now - wrote_ago
    assert window.needs_template(channel, wrote, now) is needs, what


# ---- templates and the other way round by SMS


def test_a_template_that_is_refused_leaves_what_is_held_where_it_was(house: House, hodan: Person, now: int) -> None:
    house.approve(now)
    house.twilio.content_faults.extend([63016] * 3)
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 0
    held, asked = hodan.rows()
    assert (held.status, held.error_code) == ("waiting", "63016")
    assert (asked.status, asked.error_code) == ("failed", UNAPPROVED)
    hodan.write(now + LATE + HOUR)
    assert house.outbox.deliver(hodan.id, now + LATE + HOUR) == 1
    assert house.twilio.texts == ["I found a place."]


def test_a_template_that_whatsapp_has_taken_back_is_not_sent(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    house.approve(now)
    with db.begin() as conn:
        (found,) = templates.every(conn)
        templates.note(conn, found.id, State.REJECTED, "It sounds like advertising.", now)
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 0
    assert house.twilio.requests == 0
    assert hodan.statuses() == ["waiting"]


def test_what_goes_by_sms_instead_waits_while_sms_is_paused(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    on_sms(db, now)
    with db.begin() as conn:
        pauses.begin(conn, Channel.SMS, "20003", now + LATE)
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 0
    back = house.outbox.next_try(hodan.id)
    assert back is not None
    assert back > now + LATE + 30 * SECOND
    assert house.outbox.deliver(hodan.id, back) == 1
    assert (house.twilio.messages[0].to, hodan.row().by_sms) == (NUMBER, True)


def test_a_wrong_sms_account_pauses_sms_and_not_whatsapp(house: House, hodan: Person, db: Database, now: int) -> None:
    on_sms(db, now)
    house.twilio.faults.append(refusal(21606))
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    house.outbox.deliver(hodan.id, now + LATE)
    with db.read() as conn:
        assert [one.channel for one in pauses.everywhere(conn)] == [Channel.SMS]


def test_two_workers_ask_her_to_write_back_once(house: House, hodan: Person, db: Database, now: int) -> None:
    house.approve(now)
    for n in range(4):
        ask(hodan, Outbound(f"Text {n}"), now + LATE, kind="champion")
    threads = [threading.Thread(target=house.outbox.deliver, args=(hodan.id, now + LATE)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.twilio.texts == ["Hello. Write any word to us."]
    hodan.write(now + LATE + HOUR)
    house.outbox.deliver(hodan.id, now + LATE + HOUR)
    assert house.twilio.texts[1:] == [f"Text {n}" for n in range(4)]


def test_what_asks_her_to_write_back_comes_after_danger_and_before_all_else(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    house.approve(now)
    in_line(db, [hodan], "bulk", now)
    for kind in ("reply", "template", "danger"):
        ask(hodan, Outbound(kind, template=window.COMING_BACK if kind == "template" else ""), now, kind=kind)
    house.outbox.deliver(hodan.id, now)
    assert house.twilio.texts == ["danger", "Hello. Write any word to us.", "reply", "bulk"]
