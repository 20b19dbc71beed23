"""Posters: choose a language and the number, look at it, print it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.flow.poster.picture import page as print_page
from bot.flow.poster.picture import poster
from bot.flow.poster.words import Numbers, Words, in_figures, poster_words, read_number
from bot.language.names import language
from bot.web.context import parts
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("posters", __name__, url_prefix="/desk/posters")
ALL = "all"
# The poster's own style sheet stands inside it; opened by itself it may use that, and nothing else.
POSTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.DESK)
def page() -> ResponseReturnValue:
    """Every language's poster, with the numbers that stand on it."""
    numbers, written, errors = _numbers()
    offered = [language(code) for code in parts().settings.languages]
    return render_template(
        "desk/posters.html", numbers=numbers, written=written, errors=errors, offered=offered, everything=ALL
    ), 422 if errors else 200


@bp.get("/<code>.svg")
@needs(Permission.DESK)
def picture(code: str) -> ResponseReturnValue:
    """One poster as a picture."""
    return _by_itself(poster(_words(code)), "image/svg+xml")


@bp.get("/<code>")
@needs(Permission.DESK)
def sheet(code: str) -> ResponseReturnValue:
    """One poster, or all, as a page to print."""
    codes = parts().settings.languages if code == ALL else (code,)
    return _by_itself(print_page(map(_words, codes), gettext("Posters")), "text/html")


def _words(code: str) -> Words:
    numbers, _, errors = _numbers()
    if code not in parts().settings.languages or errors or not numbers:
        abort(404)
    return poster_words(parts().catalogues, code, parts().settings.service_name, numbers)


def _by_itself(made: str, kind: str) -> Response:
    answer = Response(made, mimetype=kind)
    answer.headers["Content-Security-Policy"] = POSTER_POLICY
    return answer


def _numbers() -> tuple[Numbers, dict[str, str], dict[str, str]]:
    """The numbers that were asked for, else those of the settings; as they were written; and what is wrong."""
    settings, errors = parts().settings, dict[str, str]()
    written = {
        "number": request.args.get("number", in_figures(settings.twilio_sms_from)),
        "whatsapp": request.args.get("whatsapp", in_figures(settings.twilio_whatsapp_from)),
    }
    read = {}
    for name, text in written.items():
        try:
            read[name] = read_number(text)
        except ValueError:
            read[name] = ""
            errors[name] = gettext("This is no phone number. Write it like 07700 900123 or +447700900123.")
    return Numbers(read["number"], read["whatsapp"]), written, errors
