"""What one turn led to, written down in the transaction of the message or the moment that caused it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from bot.channel.message import Channel, Inbound, Outbound
from bot.flow.engine import ANSWER, Turn
from bot.flow.events import (
    AboutYouErased,
    AboutYouKept,
    AlertRaised,
    AnswerChosen,
    Broke,
    ConsentKept,
    Erased,
    Event,
    FollowUpSet,
    HandedOver,
    NotFound,
    QuestionAsked,
    ReadersNarrowed,
    Say,
    Started,
    Stopped,
    StoryCompleted,
    StorySubmitted,
    StoryTakenBack,
    TakenBack,
    TimerSet,
    ToPerson,
    WordsForgotten,
)
from bot.flow.hours import HOUR_MS, civil, last_word_at, working_days_after
from bot.flow.session import Session
from bot.knowledge.places import Deprivation
from bot.store import (
    about_you,
    audit,
    choices,
    consents,
    contacts,
    gaps,
    media,
    meeting,
    plain,
    turn,
    waits,
    withdrawing,
)
from bot.store.database import Database
from bot.store.meeting import Known
from bot.store.plain import Adding
from bot.store.rows import Rows
from bot.store.turn import Place, Queued
from bot.story.gaps import Came
from bot.story.scope import area_key

LATE_DAYS = 2  # working days in which a champion should have taken a talk
# What the short way can write down.
PLAIN = Say | TimerSet | StorySubmitted | StoryCompleted | NotFound | AnswerChosen
PLAIN_AT_FIRST = Say | TimerSet  # of a newcomer, for what else is written is found by her id
PLACE_NOT_KEPT = "[place]"
PHONE_NOT_KEPT = "[phone number]"
ANSWER_NOT_KEPT = "[answer]"

log = structlog.get_logger()


def session_of(known: Known) -> Session:
    """Her conversation; a fresh one in her language when what was kept cannot be read."""
    fresh = Session(language=known.language, settled=bool(known.language), stamp=known.stamp)
    try:
        return Session.from_json(known.session) if known.session else fresh
    except ValueError:
        log.error("session_unreadable", contact=known.pseudonym)
        return fresh


def _deprivation(known: Deprivation | None) -> dict[str, int]:
    return {"deprivation_edition": known[0], "deprivation_decile": known[1]} if known else {}


def _with_buttons(said: Say) -> Outbound:
    return Outbound(said.text, said.prompt, said.options, said.template)


class Keeper:
    """Writes down what one turn led to, in the transaction of the message that caused it."""

    conn: Connection

    def __init__(self, db: Database, known: Known, done: Turn, now_ms: int, inbound: Inbound | None = None) -> None:
        self.vault, self.known, self.done = db.vault, known, done
        self.now_ms, self.inbound = now_ms, inbound
        self.session = done.session
        self.status = "active" if known.status == "erased" else known.status

    def rows(self, newcomer: Mapping[str, Any]) -> Rows | None:
        """All that a plain turn writes, with the row of a ``newcomer``; None when this one leads to more than replies,
        a timer, a story without photos or a word to add to one, and what she chose or did not find."""
        events = self.done.events
        plainly = PLAIN_AT_FIRST if newcomer else PLAIN
        if self.inbound is None or not all(isinstance(event, plainly) for event in events):
            return None
        stories = [event for event in events if isinstance(event, StorySubmitted | StoryCompleted)]
        if len(stories) > 1:
            return None
        contact_id, language = self.known.contact_id, self.session.language
        timers = [event for event in events if isinstance(event, TimerSet)]
        rows = Rows(
            contact_id,
            self.known.stamp,
            self._place().values(self.vault, contact_id, self.now_ms),
            turn.inbound_row(self.vault, contact_id, self.inbound, self._words(self.inbound), language, self.now_ms),
            turn.outbound_rows(self.vault, contact_id, language, self._messages(), self.now_ms),
            [*self._missed(), *filter(None, map(self._beside, events))],
            self._due(timers[-1]) if timers else None,
            self.session.stamp,
            newcomer=newcomer,
        )
        return self._with_story(rows, stories[0]) if stories else rows

    def _with_story(self, rows: Rows, event: StorySubmitted | StoryCompleted) -> Rows | None:
        """The rows, with her story or what she adds to it. Photos and the like go the long way."""
        if isinstance(event, StoryCompleted):
            rows.reference, rows.story = event.reference, self._completing(event)
            return rows
        if event.media:
            return None
        row = self._story_row(event)
        rows.told = turn.story_row(self.vault, row, event.messages)
        rows.entry = audit.entry(
            now_ms=self.now_ms, actor="resident", event=audit.Event.STORY_RECEIVED, subject="story",
            detail=self._received(row),
        )  # fmt: skip
        return rows

    def keep(self, conn: Connection) -> None:
        """Everything that follows from the turn. An erasure comes before the rows of this very turn."""
        self.conn = conn
        erased = any(isinstance(event, Erased) for event in self.done.events)
        if erased:
            contacts.erase(self.conn, self.known.contact_id, self.now_ms, "resident", receipt_follows=True)
            gaps.forget(self.conn, self.vault, self.known.contact_id, self.now_ms)
            choices.forget(self.conn, self.vault, self.known.contact_id)
            about_you.erase(self.conn, self.vault, self.known.contact_id)
        inbound_id = self._keep_inbound(self.inbound, erased) if self.inbound else None
        for event in self.done.events:
            self._event(event)
        turn.queue_replies(
            self.conn,
            self.vault,
            self.known.contact_id,
            inbound_id,
            self.session.language,
            self._messages(),
            self.now_ms,
        )
        if not erased:
            for one in self._missed():
                plain.put(self.conn, one)
            turn.keep_session(self.conn, self.vault, self.known.contact_id, self._place(), self.now_ms)

    def _keep_inbound(self, inbound: Inbound, erased: bool) -> int:
        """The message itself. Of one that erases, only that it came: it may be handed to us again."""
        text = "" if erased else self._words(inbound)
        inbound = replace(inbound, media=()) if erased else inbound
        contact_id, language = self.known.contact_id, "" if erased else self.session.language
        made = turn.keep_inbound(self.conn, self.vault, contact_id, inbound, text, language, self.now_ms)
        if inbound.media:
            real = not self.known.simulated
            media.note(self.conn, self.vault, contact_id, made, inbound.media, real=real, now_ms=self.now_ms)
        return made

    def _words(self, inbound: Inbound) -> str:
        """What may be kept of her words: of an answer that tells where she is, or whose number it is, only its kind."""
        if not self.done.private:
            return inbound.text
        return {"phone": PHONE_NOT_KEPT, ANSWER: ANSWER_NOT_KEPT}.get(self.done.private, PLACE_NOT_KEPT)

    def _messages(self) -> list[Queued]:
        """What she is told. A real SMS shows no buttons: the numbers stand in its text, and nothing else is kept."""
        bare = self.known.channel == Channel.SMS and not self.known.simulated
        return [
            Queued(Outbound(event.text, template=event.template) if bare else _with_buttons(event), event.kind)
            for event in self.done.events
            if isinstance(event, Say)
        ]

    def _place(self) -> Place:
        session = self.session
        return Place(
            session.to_json(), session.stamp, session.revision if session.frames else "",
            session.language if session.settled else "", self.status, self.inbound is not None,
            *((session.frames[-1].flow, self.done.at_step) if session.frames else ()),
        )  # fmt: skip

    def _missed(self) -> list[Adding]:
        """The answers that were not understood, in her own words."""
        return [
            Adding("missed", {
                "contact_id": self.known.contact_id, "flow": visit.flow, "step": visit.step,
                "revision": visit.revision, "language": self.session.language, "simulated": self.known.simulated,
                "at": self.now_ms, "words_enc": self.vault.seal(visit.words),
            })
            for visit in self.done.path
            if visit.words and not self.done.private
        ]  # fmt: skip

    def _event(self, event: Event) -> None:
        if isinstance(event, StorySubmitted):
            self._story(event)
        elif isinstance(event, StoryCompleted):
            turn.complete_story(self.conn, self.known.contact_id, event.reference, self._completing(event))
        elif isinstance(event, WordsForgotten):
            turn.forget_words(self.conn, self.vault, self.known.contact_id, event.texts, event.media)
            media.forget(self.conn, self.vault, self.known.contact_id, event.media)
        elif isinstance(event, StoryTakenBack | ReadersNarrowed):
            change = withdrawing.withdraw if isinstance(event, StoryTakenBack) else withdrawing.narrow
            change(self.conn, self.vault, self.known.contact_id, event.reference, self.now_ms)
        elif isinstance(event, AboutYouKept | AboutYouErased):
            self._about_you(event)
        elif isinstance(event, QuestionAsked):
            due = event.due and event.due.isoformat()
            row = {**self._row(), "reference": event.reference, "due_on": due, **_deprivation(event.deprivation)}
            row["area"] = area_key(event.area) or None
            subject = turn.keep_question(self.conn, self.vault, row, event.text)
            self._put(NotFound(Came.ASKED))
            self._audit(
                audit.Event.QUESTION_RECEIVED,
                f"question:{subject}",
                language=row["language"],
                simulated=self.known.simulated,
            )
        elif isinstance(event, NotFound | AnswerChosen):
            self._put(event)
        elif isinstance(event, AlertRaised):
            row = {**self._row(), "kind": event.kind.value, "answered": self.known.status != "stopped"}
            subject = turn.keep_alert(self.conn, self.vault, row, event.text)
            self._audit(
                audit.Event.ALERT_RAISED,
                f"alert:{subject}",
                kind=event.kind.value,
                language=row["language"],
                simulated=self.known.simulated,
            )
        elif isinstance(event, HandedOver | ToPerson | TakenBack):
            self._talk(event)
        elif isinstance(event, TimerSet):
            waits.set_timer(self.conn, self.known.contact_id, self.session.stamp, self._due(event))
        elif isinstance(event, FollowUpSet):
            at = civil(self.now_ms + event.after_ms)
            payload = json.dumps([event.revision, event.frames, event.template])
            waits.set_follow_up(self.conn, self.vault, self.known.contact_id, payload, at)
        elif isinstance(event, ConsentKept):
            self._consent(event)
        elif isinstance(event, Stopped | Started):
            self._consent_changed(event)
        elif isinstance(event, Broke):
            log.error("flow_broke", contact=self.known.pseudonym, why=event.sentence)

    def _completing(self, event: StoryCompleted) -> dict[str, Any]:
        return turn.completing(self.vault, event.wish, event.follow_up, area_key(event.area or "") or None)

    def _due(self, timer: TimerSet) -> int:
        """By day; a last word within the day after her last message, but not in the same breath as this turn."""
        if not timer.last_word:
            return civil(self.now_ms + timer.after_ms)
        wrote_ms = self.now_ms if self.inbound else self.known.last_inbound_at or self.now_ms
        return max(last_word_at(wrote_ms, timer.after_ms), civil(self.now_ms + HOUR_MS))

    def _story(self, event: StorySubmitted) -> None:
        row = self._story_row(event)
        subject = turn.keep_story(self.conn, self.vault, row, event.messages, event.media)
        media.claim(self.conn, self.vault, self.known.contact_id, event.media, story_id=subject, now_ms=self.now_ms)
        self._audit(audit.Event.STORY_RECEIVED, f"story:{subject}", **self._received(row))

    def _story_row(self, event: StorySubmitted) -> dict[str, Any]:
        return {
            **self._row(),
            "reference": event.reference,
            "consent": event.consent.value,
            "follow_up": False,
            "area": area_key(event.area) or None,
            **_deprivation(event.deprivation),
        }

    def _received(self, story: Mapping[str, Any]) -> dict[str, object]:
        """What the audit log says of a story that has come."""
        return {name: story[name] for name in ("language", "consent", "simulated")}

    def _put(self, event: NotFound | AnswerChosen) -> None:
        if one := self._beside(event):
            plain.put(self.conn, one)

    def _beside(self, event: Event) -> Adding | None:
        """What she did not find, or chose. Whoever tries a draft is nobody to count; made-up people teach nothing."""
        language = self.session.language or "en"
        if isinstance(event, NotFound) and not self.known.rehearses:
            return gaps.noting(
                self.vault, self.known.contact_id, came=event.came, topic=event.topic, area=event.area,
                language=language, simulated=self.known.simulated, now_ms=self.now_ms,
            )  # fmt: skip
        if isinstance(event, AnswerChosen) and not self.known.simulated:
            return choices.counting(
                self.vault, contact_id=self.known.contact_id, kept=event.kept, language=language,
                answer_key=event.key, now_ms=self.now_ms,
            )  # fmt: skip
        return None

    def _talk(self, event: HandedOver | ToPerson | TakenBack) -> None:
        contact_id, reference = self.known.contact_id, event.reference
        if isinstance(event, HandedOver) and not event.again:
            row = {**self._row(), "reference": reference}
            subject = turn.keep_talk(self.conn, self.vault, row, working_days_after(self.now_ms, LATE_DAYS))
            said = {"language": row["language"], "simulated": self.known.simulated}
            self._audit(audit.Event.TALK_BEGAN, f"talk:{subject}", **said)
        if isinstance(event, ToPerson) or (isinstance(event, HandedOver) and event.text):
            danger = isinstance(event, ToPerson) and event.danger
            line = turn.keep_talk_line(
                self.conn, self.vault, contact_id, reference, event.text, danger=danger, now_ms=self.now_ms
            )
            if line and isinstance(event, ToPerson) and event.media:
                media.claim(self.conn, self.vault, contact_id, event.media, talk_line_id=line, now_ms=self.now_ms)
        if not isinstance(event, ToPerson):
            turn.note_with_bot(self.conn, contact_id, reference, with_bot=isinstance(event, TakenBack))

    def _about_you(self, event: AboutYouKept | AboutYouErased) -> None:
        if isinstance(event, AboutYouErased):
            about_you.erase(self.conn, self.vault, self.known.contact_id)
            return
        about_you.keep(
            self.conn, self.vault, self.known.contact_id, event.answers, language=self.session.language or "en",
            simulated=self.known.simulated, now_ms=self.now_ms,
        )  # fmt: skip

    def _consent(self, event: ConsentKept) -> None:
        said = consents.Said(
            event.purpose, event.given, event.how, self.session.language or "en", event.wording, event.revision
        )
        if consents.keep(self.conn, self.known.contact_id, said, self.now_ms):
            what = audit.Event.CONSENT_GIVEN if event.given else audit.Event.CONSENT_WITHDRAWN
            detail = {"purpose": event.purpose, "how": event.how, "simulated": self.known.simulated}
            self._audit(what, f"contact:{self.known.contact_id}", **detail)

    def _consent_changed(self, event: Stopped | Started) -> None:
        stopped = isinstance(event, Stopped)
        self.status = "stopped" if stopped else "active"
        if stopped:
            for purpose in consents.in_force(self.conn, self.known.contact_id):
                self._consent(ConsentKept(purpose, given=False, how="stop"))
            turn.cancel_waiting(self.conn, self.known.contact_id, self.now_ms)
        elif self.inbound:
            meeting.keep_address(self.conn, self.vault, self.known.contact_id, self.inbound.address)
        what = audit.Event.CONTACT_STOPPED if stopped else audit.Event.CONTACT_STARTED
        self._audit(
            what, f"contact:{self.known.contact_id}", channel=self.known.channel, simulated=self.known.simulated
        )

    def _row(self) -> dict[str, object]:
        return {
            "contact_id": self.known.contact_id,
            "language": self.session.language or "en",
            "simulated": self.known.simulated,
            "created_at": self.now_ms,
        }

    def _audit(self, event: audit.Event, subject: str, **detail: object) -> None:
        audit.append(self.conn, now_ms=self.now_ms, actor="resident", event=event, subject=subject, detail=detail)
