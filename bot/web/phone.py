"""/phone: a phone in the browser. Whoever opens it plays made-up residents; it can never reach a real one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from msgspec.structs import replace
from sqlalchemy import Connection
from wtforms.validators import ValidationError

from bot.channel.message import Channel, Inbound, Media
from bot.flow.live import laid
from bot.keeper import PLACE_NOT_KEPT
from bot.knowledge.content_error import ContentErrors
from bot.language.segments import measure
from bot.store import drafts, flows, simulated
from bot.store.database import DatabaseAway
from bot.store.drafts import Draft, DraftStatus
from bot.store.simulated import Line, Person
from bot.web.context import parts
from bot.web.permissions import Permission, may

log = structlog.get_logger("phone")

# What one SMS part costs here is only an example: prices differ by country, network and contract.
EXAMPLE_PENCE_A_PART = 4
LONGEST_TEXT = 1600  # Twilio's Body
LARGEST_REQUEST = 64_000
BUTTONS, BUTTON_LETTERS = 3, 20  # WhatsApp quick replies, by Twilio
LIST_ITEMS, LIST_LETTERS = 10, 24  # WhatsApp list picker, by Twilio
MEDIA = {"photo": "image/jpeg", "voice": "audio/ogg", "document": "application/pdf"}
GREETINGS = {"en": "Hello", "pl": "Cześć", "ur": "السلام علیکم", "bn": "হ্যালো"}
# Twilio's own shape of address, of an account that cannot exist.
MADE_UP_ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAY_TRY_DRAFTS = Permission.CHANGE_FLOWS
MESSAGE_ID = re.compile(r"[0-9a-f]{32}")

phone = Blueprint(
    "phone",
    __name__,
    url_prefix="/phone",
    static_folder="static/phone",
    static_url_path="/static",
    template_folder="templates",
)


def init_app(app: Flask) -> None:
    """Attach /phone to the application."""
    app.register_blueprint(phone)


class Refused(Exception):
    """A request that cannot be taken: a sentence for the person who made it, and the HTTP status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@phone.errorhandler(Refused)
def _refused(refused: Refused) -> ResponseReturnValue:
    return jsonify(error=refused.sentence), refused.status


@phone.errorhandler(DatabaseAway)
def _database_away(away: DatabaseAway) -> ResponseReturnValue:
    log.warning("database_away", endpoint=request.endpoint, why=str(away))
    return jsonify(error="The database is not there right now. Nothing was sent. Try again in a moment."), 503


@phone.before_request
def _only_the_demo_or_the_desk() -> ResponseReturnValue | None:
    """A stranger must not fill the champions' queue, so outside the demo only the desk's people may play."""
    if parts().settings.demo or request.endpoint == "phone.static" or current_user.is_authenticated:
        return None
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return] # set by Flask-Login


@phone.before_request
def _only_this_page() -> None:
    """Another site's page cannot set the header, nor know the token that this session was given."""
    if request.method != "POST":
        return
    if (request.content_length or 0) > LARGEST_REQUEST:
        raise Refused("That is too much for one message.", 413)
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError as bad:
        raise Refused("This page has grown old. Load it again, then try once more.", 403) from bad


@phone.after_request
def _strict(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", STRICT)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint != "phone.static":
        response.headers["Cache-Control"] = "no-store"
    return response


@phone.get("")
def page() -> ResponseReturnValue:
    """The page itself. Everything on it comes from the routes below. ``draft``: begin with somebody who tries it."""
    if request.args.get("draft") and not may(MAY_TRY_DRAFTS):
        if current_user.is_authenticated:
            raise Refused("Your role does not try drafts. Ask a lead.", 403)
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return] # Flask-Login's
    settings = parts().settings
    greetings = [(code, GREETINGS[code]) for code in settings.languages if code in GREETINGS]
    return render_template(
        "phone/page.html",
        service_name=settings.service_name,
        greetings=greetings,
        pence=EXAMPLE_PENCE_A_PART,
        longest=LONGEST_TEXT,
        csrf_token=generate_csrf(),
        drafts=_drafts(),
        draft=request.args.get("draft", 0, int),
    )


def _drafts() -> list[Draft]:
    """The drafts that may be tried here; none for those who may not."""
    if not may(MAY_TRY_DRAFTS):
        return []
    with parts().db.read() as conn:
        return drafts.listed(conn)


