"""The moves a story may make, and the one gate that says who may read it."""

from __future__ import annotations

from itertools import product

import pytest

from bot.story.consent import Audience, Consent, may_follow_up, may_read
from bot.story.status import MOVES, MoveRefused, StoryStatus, move


@pytest.mark.parametrize(("old", "new"), list(product(StoryStatus, StoryStatus)))
def test_a_story_moves_only_as_the_table_allows(old: StoryStatus, new: StoryStatus) -> None:
    if new in MOVES[old]:
        assert move(old, new) is new
    else:
        with pytest.raises(MoveRefused, match="cannot become"):
            move(old, new)


@pytest.mark.parametrize(("consent", "status", "audience"), list(product(Consent, StoryStatus, Audience)))
def test_who_may_read(consent: Consent, status: StoryStatus, audience: Audience) -> None:
    allowed = may_read(consent, status, audience)
    if consent is Consent.NOBODY or status is StoryStatus.WITHDRAWN:
        assert not allowed
    elif audience is Audience.CHAMPIONS:
        assert allowed
    else:
        assert allowed is (consent is Consent.LEADERS and status is StoryStatus.APPROVED)


@pytest.mark.parametrize(("agreed", "stopped"), list(product([True, False], [True, False])))
def test_a_teller_is_texted_only_when_she_agreed_and_has_not_stopped(agreed: bool, stopped: bool) -> None:
    assert may_follow_up(agreed, stopped) is (agreed and not stopped)
