"""What is on a page of a list is understood by the names that it has now."""

from __future__ import annotations

from bot.flow.lexicon import Choice, Lexicon
from bot.flow.listed import PAGES, Listed, Page
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places
from tests.knowledge.samples import english, service

PAGE: Page = (True, ("lantern",), (), "en")


def directory() -> Directory:
    """A directory of one service."""
    return Directory((), (service(),), places=Places(), languages=("en",), translate=english)


def named(name: str) -> Lexicon:
    """The lexicon of a page with one line."""
    return Lexicon([Choice("lantern", frozenset({name}))], number_words=lambda _said: None)


def test_a_page_keeps_its_lexicon_while_the_directory_is_the_same() -> None:
    listed, here = Listed(), directory()
    first = listed.lexicon(here, PAGE, lambda: named("lantern"))
    assert listed.lexicon(here, PAGE, lambda: named("harbour")) is first


def test_in_a_new_directory_a_page_has_the_new_names() -> None:
    listed = Listed()
    listed.lexicon(directory(), PAGE, lambda: named("lantern"))
    assert listed.lexicon(directory(), PAGE, lambda: named("harbour")).find("harbour") == "lantern"


def test_more_pages_than_are_kept_are_all_understood() -> None:
    listed, here = Listed(), directory()
    for number in range(PAGES + 2):
        page: Page = (True, (f"s{number}",), (), "en")
        assert listed.lexicon(here, page, lambda: named("lantern")).find("lantern") == "lantern"