@phone.get("/people")
def people() -> Response:
    """Everybody who can be played, newest first, and a fresh token for the next POST."""
    house = parts()
    with house.db.read() as conn:
        found = simulated.people(conn, house.db.vault, drafts=may(MAY_TRY_DRAFTS))
    return jsonify(people=[_person_json(one) for one in found], token=generate_csrf())


@phone.post("/people")
def add_person() -> ResponseReturnValue:
    """Make up one more resident: ``channel`` is sms or whatsapp. The server chooses number and name.

    ``draft`` is the id of a draft that she tries; ``like`` the id of somebody whose draft she tries, too.
    """
    house, said = parts(), _said()
    channel, digest = _channel(said.get("channel", "sms")), _rehearsed(said)
    try:
        with house.db.begin() as conn:
            made = simulated.add(conn, house.db.vault, channel=channel, now_ms=house.now_ms(), rehearses=digest)
            one = simulated.person(conn, house.db.vault, made)
    except simulated.NoNumberLeft as none_left:
        raise Refused("Every made-up number is in use. Play one of the people here.", 409) from none_left
    assert one is not None  # noqa: S101 - it was made three lines up
    return jsonify(person=_person_json(one)), 201


def _rehearsed(said: Mapping[str, Any]) -> str:
    """The revision of the draft that a new person is to try; "" for none."""
    draft, like = str(said.get("draft") or ""), str(said.get("like") or "")
    if not (draft or like):
        return ""
    if not may(MAY_TRY_DRAFTS):
        raise Refused("Only leads and admins try drafts.", 403)
    house = parts()
    with house.db.read() as conn:
        if like.isdecimal():
            return simulated.rehearsed(conn, int(like))
        found = drafts.one(conn, int(draft)) if draft.isdecimal() else None
    if found is None or found.status is not DraftStatus.OPEN:
        raise Refused("This draft is no longer there.", 404)
    return _stored(found)


def _stored(draft: Draft) -> str:
    """The draft over what is in use, kept where a conversation finds it again; nobody else begins in it."""
    house = parts()
    sources = laid(house.shelf.live().sources, draft.texts)
    try:
        house.shelf.read(sources)
    except ContentErrors as bad:
        raise Refused("There are errors in this draft. Put them right on the desk first.", 409) from bad
    with house.db.begin() as conn:
        return flows.publish(conn, sources, house.now_ms(), in_use=False)


@phone.get("/<int:contact_id>/messages")
def messages(contact_id: int) -> Response:
    """Her whole conversation, or only ``changed: false`` when nothing happened since the mark ``after``."""
    house = parts()
    with house.db.read() as conn:
        one = _person(simulated.person(conn, house.db.vault, contact_id))
        mark = simulated.as_of(conn, one)
        if request.args.get("after") == mark:
            return jsonify(changed=False, as_of=mark)
        found = simulated.conversation(conn, house.db.vault, one)
    lines = [_line_json(line, one.channel) for line in found]
    return jsonify(changed=True, as_of=mark, person=_person_json(one), lines=lines)


@phone.post("/<int:contact_id>/messages")
def send(contact_id: int) -> ResponseReturnValue:
    """One message from her: ``text``, or ``button`` and the ``line`` above it, or ``media``, or a place.

    ``id`` (32 hex digits, optional) names the message: trying again after a lost answer has one effect.
    """
    house = parts()
    said = _said()
    with house.db.read() as conn:
        one = _person(simulated.person(conn, house.db.vault, contact_id))
        offered = _offered(conn, one, said) if said.get("button") else None
    inbound = _tap(_message(one, said), said, offered) if offered else _words(_message(one, said), said)
    receipt = house.inbox.receive(inbound, house.now_ms())
    return jsonify(taken=receipt.taken, duplicate=receipt.duplicate), 200 if receipt.duplicate else 201


def _said() -> Mapping[str, Any]:
    """The request's fields, from a JSON object or a form."""
    said = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(said, Mapping):
        raise Refused("The message must be a JSON object or a form.")
    return said


def _channel(name: object) -> Channel:
    try:
        return Channel(str(name))
    except ValueError as bad:
        raise Refused('The channel must be "sms" or "whatsapp".') from bad


