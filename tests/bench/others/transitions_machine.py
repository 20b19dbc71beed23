"""The same five turns as a ``transitions`` machine: one model, whose state is set from JSON each turn."""

from __future__ import annotations

import json
from typing import Any

from transitions import Machine

from tests.bench.others.rounds import Brief, Converse, choices, chosen, listed, serve

STATES = ["hello", "language", "topic", "story", "confirm", "sent", "left"]
# What a text does in each state. Where a condition does not hold, the state stays and the question comes again.
TRANSITIONS = [
    {"trigger": "text", "source": "hello", "dest": "language"},
    {"trigger": "text", "source": "language", "dest": "topic", "conditions": "is_language"},
    {"trigger": "text", "source": "topic", "dest": "story", "conditions": "is_topic"},
    {"trigger": "text", "source": "story", "dest": "confirm", "before": "keep_story"},
    {"trigger": "text", "source": "confirm", "dest": "sent", "conditions": "is_yes"},
    {"trigger": "text", "source": "confirm", "dest": "left", "conditions": "is_no"},
]


class Talk:
    """The model: its ``kept`` values, and what it says on entering a state. The machine adds ``state`` and ``text``."""

    state: str
    text: Any

    def __init__(self, brief: Brief) -> None:
        self.brief, self.kept, self.said = brief, dict[str, Any](), ""
        self.languages = choices(brief["names"])
        self.topics = {code: choices(text["topics"]) for code, text in brief["texts"].items()}
        self.confirms = {
            code: choices(text["confirms"], text["yes"], text["no"]) for code, text in brief["texts"].items()
        }

    def is_language(self, words: str) -> bool:
        """Keeps the language that was chosen."""
        number = chosen(words, self.languages)
        if number is not None:
            self.kept["language"] = self.brief["spoken"][number]
        return number is not None

    def is_topic(self, words: str) -> bool:
        """Keeps the topic that was chosen."""
        self.kept["topic"] = chosen(words, self.topics[self.kept["language"]])
        return self.kept["topic"] is not None

    def keep_story(self, words: str) -> None:
        """Keeps what she wrote."""
        self.kept["story"] = words.strip()

    def is_yes(self, words: str) -> bool:
        """Whether she said yes."""
        return chosen(words, self.confirms[self.kept["language"]]) == 0

    def is_no(self, words: str) -> bool:
        """Whether she said no."""
        return chosen(words, self.confirms[self.kept["language"]]) == 1

    def on_enter_language(self, _: str) -> None:
        """Asks for the language."""
        self.said = listed(self.brief["language"], self.brief["names"])

    def on_enter_topic(self, _: str) -> None:
        """Asks for the topic."""
        text = self.brief["texts"][self.kept["language"]]
        self.said = listed(text["topic"], text["topics"])

    def on_enter_story(self, _: str) -> None:
        """Asks what happened."""
        self.said = self.brief["texts"][self.kept["language"]]["story"]

    def on_enter_confirm(self, _: str) -> None:
        """Asks whether to send it."""
        text = self.brief["texts"][self.kept["language"]]
        self.said = listed(text["confirm"], text["confirms"])

    def on_enter_sent(self, _: str) -> None:
        """Says thanks."""
        self.said = self.brief["texts"][self.kept["language"]]["thanks"]

    def on_enter_left(self, _: str) -> None:
        """Says that this is fine."""
        self.said = self.brief["texts"][self.kept["language"]]["fine"]


def conversation(brief: Brief) -> Converse:
    """Plays a talk; what is said at each turn comes back."""
    model = Talk(brief)
    machine = Machine(model, states=STATES, transitions=TRANSITIONS, initial="hello", auto_transitions=False)
    fresh = json.dumps({"state": "hello", "values": {}})

    def converse(talk: list[str]) -> list[str]:
        kept, said = fresh, []
        for words in talk:
            loaded = json.loads(kept)
            model.kept = loaded["values"]
            machine.set_state(loaded["state"], model)
            model.text(words)
            said.append(model.said)
            kept = json.dumps({"state": model.state, "values": model.kept})
        return said

    return converse


if __name__ == "__main__":
    serve(conversation)
