"""Each way a text can fail has one thing to do about it, and one sentence for a person."""

from __future__ import annotations

import pytest

from bot.channel.errors import PROBLEMS, Action, problem, sentence

# Twilio's codes and what its documents say helps.
EXPECTED = {
    Action.RETRY: {"20429", "30001", "30410", "63012"},
    Action.RETRY_FEW: {"30003", "30008", "63018"},
    Action.LATER: {"63049"},
    Action.TEMPLATE: {"63016"},
    Action.STOP_CONTACT: {"21211", "21610", "21614", "30005", "30006", "63003", "63014", "63024"},
    Action.CONFIGURATION: {"20003", "21408", "21606", "63007"},
    Action.GIVE_UP: set(),
}


@pytest.mark.parametrize("action", list(Action))
def test_every_code_of_twilio_has_its_remedy(action: Action) -> None:
    found = {code for code, known in PROBLEMS.items() if known.action is action and code.isdigit()}
    assert found == EXPECTED[action]


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_code_has_a_sentence_that_fits_the_desk_and_the_database(code: str) -> None:
    words = sentence(code)
    assert words.endswith(".")
    assert words[0].isupper()
    assert 30 < len(words) < 180
    assert len(code) <= 16


def test_an_unknown_code_is_tried_a_few_times_and_named() -> None:
    assert problem("99999").action is Action.RETRY_FEW
    assert "99999" in sentence("99999")


def test_no_code_has_no_sentence() -> None:
    assert sentence(None) == ""
