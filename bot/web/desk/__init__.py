"""The champions' desk: every page of it, each subject a blueprint of its own."""

from __future__ import annotations

from flask import Flask

from bot.web import accounts, wording
from bot.web.desk import (
    alerts,
    answers,
    belongs,
    broadcasts,
    choosing,
    directories,
    drafts,
    due,
    finding,
    flows,
    gaps,
    home,
    intake,
    keeping,
    kept,
    live,
    look,
    mails,
    me,
    media,
    messages,
    organisations,
    pace,
    passkeys,
    people,
    posters,
    publishing,
    questions,
    ratings,
    reads,
    ready,
    revisions,
    rota,
    second_page,
    security_page,
    sending,
    service_form,
    services,
    sharing,
    standing,
    stories,
    tagger,
    talks,
    templates,
    trouble,
    undo,
)


def init_app(app: Flask) -> None:
    """Attach the desk, with its sign-in, to an application whose ``extensions["bot"]`` holds its Parts."""
    intake.init_app(app)
    look.init_app(app)
    wording.init_app(app)
    second_page.init_app(app)
    accounts.init_app(app)
    trouble.init_app(app)
    for part in (
        home,
        stories,
        media,
        questions,
        talks,
        alerts,
        messages,
        sending,
        services,
        answers,
        flows,
        revisions,
        people,
        me,
        kept,
    ):
        part.init_app(app)
    for part in (
        drafts,
        publishing,
        broadcasts,
        templates,
        service_form,
        directories,
        due,
        keeping,
        gaps,
        posters,
        rota,
        ratings,
    ):
        part.init_app(app)
    for part in (belongs, sharing, security_page, passkeys, standing, organisations, reads):
        part.init_app(app)
    for part in (pace, undo, tagger, ready, finding, choosing, mails, live):
        part.init_app(app)
