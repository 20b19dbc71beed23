"""A small world for one flow: its own words, no services, a fixed lot."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bot.flow.engine import Turn, resume
from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.flow.replies import Vocabulary
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places
from bot.language.catalogue import Catalogues
from bot.settings import SHIPPED
from bot.story.danger import read_signs
from bot.values import KNOWN_LANGUAGES

AROUND = {
    "welcome.yaml": "flow: welcome\nabout: x\nsteps:\n  - ask: Which language?\n    expect: language\n",
    "menu.yaml": "flow: menu\nabout: x\nhome: true\nsteps:\n  - ask: What?\n    expect: text\n",
}
CATALOGUES = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
VOCABULARY = Vocabulary(CATALOGUES)


def world_of(*flows: str) -> World:
    """A world with these flows, beside the least that must be there."""
    own = {f"own{number}.yaml": text for number, text in enumerate(flows)}
    built = load_flows(AROUND | own)
    directory = Directory([], [], places=Places(), languages=KNOWN_LANGUAGES, translate=CATALOGUES.text)
    signs = read_signs({"en.yaml": "selfharm:\n  - kill myself\n"})
    return World(built, {built.digest: built}.get, CATALOGUES, VOCABULARY, directory, signs, "Tea")


class Talk:
    """Somebody in the middle of one flow. The session goes through JSON at every turn."""

    def __init__(self, *flows: str, channel: str = "sms", start: str = "start me", luck: int = 1) -> None:
        self.world, self.channel, self.luck = world_of(*flows), channel, Random(luck)
        self.kept = Session(language="en", settled=True).to_json()
        self.last: Turn | None = None
        self.began = self.says(start)

    def use(self, flows: FlowSet) -> None:
        """Go on in these flows: the same ones, read another way."""
        self.world = replace(self.world, newest=flows, pinned={flows.digest: flows}.get)

    def says(self, words: str, **more: object) -> str:
        """Text this; everything that is said, as one text."""
        self.last = resume(self.world, Session.from_json(self.kept), self._reply(words, more), self.luck)
        self.kept = self.last.session.to_json()
        return "\n\n".join(getattr(event, "text", "") for event in self.last.events if hasattr(event, "prompt"))

    def _reply(self, words: str, more: dict[str, object]) -> Reply:
        return Reply(text=words, channel=self.channel, **more)  # type: ignore[arg-type]

    @property
    def session(self) -> Session:
        return Session.from_json(self.kept)
