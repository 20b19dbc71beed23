"""What the story page shows of the words that are prepared for others, and of their translations."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_login import current_user
from sqlalchemy import Connection

from bot.knowledge.area import is_small
from bot.language.catalogue import N_
from bot.store import translating, wordings
from bot.store.stories import Story
from bot.store.translating import Asker
from bot.store.vault import LOCKED
from bot.store.wordings import Made, Prepared, Translation
from bot.story import jigsaw
from bot.story.consent import goes_out
from bot.story.jigsaw import FEW_TELLERS, Clue
from bot.story.personal.find import find
from bot.story.personal.kinds import Kind
from bot.story.preparing import Original, Piece, whole
from bot.web.context import parts
from bot.web.desk.stories.gate import as_champion, readable
from bot.web.permissions import Permission, may
from bot.web.wording import gettext, language_name

KINDS: dict[Kind, str] = {
    Kind.NAME: N_("name"),
    Kind.STAFF: N_("name of staff"),
    Kind.PHONE: N_("phone number"),
    Kind.EMAIL: N_("e-mail address"),
    Kind.LINK: N_("link or user name"),
    Kind.POSTCODE: N_("postcode"),
    Kind.ADDRESS: N_("address"),
    Kind.NHS: N_("NHS number"),
    Kind.NINO: N_("National Insurance number"),
    Kind.DATE: N_("date"),
    Kind.PLACE: N_("name of a place"),
    Kind.REFERENCE: N_("reference number"),
    Kind.NUMBER: N_("number"),
}
# In the story's language, for it stands among her words.
PLACEHOLDERS: dict[Kind, str] = {
    Kind.NAME: N_("[name]"),
    Kind.STAFF: N_("[name]"),
    Kind.PHONE: N_("[phone number]"),
    Kind.EMAIL: N_("[e-mail]"),
    Kind.LINK: N_("[link]"),
    Kind.POSTCODE: N_("[postcode]"),
    Kind.ADDRESS: N_("[address]"),
    Kind.NHS: N_("[number]"),
    Kind.NINO: N_("[number]"),
    Kind.DATE: N_("[date]"),
    Kind.PLACE: N_("[place]"),
    Kind.REFERENCE: N_("[number]"),
    Kind.NUMBER: N_("[number]"),
}
CLUES: dict[Clue, str] = {
    Clue.LANGUAGE: N_("Few people here write to us in {language}."),
    Clue.AREA: N_("A small place, or a place by its name."),
    Clue.ONLY: N_("Being the only one, or the first."),
    Clue.EVENT: N_("Something that others know of: an accident, a court case, the news."),
    Clue.CONDITION: N_("An illness, a disability or a pregnancy."),
    Clue.AGE: N_("An exact age."),
    Clue.FAMILY: N_("A family that stands out: twins, many children, a widow."),
    Clue.WORK: N_("A kind of work."),
}


@dataclass(frozen=True)
class Draft:
    """The words in the box: what of personal details still stands in them, and what may tell who it is."""

    text: str
    left: list[tuple[str, Kind]]
    clues: list[str]
    leaves: bool  # others than champions read these words once they are approved
    lost: bool = False  # a detail could not be put back by itself


@dataclass(frozen=True)
class Worded:
    """The words beside the original, for the champion who prepares them.

    ``leaves``: others than champions read them once they are approved; if not, only champions ever do.
    ``out`` are the numbers of the pieces that the words leave out; ``changeable`` is False once the story is decided.
    ``to`` is the language that is being translated into; ``draft`` and ``champion`` are its translations. ``asked``
    says who else could not read the story and waits for one; ``wanted``: it stays among champions, and whoever looks
    reads its language, so that a translation is what she is here for. ``open_details``: what still stands in the kept
    words and may not be sent to a machine.
    """

    leaves: bool
    pieces: list[Piece]
    out: set[int]
    draft: Draft
    newest: Prepared | None
    earlier: list[Prepared]
    changeable: bool
    languages: list[str]
    to: str
    machine: Translation | None
    champion: Translation | None
    asks: str  # the host that drafts translations, "" when there is none
    asked: str
    wanted: bool
    open_details: list[str]

    def stale(self, one: Translation) -> bool:
        """True when the words were changed since this was made."""
        return self.newest is None or one.version != self.newest.version

    @property
    def source(self) -> str:
        """What is translated: the newest words, or those that would be kept first."""
        return self.newest.text if self.newest else self.draft.text

    @property
    def current(self) -> bool:
        """True when the machine's draft is of the newest words: it is not asked twice."""
        return self.machine is not None and not self.stale(self.machine)


