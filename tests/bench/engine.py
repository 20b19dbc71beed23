"""Our engine in the five-turn conversation: greet, language, topic, free text, confirm.

``python -m tests.bench.engine BRIEF`` plays it as one entrant of the race in ``tests/bench/race.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bot.flow.engine import Turn, resume
from bot.flow.events import Say
from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.flow.replies import Vocabulary
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.knowledge.answers import read_answer_files
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places
from bot.language.catalogue import Catalogues
from bot.settings import SHIPPED
from bot.story.danger import read_signs
from bot.values import KNOWN_LANGUAGES
from tests.bench.others.rounds import Brief, serve

# Every text is one of the shipped flows', so that there is a translation of it.
LANGUAGE = "Which language?"
TOPIC = "What do you need help with?"
TOPICS = (
    "Food",
    "Doctor and health",
    "Money, debt and bills",
    "A home",
    "Rights and legal advice",
    "English and interpreters",
)
STORY = "What would you like to know? Write it in your own words."
CONFIRM = "I do not have an answer to that yet. Shall I ask a champion? A real person reads it and texts you back."
CONFIRMS = ("Yes, ask a champion", "No, thank you")
THANKS = "Thank you. What you tell us helps to change services. In danger? Call 999."
FINE = "That is fine. Text {menu} for other help."

_options = "\n".join(f'      - topic{number}: "{label}"' for number, label in enumerate(TOPICS))
FIVE_TURNS = f"""\
flow: welcome
about: Greets, settles the language, asks for the topic and for what happened, and confirms.
home: yes
steps:
  - ask: {LANGUAGE}
    id: language
    expect: language
  - ask: {TOPIC}
    id: topic
    options:
{_options}
  - ask: {STORY}
    id: story
    expect: text
  - ask: {CONFIRM}
    id: send
    options:
      - yes: {CONFIRMS[0]}
      - no: {CONFIRMS[1]}
    clear: yes
    go: {{no: leave}}
  - say: {THANKS}
    end: yes
  - id: leave
    say: {FINE}
"""
FRESH = Session().to_json()


def world_with(flows: FlowSet) -> World:
    """A world with these flows and all that is real beside them: catalogues, words, answers and danger signs."""
    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    signs = {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "flows" / "safety").glob("*.yaml")}
    answers = read_answer_files(SHIPPED / "flows" / "answers")
    directory = Directory(answers, (), places=Places(), languages=KNOWN_LANGUAGES, translate=catalogues.text)
    pinned = {flows.digest: flows}.get
    return World(flows, pinned, catalogues, Vocabulary(catalogues), directory, read_signs(signs), "Tea")


def take_turn(world: World, kept: str, words: str, luck: Random) -> tuple[str, Turn]:
    """One text: the session out of JSON, through the engine, and into JSON again."""
    turn = resume(world, Session.from_json(kept), Reply(text=words), luck)
    return turn.session.to_json(), turn


def conversation(brief: Brief) -> Callable[[list[str]], list[str]]:
    """Plays a talk; what is said at each turn comes back."""
    world, luck = world_with(load_flows({"welcome.yaml": FIVE_TURNS})), Random(7)

    def converse(talk: list[str]) -> list[str]:
        kept, said = FRESH, []
        for words in talk:
            kept, turn = take_turn(world, kept, words, luck)
            said.append("\n".join([event.text for event in turn.events if isinstance(event, Say)]))
        return said

    return converse


if __name__ == "__main__":
    serve(conversation)
