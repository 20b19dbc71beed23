"""The floor: the same five turns written out by hand, with a dict and json, and no engine at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.bench.others.rounds import Brief, Converse, choices, chosen, listed, serve

State = dict[str, Any]


def conversation(brief: Brief) -> Converse:
    """Plays a talk; what is said at each turn comes back."""
    reply = _replies(brief)

    def converse(talk: list[str]) -> list[str]:
        kept, said = "{}", []
        for words in talk:
            state = json.loads(kept)
            said.append(reply(state, words))
            kept = json.dumps(state)
        return said

    return converse


def _replies(brief: Brief) -> Callable[[State, str], str]:
    texts, languages = brief["texts"], choices(brief["names"])
    topics = {code: choices(text["topics"]) for code, text in texts.items()}
    confirms = {code: choices(text["confirms"], text["yes"], text["no"]) for code, text in texts.items()}

    def reply(state: State, words: str) -> str:
        at = state.get("at", "hello")
        if at == "hello":
            state["at"] = "language"
            return listed(brief["language"], brief["names"])
        if at == "language":
            number = chosen(words, languages)
            if number is None:
                return listed(brief["language"], brief["names"])
            state["language"], state["at"] = brief["spoken"][number], "topic"
            text = texts[state["language"]]
            return listed(text["topic"], text["topics"])
        text = texts[state["language"]]
        if at == "topic":
            number = chosen(words, topics[state["language"]])
            if number is None:
                return listed(text["again"], text["topics"])
            state["topic"], state["at"] = number, "story"
            return text["story"]
        if at == "story":
            state["story"], state["at"] = words.strip(), "confirm"
            return listed(text["confirm"], text["confirms"])
        number = chosen(words, confirms[state["language"]])
        if number is None:
            return listed(text["again"], text["confirms"])
        state["at"] = "end"
        return text["fine"] if number else text["thanks"]

    return reply


if __name__ == "__main__":
    serve(conversation)