def prepares(story: Story) -> bool:
    """True when the person signed in may prepare this story's words, and they can be read here."""
    return (
        readable(story)
        and as_champion(story)
        and may(Permission.DECIDE_STORIES)
        and LOCKED not in (*story.texts, story.wish)
    )


def told(story: Story) -> Original:
    """All that a story's teller told, with the details in it."""
    return Original(whole(story.texts, story.wish))


def worded(conn: Connection, story: Story, typed: dict[str, str]) -> Worded | None:
    """The words beside the original, with what was typed meanwhile. None for those who do not prepare them."""
    if not prepares(story):
        return None
    original, kept = told(story), wordings.versions(conn, parts().db.vault, story.id)
    text = typed.get("words") or (kept[0].text if kept else _all_out(original, story.language))
    languages = [code for code in parts().settings.languages if code != story.language]
    waits_for = _asker(conn, story)
    to = _to(story, languages, typed, waits_for)
    made = {(one.language, one.made): one for one in wordings.translations(conn, parts().db.vault, story.id)}
    translator = parts().translator
    return Worded(
        goes_out(story.consent),
        original.pieces(),
        original.taken_out(text),
        draft(conn, story, text, lost="lost" in typed),
        kept[0] if kept else None,
        kept[1:],
        story.status.value not in wordings.CLOSED,
        languages,
        to,
        made.get((to, Made.DRAFT)),
        made.get((to, Made.CHAMPION)),
        translator.host if translator else "",
        _asked(waits_for),
        bool(waits_for) and not goes_out(story.consent) and story.language in current_user.languages,
        open_details(story, kept[0].text) if kept else [],
    )


def open_details(story: Story, text: str) -> list[str]:
    """The personal details that keep these words from being sent to a machine.

    Of words that leaders are to read a champion says what stays in. Words for champions may hold names that were never
    meant to leave them, so a machine gets none in which any is found.
    """
    return [] if goes_out(story.consent) else [text[span.start : span.end] for span in find(text)]


def _asker(conn: Connection, story: Story) -> Asker | None:
    found = translating.asker(conn, story.id)
    return found if found and found.id != current_user.id else None


def _asked(waits_for: Asker | None) -> str:
    if waits_for is None:
        return ""
    who, names = waits_for.name or gettext("Someone"), ", ".join(language_name(code) for code in waits_for.languages)
    if not names:
        return gettext("{who} asked for a translation.", who=who)
    return gettext("{who} asked for a translation, and reads: {languages}.", who=who, languages=names)


def _to(story: Story, languages: list[str], typed: dict[str, str], waits_for: Asker | None) -> str:
    """The language to translate into: the one that was chosen, else one of hers who waits, else one of her own."""
    chosen = typed.get("to") or request.args.get("to", "")
    hers = [*(waits_for.languages if waits_for else ())]
    read = sorted(current_user.languages, key=lambda code: code not in story.translated)
    return next((code for code in (chosen, *hers, *read, *languages) if code in languages), "")


def draft(conn: Connection, story: Story, text: str, *, lost: bool = False) -> Draft:
    """These words with what a champion should look at in them."""
    common = story.language == "en"  # it points at nobody here, however few have written yet
    tellers = FEW_TELLERS if common else wordings.tellers(conn, story.language, FEW_TELLERS)
    left = find(text)
    found = jigsaw.clues(text, left, tellers=tellers, small_area=is_small(story.area))
    name = language_name(story.language)
    clues = [gettext(CLUES[clue], language=name) for clue in found] if jigsaw.may_point(found) else []
    standing = [(text[span.start : span.end], span.kind) for span in left]
    return Draft(text, standing, clues, goes_out(story.consent), lost)


def say(language: str) -> dict[Kind, str]:
    """What stands where a detail was taken out, in a story's language; English when the desk does not speak it."""
    return {kind: parts().catalogues.text(text, language, domain="desk") for kind, text in PLACEHOLDERS.items()}


def _all_out(original: Original, language: str) -> str:
    return original.without(range(len(original.details)), say(language).__getitem__)
