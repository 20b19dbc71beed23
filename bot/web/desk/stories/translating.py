"""A story's prepared words in another language: drafted by a machine, or translated by a champion."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.channel.translate_client import TranslateReason, TranslateTrouble
from bot.language.catalogue import N_
from bot.store import wordings
from bot.store.swap import Stale
from bot.store.wordings import Made
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.one import show
from bot.web.desk.stories.preparing import LONGEST, decided, raced, to_prepare
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, language_name

TROUBLE: dict[TranslateReason, str] = {
    TranslateReason.AWAY: N_("{host} cannot be reached just now. Nothing was changed: try again later."),
    TranslateReason.BUSY: N_("{host} has too much to do just now, or all that was paid for is used up."),
    TranslateReason.KEY: N_("{host} does not let us in. Tell the person who runs this server."),
    TranslateReason.LANGUAGE: N_("{host} does not translate from {source} to {target}."),
    TranslateReason.LONG: N_("This is too long for {host} to translate at once."),
    TranslateReason.INSIDE: N_("{host} may not be asked from here. Tell the person who runs this server."),
    TranslateReason.WRONG: N_(
        "{host} answered something that is no translation. Tell the person who runs this server."
    ),
}


@bp.post("/<int:story_id>/translation")
@needs(Permission.DECIDE_STORIES)
def keep_translation(story_id: int) -> ResponseReturnValue:
    """Keep a champion's translation of the words that were on the page."""
    text, language = words("translation").replace("\r\n", "\n"), _language()
    typed = {"translation": text, "to": language}
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write your translation, at most {count} letters.", count=LONGEST)
        return show(story_id, errors={"my-translation": sentence}, typed=typed), 422
    refused = _keep(story_id, text, language, request.form.get("seen", 0, type=int), typed)
    if refused:
        return refused
    flash(gettext("Your translation is kept."))
    return _back(story_id, language)


@bp.post("/<int:story_id>/machine-draft")
@needs(Permission.DECIDE_STORIES)
def machine_draft(story_id: int) -> ResponseReturnValue:
    """Send the prepared words, never the original, to the translation service; keep what comes as a draft."""
    translator, language, seen = parts().translator, _language(), request.form.get("seen", 0, type=int)
    if translator is None:
        abort(404)
    with parts().db.read() as conn:
        found = to_prepare(conn, story_id)
        newest = wordings.prepared(conn, parts().db.vault, story_id)
        made = wordings.translations(conn, parts().db.vault, story_id)
    if newest is None or newest.version != seen or found.status.value in wordings.CLOSED or language == found.language:
        return show(story_id, refused=gettext("These words were changed meanwhile."), typed={"to": language}), 409
    if any(one.made is Made.DRAFT and one.language == language and one.version == seen for one in made):
        return _back(story_id, language)
    try:
        text = translator.draft(newest.text, found.language, language)
    except TranslateTrouble as trouble:
        names = {"source": language_name(found.language), "target": language_name(language)}
        sentence = gettext(TROUBLE[trouble.reason], host=translator.host, **names)
        return show(story_id, errors={"machine": sentence}, typed={"to": language}), 502
    return _keep(story_id, text, language, seen, {"to": language}, translator.kind.value) or _back(story_id, language)


def _keep(
    story_id: int, text: str, language: str, seen: int, typed: dict[str, str], service: str = ""
) -> ResponseReturnValue | None:
    """Keep a translation of version ``seen``; what to answer when that cannot be."""
    try:
        with parts().db.begin() as conn:
            found = to_prepare(conn, story_id)
            if seen < 1 or language == found.language:
                abort(400)
            wordings.translate(
                conn,
                parts().db.vault,
                story_id,
                text,
                language=language,
                version=seen,
                user_id=current_user.id,
                now_ms=parts().now_ms(),
                service=service,
            )
    except Stale as stale:
        return show(story_id, raced=raced(stale), typed=typed), 409
    except wordings.Decided:
        return show(story_id, refused=decided(), typed=typed), 409
    return None


def _language() -> str:
    language = request.form.get("language", "")
    if language not in parts().settings.languages:
        abort(400)
    return language


def _back(story_id: int, language: str) -> ResponseReturnValue:
    return redirect(url_for(".story", story_id=story_id, to=language, _anchor="translation"))
