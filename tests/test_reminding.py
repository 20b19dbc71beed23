"""A champion is e-mailed of what waits for her as she chose: once, however many workers there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.background.reminding import Post, Reminding
from bot.channel.mail import Mailer
from bot.channel.stop_link import StopLinks
from bot.store import reach, readings, reminders
from bot.store.database import Database
from bot.store.schema import audit, reminder, story, user
from bot.story.reminding import About, Pace, Wish
from bot.story.rota import day_of
from bot.web import users
from bot.web.waiting_for import what_waits
from tests.alert_room import DESK, MINUTE, WORDS, email
from tests.stand_in.mail import MailStandIn
from tests.store import rows
from tests.store.together import run_together

HOUR = 60 * MINUTE
DAILY, WEEKLY, AT_ONCE = Wish(Pace.DAILY, 12), Wish(Pace.WEEKLY, 12, 2), Wish(Pace.AT_ONCE)


@dataclass
class Office:
    """Amina reads Urdu and English, Piotr Polish and English. ``now`` is a Tuesday, 11:00 in London."""

    db: Database
    mail: MailStandIn
    now: int
    ids: dict[str, int] = field(default_factory=dict)
    made: int = 0

    def worker(self, url: str = "", *, mail: bool = True) -> Reminding:
        """One worker process's part."""
        mailer = Mailer(url or self.mail.url, "bot@example.org") if mail else None
        return Reminding(self.db, lambda: self.now, Post(mailer, WORDS, StopLinks("secret", DESK)), what_waits)

    def work(self, minutes: float = 0) -> int:
        """So much later, a worker looks."""
        self.now += int(minutes * MINUTE)
        return self.worker().work()

    def add(self, name: str, *languages: str, role: str = "champion") -> None:
        with self.db.begin() as conn:
            self.ids[name] = users.add(conn, email=email(name), name=name, roles=[role], languages=languages)

    def chooses(self, name: str, wish: Wish) -> None:
        with self.db.begin() as conn:
            reminders.choose(conn, self.ids[name], wish, self.now)

    def story(self, language: str = "ur", **more: Any) -> int:
        self.made += 1
        values = {"reference": f"ST{self.made:04d}", "language": language, **more}
        with self.db.begin() as conn:
            return rows.story(conn, self.db.vault, self.now, None, **values)

    def change(self, table: Any, id: int, **values: Any) -> None:
        with self.db.begin() as conn:
            conn.execute(update(table).where(table.c.id == id).values(**values))

    def to(self, name: str) -> list[Message]:
        return self.mail.to(email(name))

    def said(self, name: str) -> list[str]:
        """The words of each e-mail, as they are read."""
        found = [one.get_payload(decode=True) for one in self.to(name)]
        return [one.decode().replace("\r\n", "\n") for one in found if isinstance(one, bytes)]


@pytest.fixture
def office(db: Database, now: int) -> Iterator[Office]:
    with MailStandIn() as mail:
        made = Office(db, mail, now)
        made.add("Amina", "en", "ur")
        made.add("Piotr", "en", "pl")
        yield made


def test_once_a_day_at_her_hour_she_is_told_how_many_wait_in_which_language(office: Office) -> None:
    office.chooses("Amina", DAILY)
    for language in ("ur", "ur", "en", "pl"):
        office.story(language)
    office.work(59)
    assert office.to("Amina") == []
    office.work(1)
    (said,) = office.said("Amina")
    assert "Stories in Urdu: 2\nStories in English: 1\n" in said
    assert "Polish" not in said
    assert f"Open the desk: {DESK}/desk/\n" in said
    office.work(10)
    office.work(23 * 60)
    assert len(office.to("Amina")) == 1
    office.work(50)
    assert len(office.to("Amina")) == 2
    assert office.to("Piotr") == []


