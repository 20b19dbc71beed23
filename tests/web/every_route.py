"""A desk with one of everything, and a request to any of its routes by anybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import update
from werkzeug.routing import Rule

from bot.channel.made_up_media import damp_wall as photo
from bot.store import reach
from bot.store.schema import alert, outbound, question, story, talk
from bot.web import users
from tests.web.desk_stage import NOW, Desk
from tests.web.test_desk_media import kept

# Who is who in the table: her name on the desk, by the head of her column.
COLUMNS = {
    "champion": "amina",
    "translator": "tara",
    "lead": "ruth",
    "admin": "sam",
    "champion elsewhere": "olive",
    "lead elsewhere": "lena",
    "nobody": "",
}
FILLED = {"name": "menu", "language": "ur", "token": "none", "code": "en", "channel": "sms", "kind": "answer"}
FILLED |= {"way": "pause"}
PLACED = frozenset({"story_id", "question_id", "talk_id", "alert_id", "message_id", "media_id"})


@dataclass
class Town:
    """A desk in which everything belongs to Wexmoor, with two people who look after Brackley only."""

    desk: Desk
    token: str = ""
    raw: str = ""

    def ask(self, column: str, method: str, rule: Rule) -> str:
        """What becomes of somebody at this route: "yes", "no", "gone" as if there were nothing, "door": sign in."""
        name = COLUMNS[column]
        visitor = self.desk.signed_in(name) if name else self.desk.visitor()
        with visitor.client.session_transaction() as kept:
            kept["csrf_token"] = self.raw
        path, form = self.path(rule), {"csrf_token": self.token, "area": "Wexmoor"}
        answered = visitor.client.get(path) if method == "GET" else visitor.client.post(path, data=form)
        if answered.status_code == 401 or (answered.location or "").startswith("/desk/sign-in?"):
            return "door"
        if answered.status_code == 404 and rule.arguments & PLACED:
            return "gone"
        return "no" if answered.status_code == 403 else "yes"

    def path(self, rule: Rule) -> str:
        """An address of this route that leads somewhere."""
        values = {name: FILLED.get(name, 1) for name in rule.arguments}
        if rule.rule.startswith("/desk/people/<int"):
            values["user_id"] = self.desk.ids["piotr"]
        if rule.endpoint.startswith("keeping.k"):
            values["question_id"] = 2  # the answered one
        return str(self.desk.app.url_map.bind("localhost").build(rule.endpoint, values, method=None))


def routes(desk: Desk) -> dict[str, Rule]:
    """Every route of the desk: "POST /desk/stories/<int:story_id>/approve"."""
    rules = [rule for rule in desk.app.url_map.iter_rules() if rule.rule == "/desk" or rule.rule.startswith("/desk/")]
    return {f"{method} {rule.rule}": rule for rule in rules for method in _methods(rule)}


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def town(desk: Desk) -> Town:
    """Everything there is, once."""
    desk.story(status="needs_lead")
    desk.question()
    desk.question(status="answered", answer_enc=desk.db.vault.seal("On Mondays"))
    desk.talk()
    desk.alert()
    desk.failed_text()
    desk.answer()
    desk.service()
    sam = desk.signed_in("sam")
    sam.send("/desk/drafts", flow="menu")
    sam.send("/desk/broadcasts", title="A new clinic")
    with desk.db.begin() as conn:
        users.set_password(conn, desk.ids["piotr"], "three words together")
        for name, role in (("olive", "champion"), ("lena", "lead")):
            email = f"{name}@desk.example.org"
            desk.ids[name] = users.add(conn, email=email, name=name.title(), roles=[role], languages=["en"])
            reach.hold(conn, desk.ids[name], role, everywhere=False, areas=["Brackley"])
        reach.add_organisation(conn, "Wexmoor Welcome", ["Wexmoor"], NOW)
        for table in (story, question, talk, alert):
            conn.execute(update(table).values(area="wexmoor"))
        row = conn.execute(outbound.select()).first()
        assert row
        conn.execute(update(story).values(contact_id=row.contact_id))
    kept(desk, photo(), story_id=1)
    made = Town(desk)
    with desk.app.test_request_context():
        made.token, made.raw = generate_csrf(), session["csrf_token"]
    return made
