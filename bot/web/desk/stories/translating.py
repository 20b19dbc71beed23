"""A story's prepared words in another language: drafted by a machine, or translated by a champion."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.channel.translate_client import TranslateReason, TranslateTrouble
from bot.language.catalogue import N_
from bot.store import translating, wordings
from bot.store.stories import Story
from bot.store.swap import Stale
from bot.store.wordings import Made
from bot.story.consent import goes_out
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.stories import unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.one import show
from bot.web.desk.stories.preparing import LONGEST, Taken, decided, keep, raced, to_prepare
from bot.web.desk.stories.worded import open_details
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


@dataclass(frozen=True)
class Kept:
    """A translation was kept. ``asker``: the name of who waited for it and has the story back; None when nobody did."""

    asker: str | None

    @property
    def sentence(self) -> str:
        """What to tell the one who translated."""
        if self.asker is None:
            return gettext("Your translation is kept.")
        who = self.asker or gettext("Someone")
        return gettext("Your translation is kept. {who} asked for it, and can read the story now.", who=who)


@bp.post("/<int:story_id>/translation")
@needs(Permission.DECIDE_STORIES)
def keep_translation(story_id: int) -> ResponseReturnValue:
    """Keep a champion's translation of the words that were on the page, and give the story back to who asked for it."""
    text, language = words("translation").replace("\r\n", "\n"), _language()
    typed = {"translation": text, "to": language}
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write your translation, at most {count} letters.", count=LONGEST)
        return show(story_id, errors={"my-translation": sentence}, typed=typed), 422
    kept = _keep(story_id, text, language, request.form.get("seen", 0, type=int), typed)
    if not isinstance(kept, Kept):
        return kept
    flash(kept.sentence)
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
    if open_details(found, newest.text):
        sentence = gettext("Personal details still stand in these words. Take them out first.")
        return show(story_id, errors={"machine": sentence}, typed={"to": language}), 422
    if any(one.made is Made.DRAFT and one.language == language and one.version == seen for one in made):
        return _back(story_id, language)
    try:
        text = translator.draft(newest.text, found.language, language)
    except TranslateTrouble as trouble:
        names = {"source": language_name(found.language), "target": language_name(language)}
        sentence = gettext(TROUBLE[trouble.reason], host=translator.host, **names)
        return show(story_id, errors={"machine": sentence}, typed={"to": language}), 502
    kept = _keep(story_id, text, language, seen, {"to": language}, translator.kind.value)
    return _back(story_id, language) if isinstance(kept, Kept) else kept


def _keep(
    story_id: int, text: str, language: str, seen: int, typed: dict[str, str], service: str = ""
) -> Kept | ResponseReturnValue:
    """Keep a translation of version ``seen``; what to answer when that cannot be."""
    try:
        with parts().db.begin() as conn:
            found = to_prepare(conn, story_id)
            if language == found.language:
                abort(400)
            wordings.translate(
                conn,
                parts().db.vault,
                story_id,
                text,
                language=language,
                version=seen or _first_words(conn, found),
                user_id=current_user.id,
                now_ms=parts().now_ms(),
                service=service,
            )
            if service:
                return Kept(None)
            unsaved.drop(conn, story_id, unsaved.TRANSLATION + language)
            return Kept(_given_back(conn, story_id, language))
    except Taken:
        return show(story_id, typed=typed), 409  # the page says who reads it, and until when
    except Stale as stale:
        return show(story_id, raced=raced(stale), typed=typed), 409
    except wordings.Decided:
        return show(story_id, refused=decided(), typed=typed), 409


def _given_back(conn: Connection, story_id: int, language: str) -> str | None:
    now_ms = parts().now_ms()
    return translating.give_back(conn, story_id, language, user_id=current_user.id, now_ms=now_ms)


def _first_words(conn: Connection, found: Story) -> int:
    """Of a story that only champions may read, the words that were translated are kept with their translation.

    What leaves the champions is prepared first, and read by itself.
    """
    text = words("words").replace("\r\n", "\n")
    if goes_out(found.consent) or not 0 < len(text) <= LONGEST:
        abort(400)
    keep(conn, found, text, seen=0)
    typed = unsaved.hers(conn, found).get("words")
    if typed and typed.text == text:
        unsaved.drop(conn, found.id, "words")
    return 1


def _language() -> str:
    language = request.form.get("language", "")
    if language not in parts().settings.languages:
        abort(400)
    return language


def _back(story_id: int, language: str) -> ResponseReturnValue:
    return redirect(url_for(".story", story_id=story_id, to=language, _anchor="translation"))
