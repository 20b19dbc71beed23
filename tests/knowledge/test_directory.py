"""The directory looks things up by key, by right, and is made quickly enough to be made anew at every change."""

from __future__ import annotations

from tests.knowledge.samples import shipped_answers, shipped_directory


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
