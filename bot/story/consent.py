"""The one gate: who may see a story. Every page, export, report and API asks here."""

from __future__ import annotations

from enum import StrEnum

from bot.story.status import StoryStatus


class Consent(StrEnum):
    """What the teller chose. ``nobody`` is never stored: nothing of such a story is kept."""

    LEADERS = "leaders"
    CHAMPIONS = "champions"
    NOBODY = "nobody"


class Audience(StrEnum):
    """Who is about to read."""

    CHAMPIONS = "champions"
    LEADERS = "leaders"


def may_read(consent: Consent, status: StoryStatus, audience: Audience) -> bool:
    """True when this audience may see this story's words.

    Champions moderate, so they read every story that was kept. Leaders read only what its teller let them read
    and a champion has approved.
    """
    if consent is Consent.NOBODY or status is StoryStatus.WITHDRAWN:
        return False
    if audience is Audience.CHAMPIONS:
        return True
    return consent is Consent.LEADERS and status is StoryStatus.APPROVED


def may_follow_up(follow_up: bool, stopped: bool) -> bool:
    """True when a champion may text the teller about the story: she agreed, and has not said STOP."""
    return follow_up and not stopped
