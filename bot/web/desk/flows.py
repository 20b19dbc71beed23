"""Conversations: each one as a picture, and every text of it in every language side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.flow.draw.picture import draw
from bot.flow.draw.words import ONLY, Tongue
from bot.flow.model import Flow, Step
from bot.language.names import Language, language
from bot.web.context import parts
from bot.web.desk import counted
from bot.web.desk.counted import AWAY_DAYS, PERIODS, Asked, is_counted
from bot.web.permissions import Permission, needs
from bot.web.wording import desk_language, gettext

bp = Blueprint("flows", __name__, url_prefix="/desk/flows")

# Each request keeps the session from ending, so a page that lies open asks for half an hour, not for ever.
WATCHED_MS = 30 * 60_000
STOP_ASKING = 286  # htmx's own: https://htmx.org/docs/#polling
# The picture's own style sheet stands inside it; opened by itself it may use that, and nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Ready:
    """How far a conversation is in one language: how many of its texts are still said in English."""

    language: Language
    missing: int


@dataclass(frozen=True)
class Told:
    """A step's texts as people of one language get them. ``own`` is False when some still come in English."""

    language: Language
    wordings: tuple[tuple[str, str], ...]  # (the channel it is for, the text)
    options: tuple[str, ...]
    own: bool


@dataclass(frozen=True)
class Read:
    """A step that people read something of, or that is counted: what it does, its id, its texts in every language.
    ``key`` is the name that it is counted under."""

    number: int
    does: str
    name: str
    notes: tuple[str, ...]
    told: tuple[Told, ...]
    key: str


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.READ_FLOWS)
def page() -> ResponseReturnValue:
    """Every conversation in use, and in which languages it is complete."""
    flows = [(flow, _ready(flow)) for flow in parts().flows().flows.values()]
    return render_template("desk/flows.html", flows=flows, home=parts().flows().home, waiting=counted.waiting())


@bp.get("/<name>")
@needs(Permission.READ_FLOWS)
def flow(name: str) -> ResponseReturnValue:
    """One conversation: its picture, what people read at each step, and what they do there."""
    found = _found(name)
    return render_template(
        "desk/flow.html",
        **_live(found),
        ready=_ready(found),
        counted_over=[(str(days), gettext(name)) for days, name in PERIODS.items()],
        starts=_told(_languages(), [("", word) for word in found.start_words], ()),
        steps=list(_read(found)),
        runs=_runs(found),
    )


@bp.get("/<name>/live")
@needs(Permission.READ_FLOWS)
def live(name: str) -> ResponseReturnValue:
    """The numbers of the page, when they are not those that it shows already. Asking stops after a while."""
    opened = request.args.get("opened", 0, type=int)
    if parts().now_ms() - opened > WATCHED_MS:
        return "", STOP_ASKING
    shown = _live(_found(name)) | {"opened": opened}
    if shown["did"].digest == request.args.get("seen"):
        return "", 204
    return render_template("desk/flow_live.html", **shown)


@bp.get("/<name>.svg")
@needs(Permission.READ_FLOWS)
def picture(name: str) -> ResponseReturnValue:
    """The picture, in the language and the width that is asked for, with the numbers. Always light, as the desk is."""
    found, code, narrow, wanted = _found(name), _asked().code, request.args.get("narrow") == "yes", counted.asked()

    def link(other: str) -> str:
        query: dict[str, Any] = {"language": code, "narrow": "yes" if narrow else None, **wanted.query}
        return url_for(".picture", name=other, **query)

    did = counted.sayings(found, wanted)
    drawn = draw(found, parts().catalogues, code, narrow=narrow, night=False, link=link, did=did)
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    return answer


def _live(found: Flow) -> dict[str, Any]:
    """What the page and its live part share."""
    wanted: Asked = counted.asked()
    did = counted.of_flow(found, wanted)
    shown = {"flow": found, "shown": _asked(), "wanted": wanted, "did": did, "away": AWAY_DAYS}
    return shown | {"opened": parts().now_ms()}


def _found(name: str) -> Flow:
    found = parts().flows().flows.get(name)
    if found is None:
        abort(404)
    return found


def _asked() -> Language:
    """The language of the picture: the one asked for, else the desk's."""
    code = request.args.get("language", "")
    return language(code) if code in parts().settings.languages else desk_language()


def _languages() -> list[Language]:
    return [language(code) for code in parts().settings.languages]


def _ready(flow: Flow) -> list[Ready]:
    catalogues, texts = parts().catalogues, set(_texts(flow))
    return [Ready(to, sum(not catalogues.has(text, to.code) for text in texts)) for to in _languages()]


def _texts(flow: Flow) -> Iterator[str]:
    yield from flow.start_words
    for step in flow.steps:
        yield from (text for _, text in _wordings(step))
        yield from (option.label for option in step.options)


def _wordings(step: Step) -> list[tuple[str, str]]:
    """(channel, text) of every wording of a step; the channel is "" when it is for all."""
    if step.variants:
        return [(channel, text) for channel, texts in step.variants.items() for text in texts]
    return [("", step.text)] if step.text else []


def _read(flow: Flow) -> Iterator[Read]:
    tongue, languages = Tongue(parts().catalogues, desk_language().code), _languages()
    for number, step in enumerate(flow.steps, 1):
        wordings, options = _wordings(step), tuple(option.label for option in step.options)
        if wordings or options or is_counted(step):
            name = "" if step.name == f"step{number}" else step.name
            told = _told(languages, wordings, options) if wordings or options else ()
            yield Read(number, tongue.verb(step), name, tongue.notes(step), told, step.name)


def _told(
    languages: Sequence[Language], wordings: Sequence[tuple[str, str]], options: Sequence[str]
) -> tuple[Told, ...]:
    catalogues = parts().catalogues
    texts = [*options, *(text for _, text in wordings)]
    return tuple(
        Told(
            to,
            tuple((gettext(ONLY[channel]) if channel else "", said(text)) for channel, text in wordings),
            tuple(said(label) for label in options),
            own=all(catalogues.has(text, to.code) for text in texts),
        )
        for to in languages
        for said in (Tongue(catalogues, to.code).said,)
    )


def _runs(flow: Flow) -> list[str]:
    """The other conversations that this one leads to, each once."""
    named = [name for step in flow.steps for name in (step.flow, *step.run.values()) if name]
    return list(dict.fromkeys(named))
