"""People are counted once, by what they looked for last; few people of a language or an area stand together."""

from __future__ import annotations

from bot.story.gaps import OTHER, UNKNOWN, By, Came, Missing, by_month, people, table

TOPICS = ("food", "home")


def missing(
    who: object, topic: str = "food", *, came: Came = Came.NOTHING, language: str = "en", area: str = ""
) -> Missing:
    return Missing(str(who), came, topic, language, area)


def test_each_person_counts_once_by_the_last_thing() -> None:
    found = people([missing("a", "home", area="ZZ1"), missing("b"), missing("a", "food", came=Came.ASKED)])
    assert [(one.who, one.topic, one.came, one.area) for one in found] == [
        ("a", "food", Came.ASKED, "ZZ1"),
        ("b", "food", Came.NOTHING, ""),
    ]


def test_a_question_to_a_champion_keeps_the_topic_of_the_search_before_it() -> None:
    (one,) = people([missing("a", "home"), missing("a", "", came=Came.ASKED)])
    assert (one.topic, one.came) == ("home", Came.ASKED)


def test_languages_with_few_people_stand_together() -> None:
    some = [missing(f"e{n}") for n in range(9)] + [missing(f"p{n}", language="pl") for n in range(3)]
    shown = table(some + [missing(f"u{n}", language="ur") for n in range(4)], By.LANGUAGE, TOPICS)
    assert shown.columns == ("en", OTHER)
    assert (shown.of("food", "en"), shown.of("food", OTHER)) == (9, 7)


def test_what_is_not_known_has_a_row_and_a_column_of_its_own() -> None:
    shown = table([missing(n, "", area="") for n in range(6)], By.AREA, TOPICS)
    assert shown.of(UNKNOWN, UNKNOWN) == 6


def test_a_months_numbers_are_those_of_its_own_tables() -> None:
    """Or the two together would tell what one of them hides."""
    some = [missing(f"f{n}", "food", language="pl") for n in range(7)] + [missing("h", "home")]
    line = by_month({"2026-05": some}, TOPICS)["2026-05"]
    shown = table(some, By.LANGUAGE, TOPICS)
    assert line == {**{row: shown.of(row) for row in shown.rows}, "": shown.of()}
    assert (line["food"], line["home"], line[""]) == (None, None, 8)


def test_a_month_with_a_handful_of_people_shows_nothing() -> None:
    assert set(by_month({"2026-05": [missing("a")]}, TOPICS)["2026-05"].values()) == {None}
