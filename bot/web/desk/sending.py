"""Writing to a resident from the desk: what it will cost, handing it to the outbox, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from bot.channel.errors import OUTSIDE_WINDOW, sentence
from bot.channel.message import Channel, DeliveryStatus, Outbound
from bot.language.catalogue import N_
from bot.language.segments import Size, measure
from bot.store import outgoing, window
from bot.store.schema import contact, outbound, user
from bot.store.vault import LOCKED, opened
from bot.store.window import Way
from bot.web.context import parts
from bot.web.desk.labels import delivery
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

LONGEST = 1600  # Twilio's limit for one message's Body

sending = Blueprint("sending", __name__, url_prefix="/desk/size")


def init_app(app: Flask) -> None:
    """Attach the counter that a writing box asks while someone types."""
    app.register_blueprint(sending)
    app.jinja_env.globals.update(measure=measure, longest_text=LONGEST, LOCKED=LOCKED)


@dataclass(frozen=True)
class Sent:
    """One text that a champion sent: its words, what became of it, who sent it, when."""

    id: int
    text: str
    language: str | None
    delivery: str
    tone: str
    trouble: str
    sender: str
    at: int


@sending.post("")
@needs(Permission.DESK)
def size() -> ResponseReturnValue:
    """The size of what is typed so far. It comes in the body, so that no words stand in an address."""
    text = request.form.get("text", "")
    return render_template(
        "desk/size.html", size=sized(text), letters=len(text), whatsapp=request.form.get("channel") == Channel.WHATSAPP
    )


def sized(text: str) -> Size:
    """What the text costs to send, as it will be sent: without blanks around it."""
    return measure(text.strip())


def queue(conn: Connection, *, contact_id: int, text: str, language: str, user_id: int) -> int:
    """Put a champion's text in the outbox. Gives its id. Raises ``outgoing.Stopped`` after STOP."""
    return outgoing.queue(
        conn,
        parts().db.vault,
        contact_id=contact_id,
        outbound=Outbound(text=text),
        kind="champion",
        language=language,
        now_ms=parts().now_ms(),
        sent_by=user_id,
    )


CLOSED: dict[Way, str] = {
    Way.TEMPLATE: N_(
        "They last wrote by WhatsApp more than a day ago. We first ask them to write back. Your text goes when they do."
    ),
    Way.SMS: N_("They last wrote by WhatsApp more than a day ago. Your text goes to the same number by SMS instead."),
    Way.WAIT: N_(
        "They last wrote by WhatsApp more than a day ago. WhatsApp lets your text through when they write again."
    ),
}


def closed_window(conn: Connection, contact_id: int | None, language: str) -> str:
    """What will become of a text that is sent now, when WhatsApp's 24 hours are over; "" while they are not."""
    found = conn.execute(select(contact).where(contact.c.id == contact_id)).first()
    if found is None or not window.needs_template(Channel(found.channel), found.last_inbound_at, parts().now_ms()):
        return ""
    return gettext(CLOSED[window.way(conn, parts().db.vault, found.id, language)])


def sent(conn: Connection, ids: list[int]) -> list[Sent]:
    """Those texts, oldest first, with what became of them."""
    query = select(outbound, user.c.name.label("sender")).outerjoin(user, user.c.id == outbound.c.sent_by)
    rows = conn.execute(query.where(outbound.c.id.in_(ids)).order_by(outbound.c.id))
    found = []
    for row in rows:
        name, tone = delivery(row.status)
        held = row.status == DeliveryStatus.WAITING and row.error_code == OUTSIDE_WINDOW
        trouble = sentence(row.error_code) if tone == "bad" or held else ""
        found.append(
            Sent(
                row.id,
                opened(parts().db.vault, row.text_enc),
                row.language,
                gettext("{state}, by SMS", state=name) if row.by_sms else name,
                tone,
                trouble,
                row.sender or "",
                row.created_at,
            )
        )
    return found
