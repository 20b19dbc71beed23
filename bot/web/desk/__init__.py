"""The champions' desk: every page of it, each subject a blueprint of its own."""

from __future__ import annotations

from flask import Flask

from bot.web import accounts, wording
from bot.web.desk import (
    alerts,
    answers,
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
    live,
    look,
    me,
    media,
    messages,
    pace,
    people,
    posters,
    publishing,
    questions,
    ready,
    revisions,
    sending,
    service_form,
    services,
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
    ):
        part.init_app(app)
    for part in (pace, undo, tagger, ready, finding, choosing, live):
        part.init_app(app)
    for part in (drafts, publishing, broadcasts, templates, service_form, directories, due, keeping, gaps, posters):
        part.init_app(app)
