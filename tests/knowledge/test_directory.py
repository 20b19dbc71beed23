"""The directory looks things up by key, by right, and is made quickly enough to be made anew at every change."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.knowledge.directory import Directory
from tests.knowledge.samples import shipped_answers, shipped_directory, shipped_places, shipped_services


def test_answers_and_services_are_found_by_key() -> None:
    directory = shipped_directory()
    answer, service = directory.answer("gp-without-id"), directory.service("samaritans")
    assert answer is not None
    assert answer.topic == "health"
    assert service is not None
    assert service.phone == "116 123"
    assert directory.answer("nothing") is None
    assert directory.service("nothing") is None


def test_the_answers_on_rights_are_those_that_say_so() -> None:
    rights = shipped_directory().answers_on_rights()
    assert rights == [answer for answer in shipped_answers() if answer.rights]
    assert "gp-without-id" in {answer.key for answer in rights}


def test_sixty_answers_in_four_languages_and_two_thousand_services_are_ready_at_once() -> None:
    answers = [replace(one, key=f"{one.key}-{copy}") for copy in range(2) for one in shipped_answers()][:60]
    services = [replace(one, key=f"{one.key}-{copy}") for copy in range(20) for one in shipped_services()][:2000]
    letters = {"pl": 0x0100, "ur": 0x0620, "bn": 0x0990}

    def translate(msgid: str, language: str, *, domain: str = "bot") -> str:
        """Other letters for every text, so that the languages share nothing: the dearest case."""
        return msgid.lower().translate({ord("a") + n: letters[language] + n for n in range(26)})

    spent = []
    for _ in range(3):
        start = time.process_time()
        Directory(answers, services, places=shipped_places(), languages=("en", "pl", "ur", "bn"), translate=translate)
        spent.append(time.process_time() - start)
    # 0.15 s on the machine it was measured on; twice that is a fault, not a slow machine.
    assert min(spent) < 0.3
