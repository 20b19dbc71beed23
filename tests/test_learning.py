"""What people choose among the answers shown is learned, in a real conversation."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from bot.app import House
from bot.store import choices
from bot.store.schema import choice, contact
from tests.people import Person

ASKED = "cooker bank please my name is Zebunnisa"
NONE = "No. Ask a champion"


class Real(Person):
    """Somebody who texts by a real carrier: made-up people teach nothing."""

    def choose(self, line: str) -> None:
        """Ask, and choose the line of the list that says so."""
        self.says("ask a question")
        number = next(one.partition(".")[0] for one in self.says(ASKED).splitlines() if line in one)
        self._is_simulated(False)
        self.says(number)
        self._is_simulated(True)  # only what made-up people are told can be read back here

    def _is_simulated(self, simulated: bool) -> None:
        with self.house.parts.db.begin() as conn:
            conn.execute(update(contact).where(contact.c.id == self.contact_id).values(simulated=simulated))


def shown(house: House) -> list[str]:
    return [answer.title for answer, _ in house.parts.directory().match_answers(ASKED, "en")]


def kept(house: House) -> list[str]:
    with house.parts.db.read() as conn:
        return [house.parts.db.vault.open(sealed) for sealed in conn.scalars(select(choice.c.words_enc))]


def test_after_three_people_the_next_one_gets_first_what_they_chose(house: House) -> None:
    house.shelf.look_again()
    last = shown(house)[-1]
    for _ in range(3):
        assert shown(house)[0] != last
        Real(house, language="en").choose(last)
        house.shelf.look_again()
    assert shown(house)[0] == last
    assert not any("zebunnisa" in words for words in kept(house))


def test_that_none_fitted_is_counted_and_made_up_people_are_not(house: House) -> None:
    Real(house, language="en").choose(NONE)
    made_up = Person(house, language="en")
    for words in ("ask a question", ASKED, "1"):
        made_up.text(words)
    with house.parts.db.read() as conn:
        assert conn.scalars(select(choice.c.answer_key)).all() == [choices.NONE]


def test_who_erases_everything_leaves_no_choice_behind(house: House) -> None:
    ana = Real(house, language="en")
    ana.choose(shown(house)[0])
    assert len(kept(house)) == 1
    ana.says("delete")
    ana.says("1")
    assert kept(house) == []


def test_what_was_learned_is_taken_up_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when somebody asks for it: a turn finds it some time later."""
    house.shelf.look_again()
    last = shown(house)[-1]
    for _ in range(3):
        Real(house, language="en").choose(last)
    monkeypatch.setattr("bot.store.shelf.LEARN_EVERY_S", 0.0)
    until = time.monotonic() + 30
    while shown(house)[0] != last and time.monotonic() < until:
        time.sleep(0.05)
    assert shown(house)[0] == last
