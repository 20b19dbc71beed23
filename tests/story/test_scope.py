"""What somebody sees of what came in: by area, and by language where no area is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select

from bot.store.database import Database
from bot.store.reach import within
from bot.store.schema import question
from bot.story.scope import ALL, EVERY_LANGUAGE, NOTHING, Scope, area_key, area_shown, united

BRACKLEY = Scope(False, frozenset({"brackley", "wx4"}), frozenset({"ur"}))
AREAS = (None, "", "brackley", "wx4", "wx41", "wexmoor")
LANGUAGES = ("ur", "pl")


@pytest.mark.parametrize(
    ("said", "scope", "area", "language", "seen"),
    [
        ("everywhere sees what has no area", ALL, None, "pl", True),
        ("her own town", BRACKLEY, "brackley", "pl", True),
        ("her own district", BRACKLEY, "wx4", "pl", True),
        ("a district that begins alike is another", BRACKLEY, "wx41", "ur", False),
        ("another town, though she reads it", BRACKLEY, "wexmoor", "ur", False),
        ("no area, and she reads it", BRACKLEY, None, "ur", True),
        ("no area, and she does not read it", BRACKLEY, "", "pl", False),
        ("an alert without an area", Scope(False, frozenset(), EVERY_LANGUAGE), None, "pl", True),
        ("nobody in particular", NOTHING, None, "ur", False),
    ],
)
def test_who_sees_what(said: str, scope: Scope, area: str | None, language: str, seen: bool) -> None:
    assert scope.sees(area, language) is seen, said


def test_two_roles_together_see_what_either_does() -> None:
    lead = Scope(False, frozenset({"wexmoor"}), frozenset())
    both = united([BRACKLEY, lead])
    assert both.sees("wexmoor", "pl")
    assert both.sees("wx4", "pl")
    assert both.sees(None, "ur")
    assert not both.sees(None, "pl")
    assert united([BRACKLEY, ALL]) is ALL
    assert united([]) == NOTHING


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("  wx4 ", "WX4"), ("BRACKLEY", "Brackley"), ("newcastle  Upon tyne", "Newcastle upon Tyne"), ("", "")],
)
def test_an_area_is_one_however_it_is_typed(typed: str, shown: str) -> None:
    assert area_shown(area_key(typed)) == shown
    assert area_key(area_shown(area_key(typed))) == area_key(typed)


def ask(conn: Connection, scope: Scope) -> set[tuple[str | None, str]]:
    """What the list shows."""
    query = select(question.c.area, question.c.language).where(within(scope, question.c.area, question.c.language))
    return {(row.area, row.language) for row in conn.execute(query)}


def test_a_list_shows_what_the_rule_says(db: Database, now: int) -> None:
    """The condition of the database and the rule are one, on both databases, for every scope."""
    rows = [(area, language) for area in AREAS for language in LANGUAGES]
    with db.begin() as conn:
        conn.execute(delete(question))
        for number, (area, language) in enumerate(rows):
            made = {"reference": f"Q{number}", "language": language, "area": area, "text_enc": "x"}
            conn.execute(insert(question).values(**made, created_at=now, status="waiting", version=1))

    @given(
        st.booleans(),
        st.frozensets(st.sampled_from([area for area in AREAS if area])),
        st.none() | st.frozensets(st.sampled_from(LANGUAGES)),
    )
    def agree(everywhere: bool, areas: frozenset[str], languages: frozenset[str] | None) -> None:
        scope = Scope(everywhere, areas, languages)
        with db.read() as conn:
            assert ask(conn, scope) == {row for row in rows if scope.sees(*row)}

    agree()
