"""The browsers that are signed in: each has a row, and a cookie without its row opens nothing.

The cookie holds a secret that is new at each sign-in, so one that somebody else planted before is worth nothing after.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, request, session
from flask_login import current_user, logout_user, user_logged_in, user_logged_out

from bot.store import desk_sessions
from bot.web.context import parts
from bot.web.users import User

NAME = "desk_session"
KEPT = frozenset({"_user_id", "_fresh", "_id", "_permanent", "signed_in_at"})
# The first that is found counts, as each of these also says that it is all the others.
BROWSERS = {
    "SamsungBrowser": "Samsung Internet",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox|FxiOS": "Firefox",
    "CriOS|Chrome|Chromium": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def init_app(app: Flask) -> None:
    """Begin a row at each sign-in, ask for it at each click, and end it at sign-out."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_refuse_without_row)


def here() -> str:
    """The id of the session that this request comes in, "" when there is none."""
    secret = session.get(NAME, "")
    return desk_sessions.hashed(secret) if isinstance(secret, str) and secret else ""


def words_for(agent: str) -> str:
    """A browser's User-Agent in words: "Chrome, Android"; "" when it says nothing that people know."""
    found = [
        next((name for sign, name in table.items() if re.search(sign, agent)), "") for table in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name)


def shortened(address: str) -> str:
    """An IP address without what tells one home from the next: "203.0.113.0/24", or an IPv6 network of 48 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def _begin(sender: Flask, user: User, **_: object) -> None:
    """Whatever the cookie held before, a form's token among it, is worth nothing from here on."""
    for name in [name for name in session if name not in KEPT]:
        session.pop(name)
    browser, came_from = words_for(request.user_agent.string), shortened(request.remote_addr or "")
    with parts().db.begin() as conn:
        session[NAME] = desk_sessions.begin(
            conn, user.id, browser=browser, came_from=came_from, now_ms=parts().now_ms()
        )


def _end(sender: Flask, user: Any = None, **_: object) -> None:
    if here() and getattr(user, "is_authenticated", False):
        with parts().db.begin() as conn:
            desk_sessions.end(conn, user.id, only=here())
    session.pop(NAME, None)


def _refuse_without_row() -> None:
    if not request.path.startswith("/desk") or request.endpoint == "look.static" or "_user_id" not in session:
        return
    with parts().db.read() as conn:
        found = desk_sessions.find(conn, here(), parts().now_ms())
    if found is None or not current_user.is_authenticated or found.user_id != current_user.id:
        _forget()
    elif parts().now_ms() - found.seen_at > desk_sessions.NOTED_EVERY_MS:
        with parts().db.begin() as conn:
            desk_sessions.seen(conn, found.id, parts().now_ms())


def _forget() -> None:
    logout_user()
    session.clear()
