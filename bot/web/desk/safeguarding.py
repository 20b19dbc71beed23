"""What the page of an alert tells: who was told and when, what was done, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Connection

from bot.channel.errors import sentence
from bot.language.catalogue import N_
from bot.store import actions, notices
from bot.store.actions import Done
from bot.store.notices import NoticeStatus, Step, Told, Way
from bot.store.vault import Vault
from bot.story.rota import Rung
from bot.story.safeguarding import Action, Outcome
from bot.web.wording import gettext

RUNGS: dict[Rung, str] = {
    Rung.LEAD: N_("The lead on call was told"),
    Rung.STANDIN: N_("The stand-in was told"),
    Rung.EVERYONE: N_("Everyone on the rota was told"),
    Rung.NOBODY: N_("Nobody could be told: nobody is on the rota"),
}
WAYS: dict[Way, str] = {Way.SMS: N_("SMS"), Way.EMAIL: N_("E-mail")}
FARES: dict[NoticeStatus, tuple[str, str]] = {
    NoticeStatus.WAITING: (N_("Waiting to go"), "plain"),
    NoticeStatus.SENDING: (N_("Going now"), "plain"),
    NoticeStatus.UNSURE: (N_("Going now"), "plain"),
    NoticeStatus.SENT: (N_("Sent"), "teal"),
    NoticeStatus.ARRIVED: (N_("Delivered"), "good"),
    NoticeStatus.FAILED: (N_("Did not arrive"), "bad"),
    NoticeStatus.NOT_NEEDED: (N_("Not needed any more"), "plain"),
}
ACTIONS: dict[Action, str] = {
    Action.RANG: N_("Rang and spoke with them"),
    Action.NO_REPLY: N_("Rang, but nobody answered"),
    Action.WROTE: N_("Wrote to them"),
    Action.TO_TEAM: N_("Passed to the council's safeguarding team"),
    Action.TO_POLICE: N_("Rang 999 or the police"),
    Action.TO_SERVICE: N_("Passed to another service"),
    Action.NOTE: N_("A note"),
}
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.GOING_ON: (N_("Still going on"), "warn"),
    Outcome.SAFE: (N_("They are safe now"), "good"),
    Outcome.PASSED_ON: (N_("Others look after it now"), "good"),
    Outcome.NOT_REACHED: (N_("They could not be reached"), "bad"),
    Outcome.NO_DANGER: (N_("There was no danger"), "plain"),
}


@dataclass(frozen=True)
class Looked:
    """All of it for one alert. ``next_at``: when the next people are told."""

    steps: list[tuple[Step, list[Told]]]
    next_at: int | None
    done: list[Done]
    outcome: Outcome


def init_app(app: Flask) -> None:
    """Give the templates the words."""
    app.jinja_env.globals.update(
        rung_name=lambda who: gettext(RUNGS[who]),
        way_name=lambda way: gettext(WAYS[way]),
        notice_fares=FARES,
        notice_trouble=sentence,
        action_name=lambda what: gettext(ACTIONS[what]),
        action_options=lambda: [(one.value, gettext(name)) for one, name in ACTIONS.items()],
        outcome_label=OUTCOMES,
        outcome_options=lambda: [(one.value, gettext(name)) for one, (name, _) in OUTCOMES.items()],
    )


def of_alert(conn: Connection, vault: Vault, alert_id: int) -> Looked:
    """What is known of one alert."""
    told, done = notices.told(conn, alert_id), actions.of_alert(conn, vault, alert_id)
    steps = [(step, [one for one in told if one.step == step.step]) for step in notices.of_alert(conn, alert_id)]
    return Looked(steps, notices.next_at(conn, alert_id) or None, done, actions.outcome_of(done))
