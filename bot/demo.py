"""Fills a demo with made-up people who really texted: every story and question goes through the inbox."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from msgspec.structs import replace
from ruamel.yaml import YAML
from sqlalchemy import Connection, func, insert, select, update

from bot.app import House
from bot.channel.message import Channel, DeliveryStatus, Inbound, Media, Outbound
from bot.flow.hours import civil, day_of
from bot.inbox import Inbox
from bot.knowledge.links import LinkState
from bot.store import (
    alerts,
    broadcasts,
    gaps,
    library,
    links,
    meeting,
    outgoing,
    questions,
    rota,
    schema,
    simulated,
    stories,
    talks,
    turn,
    upkeep,
)
from bot.store.locks import Lock, hold
from bot.store.plain import put
from bot.story.gaps import Came
from bot.story.status import StoryStatus
from bot.web import users
from bot.web.demo_accounts import DEMO_ACCOUNTS, add_demo_accounts, refuse_real_people
from bot.web.phone import MADE_UP_ACCOUNT, MEDIA

DEMO = "demo"  # what is counted once in the table of counters: the filling of the demo
DAY_MS = 86_400_000
MADE_UP_PEOPLE = 1_000_000_000  # above the ids of all who text: for people who are only counted
BETWEEN_TEXTS_MS = 45_000
DECIDED_AFTER_MS = 5 * 3_600_000
NOTE = "Rang back and talked for a while. Their sister is with them now."
CHAMPION, LEAD, ADMIN = (DEMO_ACCOUNTS[number].email for number in (0, 2, 3))
NEWS_DAYS_AGO = 20.0  # before anything else that they did


def seed(house: House, now_ms: int) -> bool:
    """Fill the demo once, over some days up to now; False when it had been filled before, or is just being filled.

    Raises SettingError when there are real people in the database.
    """
    file = house.parts.settings.flows_dir / "demo" / "people.yaml"
    with house.parts.db.begin() as conn:
        hold(conn, Lock.CONTENT)
        refuse_real_people(conn, house.parts.settings)
        add_demo_accounts(conn)
        if not file.is_file() or not _first(conn):
            return False
    _Seeding(house, YAML(typ="safe").load(file.read_text(encoding="utf-8")), now_ms).run()
    return True


def _first(conn: Connection) -> bool:
    """True for one process only, and for none once somebody has texted."""
    begun = conn.scalar(select(schema.revision.c.number).where(schema.revision.c.name == DEMO))
    if begun or conn.scalar(select(func.count()).select_from(schema.contact)):
        return False
    conn.execute(insert(schema.revision).values(name=DEMO, number=1))
    return True


@dataclass(frozen=True)
class _Scene:
    """Something one person did: when, and the doing of it."""

    at: int
    play: Callable[[int], None]


class _Seeding:
    """Plays the scenes in the order of time."""

    def __init__(self, house: House, written: dict[str, Any], now_ms: int) -> None:
        self.house, self.db, self.now_ms, self.written = house, house.parts.db, now_ms, written
        self.people = {person["id"]: person for person in written["people"]}
        self.inbox = Inbox(
            self.db, house.shelf.world, house.parts.identifier, lambda contact_id: None, tally=house.tally
        )
        self.met: dict[str, int] = {}
        self.texts = 0
        with self.db.read() as conn:
            self.ids = {one.email: one.id for one in users.everyone(conn)}

    def run(self) -> None:
        self._rota()
        scenes = sorted(self._scenes(), key=lambda scene: scene.at)
        for number, scene in enumerate(scenes, 1):
            scene.play(scene.at)
            if sys.stderr.isatty():
                print(f"\rFilling the demo: {number} of {len(scenes)}", end="", file=sys.stderr)  # noqa: T201 # progress
        self._one_that_failed()
        self._kept_true()
        self._not_found()
        self.house.fetching.fetch_due()
        self.house.tally.flush()
        if sys.stderr.isatty():
            print(file=sys.stderr)  # noqa: T201 # progress

    def _rota(self) -> None:
        """The lead in office hours, the admin in the evenings: nobody from Friday night to Monday morning."""
        lead, admin = self.ids[LEAD], self.ids[ADMIN]
        with self.db.begin() as conn:
            for user_id, phone, email in ((lead, "+447700900101", LEAD), (admin, "+447700900102", ADMIN)):
                rota.put_person(
                    conn, self.db.vault, user_id=user_id, phone=phone, email=email, by=admin, now_ms=self.now_ms
                )
            for user_id, begins, until in ((lead, 9, 17), (admin, 17, 9)):
                rota.add_shifts(
                    conn, user_id=user_id, stands_in=user_id == admin, weekdays=range(5), begins=begins * 60,
                    until=until * 60, by=admin, now_ms=self.now_ms,
                )  # fmt: skip

    def _scenes(self) -> Iterator[_Scene]:
        for story in self.written["stories"]:
            yield _Scene(self._when(story), partial(self._story, story))
        for question in self.written["questions"]:
            yield _Scene(self._when(question), partial(self._question, question))
        for talk in self.written["talks"]:
            yield _Scene(self._when(talk), partial(self._talk, talk))
        for alert in self.written["alerts"]:
            yield _Scene(self._when(alert), partial(self._alert, alert))
        for number, who in enumerate(self.written.get("news", ())):
            at = self._when({"days_ago": NEWS_DAYS_AGO}) + number * BETWEEN_TEXTS_MS
            yield _Scene(at, partial(self._news, who))
        for broadcast in self.written.get("broadcasts", ()):
            yield _Scene(min(civil(self._when(broadcast)), self.now_ms), partial(self._broadcast, broadcast))
        for visit in self.written.get("visits", ()):
            yield _Scene(self._when(visit), partial(self._visit, visit))

    def _when(self, written: dict[str, Any]) -> int:
        return self.now_ms - int(float(written["days_ago"]) * DAY_MS)

    # what they do -----------------------------------------------------------------------------------------------------
    def _story(self, story: dict[str, Any], at: int) -> None:
        wish = [("", story["wish"])] if story.get("wish") else [("wish.skip", "")]
        where = ("", self.people[story["from"]]["area"]) if story.get("where", True) else ("where.skip", "")
        follow_up = "yes" if story["follow_up"] else "no"
        said = [("", "story"), (f"consent.{story['consent']}", ""), *(("", text) for text in story["messages"])]
        at = self._texts(story["from"], said, at)
        for kind in story.get("media", ()):
            at = self._send_media(story["from"], kind, at)
        news = "yes" if story["from"] in self.written.get("news", ()) else "no"
        said = [("", "DONE"), *wish, where, (f"follow_up.{follow_up}", ""), (f"wants.{news}", "")]
        at = self._texts(story["from"], said, at)
        if story["status"] != StoryStatus.RECEIVED:
            with self.db.read() as conn:
                newest = _newest(conn, schema.story)
            self._decide(story, newest, self._decided(at))

    def _decide(self, story: dict[str, Any], id: int, at: int) -> None:
        """One champion decides; of what goes out she prepares the words, and another person reads it, too."""
        wanted = StoryStatus(story["status"])
        asked = StoryStatus.APPROVED if wanted is StoryStatus.NEEDS_SECOND else wanted
        wording, reason = "\n".join(story.get("words", story["messages"])), story.get("reason", "")
        readers = (CHAMPION, ADMIN) if wanted is StoryStatus.APPROVED else (CHAMPION,)
        for version, who in enumerate(readers, 1):
            with self.db.begin() as conn:
                reached = stories.decide(
                    conn, self.db.vault, id=id, version=version, new_status=asked, reason=reason, wording=wording,
                    user_id=self.ids[who], now_ms=at,
                )  # fmt: skip
            if reached is wanted:
                return

    def _question(self, question: dict[str, Any], at: int) -> None:
        at = self._texts(question["from"], [("", "question"), ("", question["text"])], at)
        at = self._texts(question["from"], [("match.no", ""), ("no_answer.yes", "")], at)
        if question["status"] == "answered":
            with self.db.begin() as conn:
                questions.answer(
                    conn, self.db.vault, id=_newest(conn, schema.question), version=1, text=question["answer"],
                    user_id=self.ids[CHAMPION], now_ms=self._decided(at),
                )  # fmt: skip
                self._send(conn, question["from"], question["answer"], self._decided(at))
            self.house.parts.outbox.deliver(self.met[question["from"]], self._decided(at))

    def _talk(self, talk: dict[str, Any], at: int) -> None:
        """Her lines come in; a champion takes the talk with the first line of ours."""
        about, *lines = talk["lines"]
        who, champion = talk["from"], self.ids[CHAMPION]
        at = self._texts(who, [("", "MENU"), ("", "talk to a person"), ("", about["her"])], at)
        with self.db.begin() as conn:
            id, version = _newest(conn, schema.talk), 1
        for line in lines:
            at = min(at + BETWEEN_TEXTS_MS, self.now_ms)
            if "her" in line:
                at = self._texts(who, [("", line["her"])], at)
                continue
            with self.db.begin() as conn:
                if version == 1:
                    talks.take(conn, id=id, version=version, user_id=champion, now_ms=at)
                    version += 1
                self.house.parts.answering.write(conn, id, version, line["us"], user_id=champion, now_ms=at)
            version += 1
            self.house.parts.outbox.deliver(self.met[who], at)

    def _alert(self, alert: dict[str, Any], at: int) -> None:
        at = self._texts(alert["from"], [("", alert["text"])], at)
        if alert["acknowledged"]:
            with self.db.begin() as conn:
                alerts.acknowledge(
                    conn, self.db.vault, id=_newest(conn, schema.alert), note=NOTE,
                    user_id=self.ids[LEAD], now_ms=self._decided(at),
                )  # fmt: skip

    def _news(self, who: str, at: int) -> None:
        self._texts(who, [("", "news"), ("wants.yes", "")], at)

    def _broadcast(self, written: dict[str, Any], at: int) -> None:
        """One lead writes and asks. Of one that is finished, the other confirms, and it goes out to its end."""
        lead, admin = self.ids[LEAD], self.ids[ADMIN]
        with self.db.begin() as conn:
            made = broadcasts.begin(conn, written["title"], simulated=True, user_id=lead, now_ms=at)
            broadcasts.write(conn, made, 1, {"texts": written["texts"]}, user_id=lead, now_ms=at)
            people = broadcasts.consented(conn, simulated=True)
            broadcasts.ask(conn, made, 2, people=people, user_id=lead, now_ms=at)
            if written["status"] != broadcasts.Status.FINISHED:
                return
            broadcasts.confirm(conn, made, 3, people=people, others=True, user_id=admin, now_ms=at)
        parts = self.house.parts
        while parts.broadcasting.go_on(at):
            parts.outbox.sweep(at)

    def _visit(self, visit: dict[str, Any], at: int) -> None:
        self._texts(visit["from"], [("", text) for text in visit["texts"]], at)

    def _decided(self, at: int) -> int:
        return min(at + DECIDED_AFTER_MS, self.now_ms)

    # how they text ----------------------------------------------------------------------------------------------------
    def _texts(self, who: str, said: list[tuple[str, str]], at: int) -> int:
        """Send these (button, text) pairs; a button that is not on offer just now is not tapped. The time after."""
        contact_id = self._meet(who, at)
        for button, text in said:
            label = self._offered(contact_id, button) if button else ""
            if button and not label:
                continue
            self.texts += 1
            at = min(at + BETWEEN_TEXTS_MS, self.now_ms)
            self.inbox.receive(self._inbound(who, text or label, button), at)
            self.house.parts.outbox.deliver(contact_id, at)
        return at

    def _send_media(self, who: str, kind: str, at: int) -> int:
        self.texts += 1
        at = min(at + BETWEEN_TEXTS_MS, self.now_ms)
        sent = Media(f"{MADE_UP_ACCOUNT}/{self.texts}", MEDIA[kind])
        self.inbox.receive(replace(self._inbound(who, ""), media=(sent,)), at)
        self.house.parts.outbox.deliver(self.met[who], at)
        return at

    def _inbound(self, who: str, text: str, button: str = "") -> Inbound:
        person = self.people[who]
        return Inbound(
            Channel(person["channel"]),
            person["number"],
            text,
            f"DM{self.now_ms}{self.texts:05d}",
            simulated=True,
            button=button,
        )

    def _offered(self, contact_id: int, button: str) -> str:
        """What stands on this button; "" when the bot's last message does not have it."""
        with self.db.read() as conn:
            person = simulated.person(conn, self.db.vault, contact_id)
            lines = simulated.conversation(conn, self.db.vault, person) if person else []
        offers = [dict(line.options) for line in lines if line.from_bot]
        return offers[-1].get(button, "") if offers else ""

    def _meet(self, who: str, at: int) -> int:
        """A person of the demo has her language already, and her name is what the phone shows."""
        if who not in self.met:
            language = self.people[who]["language"]
            with self.db.begin() as conn:
                known = meeting.meet(conn, self.db.vault, self._inbound(who, ""), at)
                turn.keep_session(conn, self.db.vault, known.contact_id, turn.settled(language), at)
                name = {"pseudonym": self.people[who]["name"]}
                conn.execute(update(schema.contact).where(schema.contact.c.id == known.contact_id).values(name))
            self.met[who] = known.contact_id
        return self.met[who]

    def _send(self, conn: Any, who: str, text: str, at: int) -> int:
        return outgoing.queue(
            conn, self.db.vault, contact_id=self.met[who], outbound=Outbound(text), kind="champion",
            language=self.people[who]["language"], now_ms=at, sent_by=self.ids[CHAMPION],
        )  # fmt: skip

    def _one_that_failed(self) -> None:
        """A phone that was switched off for days: so that the desk's list of failed messages is not empty."""
        who = self.written["questions"][-1]["from"]
        at = self.now_ms - DAY_MS // 3
        with self.db.begin() as conn:
            row = self._send(conn, who, "Hello, it is your champion. Did the answer help you?", at)
            outgoing.settle(conn, row, status=DeliveryStatus.FAILED, now_ms=at, error_code="30003")

    def _kept_true(self) -> None:
        """Answers that a champion looks after: checked lately, long ago, and one whose source has gone."""
        champion, written = self.ids[CHAMPION], self.written.get("kept_true", {})
        self.house.links.sync()
        with self.db.begin() as conn:
            found = {row.key: row for row in conn.execute(select(schema.answer))}
            for key, days in written.get("checked_days_ago", {}).items():
                day = day_of(self.now_ms - days * DAY_MS)
                library.check(conn, kind="answer", id=found[key].id, day=day, user_id=champion, now_ms=self.now_ms)
            for key in written.get("looked_after", ()):
                upkeep.give(
                    conn, kind="answer", id=found[key].id, owner_id=champion, user_id=champion, now_ms=self.now_ms
                )
            for key in written.get("gone", ()):
                for link in links.of(conn, "answer", key):
                    for ago in (1, 0):
                        at = self.now_ms - ago * DAY_MS
                        links.note(conn, link.id, LinkState.GONE, status=404, now_ms=at, every_days=0)

    def _not_found(self) -> None:
        """What more people than the demo has looked for in the months before, as it is counted."""
        who = count(MADE_UP_PEOPLE)
        with self.db.begin() as conn:
            for one in self.written.get("not_found", ()):
                for _ in range(one["people"]):
                    put(
                        conn,
                        gaps.noting(
                            self.db.vault,
                            next(who),
                            came=Came(one["came"]),
                            topic=one["topic"],
                            language=one["language"],
                            area=one["area"],
                            simulated=True,
                            now_ms=_months_before(self.now_ms, one["months_ago"]),
                        ),
                    )


def _months_before(now_ms: int, months: int) -> int:
    """A moment in the middle of the month so many months ago."""
    today = day_of(now_ms)
    number = today.year * 12 + today.month - 1 - months
    return int(datetime(number // 12, number % 12 + 1, 15, 12, tzinfo=UTC).timestamp() * 1000)


def _newest(conn: Any, table: Any) -> int:
    return int(conn.scalar(select(func.max(table.c.id))))
