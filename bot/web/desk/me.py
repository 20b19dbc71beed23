"""What a person sets for herself: the languages she reads, and the language of the desk."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.names import LANGUAGES, Language, language
from bot.web import users
from bot.web.context import parts
from bot.web.permissions import Permission, needs
from bot.web.wording import COOKIE, gettext, language_name

me = Blueprint("me", __name__, url_prefix="/desk/me")
YEAR = timedelta(days=365)


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(me)
    app.jinja_env.globals.update(desk_languages=desk_languages)


def desk_languages() -> list[Language]:
    """The languages the desk can be read in."""
    return [language(code) for code in parts().settings.languages]


def reading_options() -> list[tuple[str, str, None]]:
    """Every language a champion may say she reads: those offered first, then the rest by name."""
    offered = parts().settings.languages
    rest = sorted((code for code in LANGUAGES if code not in offered), key=language_name)
    return [(code, language_name(code), None) for code in (*offered, *rest)]


def known(codes: list[str]) -> list[str]:
    """Those codes that are languages, none twice."""
    return [code for code in dict.fromkeys(codes) if code in LANGUAGES]


@me.get("")
@needs(Permission.DESK)
def page() -> ResponseReturnValue:
    """My languages."""
    return render_template("desk/me.html", options=reading_options())


@me.post("")
@needs(Permission.DESK)
def save() -> ResponseReturnValue:
    """Keep the languages she reads."""
    with parts().db.begin() as conn:
        users.set_languages(conn, current_user.id, known(request.form.getlist("languages")))
    flash(gettext("Saved. Stories in these languages come to you first."))
    return redirect(url_for(".page"))


@me.post("/desk-language")
@needs(Permission.ANYONE)
def desk_language() -> ResponseReturnValue:
    """Read the desk in another language, on this device, from now on."""
    before_the_door = request.form.get("back") in {"security.login", "people.join"}
    back = "security.login" if before_the_door else "me.page"
    answer = redirect(url_for(back))
    chosen = request.form.get("language", "")
    if chosen in parts().settings.languages:
        secure = parts().settings.public_url.startswith("https://")
        if current_user.is_authenticated:
            with parts().db.begin() as conn:
                users.set_desk_language(conn, current_user.id, chosen, parts().now_ms())
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, path="/", samesite="Lax", httponly=True, secure=secure)
    return answer
