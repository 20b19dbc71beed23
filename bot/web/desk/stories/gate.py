"""Which stories, and which words of them, the person signed in may see."""

from __future__ import annotations

from flask_login import current_user

from bot.language.catalogue import N_
from bot.store.stories import StoryRow
from bot.story.consent import Audience, Consent, may_read
from bot.story.status import StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.wording import clock, gettext, language_name

APPROVED: dict[Consent, str] = {
    Consent.BOARD: N_("{who} approved it. Everyone may read it."),
    Consent.LEADERS: N_("{who} approved it. Leaders may read it."),
    Consent.CHAMPIONS: N_("{who} approved it. Only champions may read it."),
}


def readable(row: StoryRow) -> bool:
    """The one gate: whether the person signed in now may see this story's words."""
    reader = scoped.audience_of(row.area, row.language)
    return reader is not None and may_read(row.consent, row.status, reader)


def as_champion(row: StoryRow) -> bool:
    """Whether the person signed in now moderates where this story belongs."""
    return scoped.audience_of(row.area, row.language) is Audience.CHAMPIONS


def listed(row: StoryRow) -> bool:
    """A leader sees that she is asked about a story, though not its words; of the others, those she may read."""
    asked = row.status is StoryStatus.NEEDS_LEAD and scoped.audience_of(row.area, row.language) is not None
    return readable(row) or asked


def why(row: StoryRow, read: set[str]) -> str:
    """Why this story is where it is, in one sentence or two."""
    who = row.decided_by_name or gettext("Someone")
    if row.taken_from(current_user.id, parts().now_ms()):
        return reading(row)
    if row.status is StoryStatus.NEEDS_SECOND:
        return _why_second(row)
    if row.status is StoryStatus.NEEDS_TRANSLATION:
        name = language_name(row.language)
        return gettext("{who} could not read it. Somebody is needed who reads {language}.", who=who, language=name)
    if row.status is StoryStatus.WITHDRAWN:
        return gettext("Its teller took it back. Nothing of it is kept.")
    if row.status is StoryStatus.NEEDS_LEAD:
        return gettext("{who} asked a lead before deciding.", who=who)
    if row.status is StoryStatus.APPROVED:
        return gettext(APPROVED[row.consent], who=who)
    if row.status is StoryStatus.DECLINED:
        return gettext("{who} declined it. Nobody else sees it.", who=who)
    if language := translated_for_her(row):
        return _why_translated(row, language)
    if row.version > 1:
        return gettext("{who} put it back in the queue.", who=who)
    return _why_unread(row.language, read)


def translated_for_her(row: StoryRow) -> str:
    """A language that she reads and it was translated into; "" when there is none, or she needs none."""
    if row.language in current_user.languages:
        return ""
    return next((code for code in current_user.languages if code in row.translated), "")


def reading(row: StoryRow) -> str:
    """Who reads it now, and until when nobody should disturb her."""
    who = row.claimed_by_name or gettext("Someone")
    return gettext("{who} is reading it until {time}.", who=who, time=clock(row.claim_until or 0))


def _why_second(row: StoryRow) -> str:
    if row.first_by == current_user.id:
        return gettext("You approved it. Another champion reads it before it goes out.")
    who = row.first_by_name or gettext("Someone")
    return gettext("{who} approved it. Another champion reads it before it goes out.", who=who)


def _why_translated(row: StoryRow, language: str) -> str:
    who, name = row.translated[language] or gettext("Someone"), language_name(language)
    return gettext("{who} translated it into {language}, which you read.", who=who, language=name)


def _why_unread(code: str, read: set[str]) -> str:
    name = language_name(code)
    if code in current_user.languages:
        return gettext("Nobody has read it yet. It is in {language}, which you read.", language=name)
    if code in read:
        return gettext("Nobody has read it yet. It is in {language}: someone else here reads it.", language=name)
    return gettext("Nobody on the desk reads {language}. Do you know someone who could help?", language=name)
