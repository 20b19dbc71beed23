"""For whom something waits, who alone can take it, and when an e-mail is due."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.story.reminding import (
    GATHER_MS,
    About,
    Pace,
    Reader,
    Thing,
    Waits,
    Wish,
    counted,
    next_due,
    shared_out,
    takers,
)
from bot.story.rota import HERE
from bot.story.scope import ALL, NOTHING, Scope

EVERYWHERE = dict.fromkeys(About, ALL)


def reader(id: int, *languages: str, area: str = "", advises: bool = False) -> Reader:
    scope = Scope(False, frozenset({area}), frozenset(languages)) if area else ALL
    return Reader(id, frozenset(languages), dict.fromkeys(About, scope), ALL if advises else NOTHING)


def story(id: int = 1, language: str = "ur", **more: object) -> Thing:
    return Thing(About.STORIES, id, language, **more)  # type: ignore[arg-type]


AMINA, PIOTR = reader(1, "en", "ur"), reader(2, "en", "pl")


def test_it_waits_for_those_who_read_its_language() -> None:
    assert takers(story(language="ur"), [AMINA, PIOTR]) == {1}
    assert takers(story(language="en"), [AMINA, PIOTR]) == {1, 2}


def test_what_nobody_reads_waits_for_everybody_but_not_when_a_translation_is_asked_for() -> None:
    assert takers(story(language="so"), [AMINA, PIOTR]) == {1, 2}
    assert takers(story(language="so", for_anybody=False), [AMINA, PIOTR]) == set()


def test_somebody_alone_in_an_area_is_the_only_one_though_others_read_the_language() -> None:
    near, far = reader(3, "ur", area="wexmoor"), reader(4, "ur", area="brackley")
    assert takers(story(area="Wexmoor"), [near, far]) == {3}
    assert takers(story(area="Brackley"), [near, far]) == {4}
    assert takers(story(area=None), [near, far]) == {3, 4}


def test_who_read_it_first_is_not_its_second_reader() -> None:
    assert takers(story(language="en", not_for=frozenset({1})), [AMINA, PIOTR]) == {2}


def test_a_talk_somebody_has_taken_waits_for_her_alone_whatever_she_reads() -> None:
    assert takers(Thing(About.TALKS, 1, "so", only_for=2), [AMINA, PIOTR]) == {2}


def test_a_lead_is_asked_whatever_she_reads_and_champions_are_not() -> None:
    assert takers(story(to_leads=True), [AMINA, reader(5, "en", advises=True)]) == {5}


def test_what_only_one_can_take_is_told_apart() -> None:
    both, hers = story(1, "en"), story(2, "ur")
    found = shared_out([both, hers], [AMINA, PIOTR])
    assert found == {1: Waits((both, hers), (hers,)), 2: Waits((both,), ())}
    assert found[1].of({About.TALKS}) == Waits()


def test_things_are_counted_by_kind_and_language_the_most_first() -> None:
    things = [Thing(About.TALKS, 1, "pl"), story(1, "en"), story(2, "ur"), story(3, "ur")]
    assert list(counted(things).items()) == [
        ((About.STORIES, "ur"), 2),
        ((About.STORIES, "en"), 1),
        ((About.TALKS, "pl"), 1),
    ]


def at(text: str) -> int:
    """A moment on the clock on the wall in London."""
    return int(datetime.fromisoformat(text).replace(tzinfo=HERE).timestamp() * 1000)


DAILY, MONDAYS = Wish(Pace.DAILY, 9), Wish(Pace.WEEKLY, 9, 0)


@pytest.mark.parametrize(
    ("wish", "now", "sent", "due"),
    [
        (DAILY, "2026-06-02T08:59", None, "2026-06-02T09:00"),
        (DAILY, "2026-06-02T09:00", None, "2026-06-03T09:00"),
        (DAILY, "2026-06-02T08:00", "2026-06-02T07:00", "2026-06-03T09:00"),  # she had today's at an earlier hour
        (DAILY, "2026-10-24T10:00", None, "2026-10-25T09:00"),  # the clocks go back in between: 25 hours
        (DAILY, "2026-03-28T10:00", None, "2026-03-29T09:00"),  # and forward: 23
        (Wish(Pace.DAILY, 1), "2026-03-29T00:30", None, "2026-03-29T01:00"),  # an hour that this day does not have
        (MONDAYS, "2026-06-02T12:00", None, "2026-06-08T09:00"),
        (MONDAYS, "2026-06-08T08:00", None, "2026-06-08T09:00"),
        (Wish(Pace.WEEKLY, 9, 4), "2026-06-02T12:00", "2026-06-01T09:00", "2026-06-12T09:00"),  # this week had one
        (MONDAYS, "2026-12-29T12:00", "2026-12-28T09:00", "2027-01-04T09:00"),
    ],
)
def test_an_e_mail_is_due_at_her_hour_once_a_day_or_week(wish: Wish, now: str, sent: str | None, due: str) -> None:
    assert next_due(wish, at(now), at(sent) if sent else None) == at(due)


def test_never_is_never_and_at_once_gathers_for_a_while() -> None:
    now = at("2026-06-02T09:00")
    assert next_due(Wish(), now, None) is None
    assert next_due(Wish(Pace.AT_ONCE), now, None) == now
    assert next_due(Wish(Pace.AT_ONCE), now, now) == now + GATHER_MS
