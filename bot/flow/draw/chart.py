"""What is on the picture of a flow: cards, choices and ends, and which leads to which. No places yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.flow.draw import words
from bot.flow.draw.words import Tongue
from bot.flow.model import Expect, Flow, Option, Step, Verb

_YES_NO = (Option("yes", "Yes"), Option("no", "No"))  # what the engine offers for "expect: yes_no"


class Kind(StrEnum):
    """What a node is."""

    START = "start"
    STEP = "step"
    FLOW = "flow"  # another flow, run from here
    CHOICE = "choice"  # the label of an arrow
    END = "end"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a choice; ``number`` is the one that people text for it, 0 when there is none.

    ``runs`` is the flow that it runs on the way.
    """

    text: str
    number: int = 0
    runs: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing on the picture. ``key`` is its own; a step's is its name."""

    key: str
    kind: Kind
    verb: str = ""
    heading: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    flow: str = ""
    did: tuple[str, ...] = ()  # what people did here, in numbers


@dataclass(frozen=True, slots=True)
class Chart:
    """All nodes, the start first, then as the flow is written; an edge leads from one index to another."""

    flow: Flow
    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way on from a step: the step it leads to, and its line on the arrow."""

    to: int
    item: Item | None = None


@dataclass
class _Drawing:
    """A chart under way."""

    flow: Flow
    tongue: Tongue
    nodes: list[Node] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)  # a step's index: its node's

    def add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def draw(self) -> Chart:
        start = self.add(self._start())
        for at, step in enumerate(self.flow.steps):
            if not _is_arrow(step):
                self.places[at] = self.add(self._card(step))
        self._lead(start, 0)
        for at, step in enumerate(self.flow.steps):
            if at in self.places:
                self._ways_on(at, step)
        return Chart(self.flow, tuple(self._with_unreached()), tuple(dict.fromkeys(self.edges)))

    # nodes -------------------------------------------------------------------------------------------------------
    def _start(self) -> Node:
        between = "، " if self.tongue.right_to_left else ", "
        typed = between.join(self.tongue.said(word) for word in self.flow.start_words)
        return Node("start", Kind.START, heading=self.tongue.named(words.START), text=typed)

    def _card(self, step: Step) -> Node:
        kind = Kind.FLOW if step.verb is Verb.RUN else Kind.STEP
        name = "" if step.verb is Verb.RUN else self._text(step)
        return Node(step.name, kind, step.verb, self.tongue.verb(step), name, self.tongue.notes(step), flow=step.flow)

    def _text(self, step: Step) -> str:
        """What the card says: the words people get, else the flow's own line."""
        if step.verb is Verb.IF:
            return step.condition.written if step.condition else ""
        if step.verb is Verb.SET:
            return ", ".join(f"{name} = {given.written}" for name, given in step.values.items())
        if step.verb is Verb.DO:
            return step.action.replace("_", " ")
        if step.verb is Verb.WAIT:
            return self.tongue.span(step.wait_ms)
        return self.tongue.said(step.text) if step.text else ""

    def _with_unreached(self) -> Iterator[Node]:
        reached = {target for _, target in self.edges}
        note = self.tongue.named(words.NOT_LED_TO)
        for number, node in enumerate(self.nodes):
            lost = number and number not in reached
            yield replace(node, notes=(*node.notes, note)) if lost else node

    # ways --------------------------------------------------------------------------------------------------------
    def _lead(self, source: int, to: int) -> None:
        """An arrow to a step; to an end of its own where the flow ends, so that no arrow runs across the picture."""
        target = self.places.get(self._landing(to))
        if target is None:
            name = self.tongue.named(words.END)
            target = self.add(Node(f"{self.nodes[source].key}.end", Kind.END, heading=name))
        self.edges.append((source, target))

    def _landing(self, at: int) -> int:
        """The step that one comes to: a bare "go" is an arrow, not a stop."""
        seen: set[int] = set()
        while at < len(self.flow.steps) and _is_arrow(self.flow.steps[at]) and at not in seen:
            seen.add(at)
            at = self.flow.steps[at].then
        return at

    def _ways_on(self, at: int, step: Step) -> None:
        """Arrows; answers that lead to the same place share one."""
        shared: dict[int, list[_Way]] = {}
        for way in self._ways(at, step):
            shared.setdefault(self._landing(way.to), []).append(way)
        for number, (to, ways) in enumerate(shared.items()):
            source = self.places[at]
            items = tuple(way.item for way in ways if way.item)
            if items and (len(shared) > 1 or len(items) > 1 or items[0].runs):
                choice = self.add(Node(f"{step.name}.{number}", Kind.CHOICE, step.verb, items=items))
                self.edges.append((source, choice))
                source = choice
            self._lead(source, to)

    def _ways(self, at: int, step: Step) -> Iterator[_Way]:
        """Every way on that the engine may take, as the walker and the engine take them."""
        named = self.tongue.named
        if step.verb is Verb.IF:
            other = step.then if step.otherwise is None else step.otherwise
            yield _Way(step.go["then"], Item(named(words.SO)))
            yield _Way(other, Item(named(words.NOT_SO)))
        else:
            yield from self._answers(step)
        if step.verb is not Verb.IF and step.otherwise is not None:
            yield _Way(step.otherwise, Item(named(words.ANYTHING_ELSE)))
        if step.none is not None:
            yield _Way(step.none, Item(named(words.NOTHING_FOUND)))
        if step.only and (step.then != at + 1 or step.go or step.otherwise is not None):
            yield _Way(at + 1, Item(named(words.NOT_BY.get(step.only, step.only))))

    def _answers(self, step: Step) -> Iterator[_Way]:
        options = step.options or (_YES_NO if step.expect is Expect.YES_NO else ())
        numbered = step.verb is Verb.ASK and step.expect is not Expect.LANGUAGE
        for number, option in enumerate(options, 1):
            runs = step.run.get(option.key, "")
            item = Item(self.tongue.said(option.label), number if numbered else 0, runs)
            yield _Way(step.go.get(option.key, step.then), item)
        if step.verb is Verb.ASK and options and (step.expect is None or step.expect is Expect.YES_NO):
            return
        yield _Way(step.then, self._onward(step, bool(options)))

    def _onward(self, step: Step, has_options: bool) -> Item | None:
        """The line on the arrow that leads on from a step without a chosen option."""
        if step.verb is Verb.LISTEN or (step.verb is Verb.FIND and step.stay):
            return Item(self.tongue.command("done"))
        if step.verb is Verb.FIND:
            return Item(self.tongue.named(words.ONE_CHOSEN))
        return Item(self.tongue.named(words.IN_OWN_WORDS)) if step.verb is Verb.ASK and has_options else None


def draw_chart(flow: Flow, tongue: Tongue, did: Mapping[str, tuple[str, ...]] | None = None) -> Chart:
    """The flow's chart, its texts in this language. ``did`` is what people did at a step, by its name."""
    chart = _Drawing(flow, tongue).draw()
    nodes = (replace(node, did=did[node.key]) if did and node.key in did else node for node in chart.nodes)
    return replace(chart, nodes=tuple(nodes))


def _is_arrow(step: Step) -> bool:
    return step.verb in {Verb.GO, Verb.END} and not step.only
