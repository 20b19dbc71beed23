"""Which stories, and which words of them, the person signed in may see."""

from __future__ import annotations

from flask_login import current_user

from bot.store.stories import StoryRow
from bot.story.consent import Audience, Consent, may_read
from bot.story.status import StoryStatus
from bot.web import scoped
from bot.web.wording import gettext, language_name


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
    if row.status is StoryStatus.NEEDS_LEAD:
        return gettext("{who} asked a lead before deciding.", who=who)
    if row.status is StoryStatus.APPROVED:
        if row.consent is Consent.LEADERS:
            return gettext("{who} approved it. Leaders may read it.", who=who)
        return gettext("{who} approved it. Only champions may read it.", who=who)
    if row.status is StoryStatus.DECLINED:
        return gettext("{who} declined it. Nobody else sees it.", who=who)
    if row.version > 1:
        return gettext("{who} put it back in the queue.", who=who)
    return _why_unread(row.language, read)


def _why_unread(code: str, read: set[str]) -> str:
    name = language_name(code)
    if code in current_user.languages:
        return gettext("Nobody has read it yet. It is in {language}, which you read.", language=name)
    if code in read:
        return gettext("Nobody has read it yet. It is in {language}: someone else here reads it.", language=name)
    return gettext("Nobody on the desk reads {language}. Do you know someone who could help?", language=name)