def test_it_says_nothing_of_anybody_and_nothing_that_was_said(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.work(60)
    (mail,) = office.to("Amina")
    for word in (rows.SAID, "Zebunnisa", "ST0001", rows.NUMBER, "calm-heron"):
        assert word not in mail.as_string() + office.said("Amina")[0]


def test_it_can_be_stopped_by_one_click_of_the_mail_program(office: Office) -> None:
    """RFC 8058: both headers, over https, and the same address in the words."""
    office.chooses("Amina", DAILY)
    office.story()
    office.work(60)
    (mail,) = office.to("Amina")
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{DESK}/mails/stop/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Stop these e-mails: {link}" in office.said("Amina")[0]
    assert StopLinks("secret", DESK).whose(link.rpartition("/")[2]) == office.ids["Amina"]
    assert StopLinks("other", DESK).whose(link.rpartition("/")[2]) is None


def test_it_comes_in_the_language_she_reads_the_desk_in(office: Office) -> None:
    office.change(user, office.ids["Amina"], desk_language="pl")
    office.chooses("Amina", DAILY)
    office.story()
    office.work(60)
    (mail,) = office.to("Amina")
    assert mail["Subject"] == WORDS.waits_subject("pl") != WORDS.waits_subject("en")
    assert "urdu" in office.said("Amina")[0]


def test_once_a_week_is_on_her_day(office: Office) -> None:
    office.chooses("Amina", WEEKLY)
    office.story()
    office.work(60)
    assert office.to("Amina") == []
    for _ in range(8):
        office.work(24 * 60)
    assert len(office.to("Amina")) == 2


def test_two_workers_at_once_send_each_e_mail_once(office: Office) -> None:
    for number in range(4):
        office.add(f"Champion{number}", "ur")
        office.chooses(f"Champion{number}", DAILY)
    office.chooses("Amina", DAILY)
    office.story()
    office.now += HOUR
    workers = [office.worker() for _ in range(3)]
    run_together([one.work for one in workers])
    run_together([one.work for one in workers])
    assert sorted(who for who, _ in office.mail.mails) == sorted(
        [email("Amina"), *(email(f"Champion{number}") for number in range(4))]
    )


def test_a_worker_that_died_before_it_went_is_followed_by_another_and_it_goes_once(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.now += HOUR
    with office.db.begin() as conn:
        (due,) = reminders.due(conn, office.now)
        assert reminders.lease(conn, due, office.now)
    assert office.work() == 0
    assert office.work(3) == 1
    assert office.work(60) == 0
    assert len(office.to("Amina")) == 1


def test_a_worker_that_died_after_it_went_leaves_a_copy_that_can_be_told_by_its_id(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.now += HOUR
    dies = office.worker()
    dies._settle = lambda *_, **__: None  # type: ignore[method-assign] # the server took it, and then the power went
    dies.work()
    office.work(3)
    office.work(60)
    first, second = office.to("Amina")
    assert first["Message-ID"] == second["Message-ID"]
    office.work(23 * 60)
    assert office.to("Amina")[2]["Message-ID"] != first["Message-ID"]


def test_while_the_e_mail_server_is_away_it_is_tried_again_and_goes_once(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.mail.answers["CONNECT"] = "421 closed for a moment"
    office.work(60)
    office.work(6)
    office.mail.answers.clear()
    office.work(6)
    office.work(6)
    assert len(office.to("Amina")) == 1


def test_what_could_not_go_for_hours_does_not_come_in_the_night_but_at_her_hour(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.work(13 * 60)
    assert office.to("Amina") == []
    office.work(12 * 60)
    assert len(office.to("Amina")) == 1


def test_a_refused_address_is_not_tried_again_before_the_next_day(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.mail.answers["RCPT"] = "550 No such user"
    office.work(60)
    office.mail.answers.clear()
    office.work(30)
    assert office.to("Amina") == []
    office.work(24 * 60)
    assert len(office.to("Amina")) == 1


def test_at_once_she_is_told_of_what_only_she_can_read_and_of_nothing_twice(office: Office) -> None:
    office.chooses("Amina", AT_ONCE)
    office.story("en")
    office.story("pl")
    office.work()
    assert office.to("Amina") == []
    first = office.story("ur")
    office.work(1)
    office.work(1)
    (said,) = office.said("Amina")
    assert "Nobody else here can take these:\nStories in Urdu: 1\n" in said
    office.story("ur")
    office.story("ur")
    office.work(1)
    assert len(office.to("Amina")) == 1  # they are gathered for a quarter of an hour
    office.work(15)
    office.work(60)
    assert "Stories in Urdu: 3" in office.said("Amina")[1]
    assert len(office.to("Amina")) == 2
    office.change(story, first, status="approved")
    office.work(60)
    office.change(story, first, status="received")
    office.work(60)
    assert len(office.to("Amina")) == 3


def test_at_once_with_two_workers_is_told_once(office: Office) -> None:
    office.chooses("Amina", AT_ONCE)
    office.story("ur")
    workers = [office.worker() for _ in range(3)]
    for _ in range(3):
        run_together([one.work for one in workers])
        office.now += MINUTE
    assert len(office.to("Amina")) == 1


def test_what_only_she_can_read_by_its_area_is_told_at_once(office: Office) -> None:
    office.add("Olive", "en", "ur")
    with office.db.begin() as conn:
        reach.hold(conn, office.ids["Olive"], "champion", everywhere=False, areas=["Brackley"])
        reach.hold(conn, office.ids["Amina"], "champion", everywhere=False, areas=["Wexmoor"])
        reach.hold(conn, office.ids["Piotr"], "champion", everywhere=False, areas=["Wexmoor"])
    office.chooses("Olive", AT_ONCE)
    office.story("en", area="wexmoor")
    office.work()
    assert office.to("Olive") == []
    office.story("en", area="brackley")
    office.work(1)
    assert "Stories in English: 1" in office.said("Olive")[0]


def test_when_the_other_reader_leaves_it_is_hers_alone_and_she_is_told(office: Office) -> None:
    office.chooses("Amina", AT_ONCE)
    office.story("en")
    office.work()
    assert office.to("Amina") == []
    office.change(user, office.ids["Piotr"], active=False)
    office.work(1)
    assert len(office.to("Amina")) == 1


def test_only_what_she_chose_is_told_of(office: Office) -> None:
    office.chooses("Amina", Wish(Pace.DAILY, 12, about=frozenset({About.QUESTIONS})))
    office.story()
    office.work(60)
    assert office.to("Amina") == []
    with office.db.begin() as conn:
        rows.question(conn, office.db.vault, office.now, None, language="ur")
    office.work(24 * 60)
    (said,) = office.said("Amina")
    assert "Questions in Urdu: 1" in said
    assert "Stories" not in said


def test_of_talks_both_those_nobody_took_and_those_in_which_she_is_waited_for(office: Office) -> None:
    office.chooses("Amina", DAILY)
    with office.db.begin() as conn:
        rows.talk(conn, office.db.vault, office.now, None, language="ur", reference="T1")
        rows.talk(
            conn, office.db.vault, office.now, None, language="pl", reference="T2", status="taken",
            taken_by=office.ids["Amina"],
        )  # fmt: skip
        rows.talk(
            conn, office.db.vault, office.now, None, language="ur", reference="T3", status="taken",
            taken_by=office.ids["Piotr"],
        )  # fmt: skip
    office.work(60)
    assert "Talks in Polish: 1\nTalks in Urdu: 1\n" in office.said("Amina")[0]


@pytest.mark.parametrize("pace", [DAILY, AT_ONCE])
def test_who_said_not_today_is_left_alone_today(office: Office, pace: Wish) -> None:
    office.chooses("Amina", pace)
    office.story()
    with office.db.begin() as conn:
        readings.set_not_today(conn, office.ids["Amina"], day_of(office.now), not_today=True)
    office.work(60)
    office.work(60)
    assert office.to("Amina") == []
    office.work(23 * 60)
    assert len(office.to("Amina")) == 1


@pytest.mark.parametrize("pace", [DAILY, AT_ONCE])
def test_nobody_is_e_mailed_who_may_not_sign_in_or_has_lost_her_role_or_for_whom_nothing_waits(
    office: Office, pace: Wish
) -> None:
    for name in ("Amina", "Piotr"):
        office.chooses(name, pace)
    office.add("Tara", "ur", role="translator")
    office.chooses("Tara", pace)
    office.story()
    office.change(user, office.ids["Amina"], active=False)
    with office.db.begin() as conn:
        users.change(conn, office.ids["Piotr"], roles=["translator"], languages=["ur"], active=True)
    office.work(60)
    assert office.mail.mails == []
    office.change(user, office.ids["Amina"], active=True)
    office.change(story, 1, status="declined")
    office.work(24 * 60)
    assert office.mail.mails == []


def test_what_somebody_reads_now_and_what_she_read_first_does_not_wait_for_her(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story(claimed_by=office.ids["Piotr"], claim_until=office.now + 2 * HOUR)
    office.story(status="needs_second", first_by=office.ids["Amina"])
    office.story(simulated=True)
    office.work(60)
    assert office.to("Amina") == []


def test_a_lead_is_told_of_stories_that_need_a_lead(office: Office) -> None:
    office.add("Ruth", "en", role="lead")
    office.chooses("Ruth", DAILY)
    office.story("ur")
    office.story("ur", status="needs_lead")
    office.work(60)
    assert "Stories in Urdu: 1" in office.said("Ruth")[0]


def test_where_no_e_mail_is_set_up_nothing_is_done(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.now += HOUR
    assert office.worker(mail=False).work() == 0


def test_a_choice_made_while_her_e_mail_goes_holds_and_the_day_has_one_e_mail(office: Office) -> None:
    office.chooses("Amina", DAILY)
    office.story()
    office.now += HOUR
    worker = office.worker()
    sends = worker._hand_over

    def changes(*given: Any) -> None:
        sends(*given)
        office.chooses("Amina", Wish(Pace.DAILY, 13))

    worker._hand_over = changes  # type: ignore[method-assign, assignment] # what a person does at that very moment
    worker.work()
    office.work(70)
    assert len(office.to("Amina")) == 1
    office.work(24 * 60)
    assert len(office.to("Amina")) == 2


def test_what_she_chooses_is_in_the_audit_log_with_before_and_after(office: Office) -> None:
    office.chooses("Amina", WEEKLY)
    with office.db.begin() as conn:
        reminders.stop(conn, office.ids["Amina"], office.now)
        reminders.stop(conn, office.ids["Amina"], office.now)
    with office.db.read() as conn:
        found = [row.detail for row in conn.execute(select(audit).order_by(audit.c.id))]
        assert conn.scalar(select(reminder.c.due_at)) is None
    every = "questions.stories.talks"
    assert found == [
        {"name": "mails", "before": f"never.{every}", "after": f"weekly.wed.12.{every}"},
        {"name": "mails_by_link", "before": f"weekly.wed.12.{every}", "after": f"never.{every}"},
    ]
