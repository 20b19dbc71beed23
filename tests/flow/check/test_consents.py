"""A yes that stands for consent is asked for clearly, here, and in words that can be shown later."""

from __future__ import annotations

import pytest

from tests.flow.check.look import flow, look, of

KEPT = "  - do: keep_consent\n    with: {purpose: news, answer: wants}\n"
STORY = "  - do: submit_story\n    with: {text: tale, consent: wants}\n"
FOLLOW_UP = "  - do: add_to_story\n    with: {story_ref: ref, follow_up: wants}\n"


def asked(words: str = "May we text you?", *, clear: bool = True) -> str:
    options = "    id: wants\n    options:\n      - yes: Yes please\n      - no: No thanks\n"
    return f"  - ask: {words}\n{options}" + ("    clear: yes\n" if clear else "")


def test_the_shipped_way_is_well() -> None:
    assert [one.code for one in look(flow(asked() + KEPT)) if one.code.startswith("consent")] == []


@pytest.mark.parametrize("kept", [KEPT, STORY, FOLLOW_UP], ids=["news", "a story", "a text about it"])
def test_a_consent_that_a_half_yes_could_give_is_an_error_at_the_question(kept: str) -> None:
    tale = "  - ask: What happened?\n    id: tale\n    expect: text\n"
    text = flow(tale + asked(clear=False) + kept, head="start_words: [tea]\ntakes: [ref]")
    found = [one for one in look(text) if one.code == "consent-unclear"]
    assert [(one.line, one.severity) for one in found] == [(9, "error")]
    assert '"clear: yes"' in found[0].suggestion


@pytest.mark.parametrize("answer", ['"yes"', "told"])
def test_a_consent_that_nobody_is_asked_for_is_an_error(answer: str) -> None:
    text = flow(f"  - do: keep_consent\n    with: {{purpose: news, answer: {answer}}}\n", head="takes: [told]")
    assert len(of("consent-unasked", look(text))) == 1


def test_a_consent_to_words_that_vary_is_an_error() -> None:
    text = flow(asked('["May we text you?", "Shall we text you?"]') + KEPT)
    assert len(of("consent-varies", look(text))) == 1