def _person(found: Person | None) -> Person:
    """Somebody who may be played here: who tries a draft is nobody to those who may not."""
    if found is None or (found.draft and not may(MAY_TRY_DRAFTS)):
        raise Refused("There is nobody here. They may have asked to be forgotten.", 404)
    return found


def _message(one: Person, said: Mapping[str, Any]) -> Inbound:
    """Her next message, still empty."""
    name = str(said.get("id") or uuid.uuid4().hex)
    if not MESSAGE_ID.fullmatch(name):
        raise Refused("The message's id must be 32 hex digits.")
    return Inbound(channel=one.channel, address=one.number, text="", provider_id=f"PH{name}", simulated=True)


def _offered(conn: Connection, one: Person, said: Mapping[str, Any]) -> tuple[str, str]:
    if one.channel is Channel.SMS:
        raise Refused("Plain SMS has no buttons. Send the number of the line instead.")
    offered = simulated.option(conn, parts().db.vault, one, str(said.get("line", "")), str(said["button"]))
    if offered is None:
        raise Refused("The bot did not offer that button.")
    return offered


def _tap(message: Inbound, said: Mapping[str, Any], offered: tuple[str, str]) -> Inbound:
    """As Twilio sends a tapped button: its words are the text, too."""
    label, answered = offered
    return replace(message, text=label, button=str(said["button"]), button_text=label, replied_to=answered)


def _words(message: Inbound, said: Mapping[str, Any]) -> Inbound:
    text = str(said.get("text") or "").replace("\r\n", "\n").encode("utf-8", "replace").decode()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"A message has at most {LONGEST_TEXT} letters. This one has {len(text)}.")
    whole = replace(message, text=text, media=_media(message, said), location=_location(said))
    if not (text.strip() or whole.media or whole.location):
        raise Refused("The message is empty.")
    return whole


def _media(message: Inbound, said: Mapping[str, Any]) -> tuple[Media, ...]:
    kind = said.get("media")
    if not kind:
        return ()
    if kind not in MEDIA:
        raise Refused('The media must be "photo", "voice" or "document".')
    url = f"{MADE_UP_ACCOUNT}/Messages/{message.provider_id}/Media/ME{uuid.uuid4().hex}"
    return (Media(url, MEDIA[kind]),)


def _location(said: Mapping[str, Any]) -> tuple[float, float] | None:
    if "latitude" not in said and "longitude" not in said:
        return None
    try:
        latitude, longitude = float(said["latitude"]), float(said["longitude"])
    except (LookupError, TypeError, ValueError) as bad:
        raise Refused("A place needs a latitude and a longitude, as numbers.") from bad
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("There is no such place on earth.")
    return latitude, longitude


def _person_json(one: Person) -> dict[str, object]:
    return {**vars(one), "channel": one.channel.value}


def _line_json(line: Line, channel: Channel) -> dict[str, object]:
    encoding, segments = line.size or _measured(line.text)
    is_place = not line.from_bot and not line.media and line.text in {"", PLACE_NOT_KEPT}
    return {
        "key": line.key,
        "name": (line.provider_id or "").removeprefix("PH"),
        "from": "bot" if line.from_bot else "person",
        "text": "" if is_place else line.text,
        "prompt": line.prompt,
        "options": [{"key": key, "label": label} for key, label in line.options],
        "shape": _shape(line.options, channel),
        "media": ["location"] if is_place else [content_type.partition("/")[0] for content_type in line.media],
        "status": line.status,
        "error_code": line.error_code,
        "encoding": encoding,
        "segments": segments,
        "language": line.language,
        "at": line.at,
    }


def _measured(text: str) -> tuple[str, int]:
    size = measure(text)
    return size.encoding, size.segments


def _shape(options: Sequence[tuple[str, str]], channel: Channel) -> str:
    """How WhatsApp can show these options: as buttons, as a list, or only as numbered text."""
    longest = max((len(label) for _, label in options), default=0)
    if not options or channel is Channel.SMS:
        return "text"
    if len(options) <= BUTTONS and longest <= BUTTON_LETTERS:
        return "buttons"
    return "list" if len(options) <= LIST_ITEMS and longest <= LIST_LETTERS else "text"
