"""The moves a story may make, and the one gate that says who may read it."""

from __future__ import annotations

from itertools import product

import pytest

from bot.story.consent import LADDER, Audience, Consent, SameReader, approved_by, may_follow_up, may_read
from bot.story.status import MOVES, MoveRefused, StoryStatus, move, standing


@pytest.mark.parametrize(("old", "new"), list(product(StoryStatus, StoryStatus)))
def test_a_story_moves_only_as_the_table_allows(old: StoryStatus, new: StoryStatus) -> None:
    if new in MOVES[old]:
        assert move(old, new) is new
    else:
        with pytest.raises(MoveRefused, match="cannot become"):
            move(old, new)


@pytest.mark.parametrize(("consent", "status", "audience"), list(product(Consent, StoryStatus, Audience)))
def test_who_may_read(consent: Consent, status: StoryStatus, audience: Audience) -> None:
    """Champions all that was kept and not taken back; others what its teller let them read, and is approved."""
    chosen = {
        Audience.CHAMPIONS: consent is not Consent.NOBODY,
        Audience.LEADERS: consent in {Consent.LEADERS, Consent.BOARD},
        Audience.PUBLIC: consent is Consent.BOARD,
    }[audience]
    there = status is not StoryStatus.WITHDRAWN
    far_enough = audience is Audience.CHAMPIONS or status is StoryStatus.APPROVED
    assert may_read(consent, status, audience) is (chosen and there and far_enough)


@pytest.mark.parametrize("status", list(StoryStatus))
def test_nobody_reads_more_than_those_nearer_to_the_teller(status: StoryStatus) -> None:
    """Each rung of the ladder lets in whom the one below lets in, and each audience reads no more than a nearer one."""
    for audience in Audience:
        allowed = [may_read(consent, status, audience) for consent in LADDER]
        assert allowed == sorted(allowed)
    for consent in Consent:
        allowed = [may_read(consent, status, audience) for audience in Audience]
        assert allowed == sorted(allowed, reverse=True)


@pytest.mark.parametrize("consent", [Consent.LEADERS, Consent.BOARD])
def test_what_leaves_the_champions_is_approved_by_two(consent: Consent) -> None:
    assert approved_by(consent, StoryStatus.RECEIVED, None, 1) is StoryStatus.NEEDS_SECOND
    assert approved_by(consent, StoryStatus.NEEDS_SECOND, 1, 2) is StoryStatus.APPROVED
    with pytest.raises(SameReader, match="Another champion"):
        approved_by(consent, StoryStatus.NEEDS_SECOND, 1, 1)


def test_what_stays_among_champions_is_approved_by_one() -> None:
    assert approved_by(Consent.CHAMPIONS, StoryStatus.RECEIVED, None, 1) is StoryStatus.APPROVED


def test_a_claim_ends_by_itself() -> None:
    """And hides nothing that does not wait to be read."""
    assert standing(StoryStatus.RECEIVED, 1000, 999) is StoryStatus.CLAIMED
    assert standing(StoryStatus.RECEIVED, 1000, 1000) is StoryStatus.RECEIVED
    assert standing(StoryStatus.NEEDS_SECOND, None, 0) is StoryStatus.NEEDS_SECOND
    assert standing(StoryStatus.NEEDS_LEAD, 1000, 0) is StoryStatus.NEEDS_LEAD


def test_a_story_can_be_taken_back_from_anywhere_and_stays_so() -> None:
    for status in set(StoryStatus) - {StoryStatus.WITHDRAWN}:
        assert move(status, StoryStatus.WITHDRAWN) is StoryStatus.WITHDRAWN
    assert MOVES[StoryStatus.WITHDRAWN] == frozenset()


@pytest.mark.parametrize(("agreed", "stopped"), list(product([True, False], [True, False])))
def test_a_teller_is_texted_only_when_she_agreed_and_has_not_stopped(agreed: bool, stopped: bool) -> None:
    assert may_follow_up(agreed, stopped) is (agreed and not stopped)
