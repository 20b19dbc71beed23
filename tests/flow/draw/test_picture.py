"""A flow's picture: everything is on it, nothing stands on anything else, arrows end where they lead."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from bot.flow.draw.chart import Kind, Node, draw_chart
from bot.flow.draw.picture import draw
from bot.flow.draw.words import Tongue
from bot.flow.load import load_flow, load_flows
from bot.flow.model import Flow, Verb
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES
from tests.flow.stage import CATALOGUES

SVG = "{http://www.w3.org/2000/svg}"
FLOWS = load_flows({file.name: file.read_text(encoding="utf-8") for file in sorted((SHIPPED / "flows").glob("*.yaml"))})
SHAPES = [(name, language, narrow) for name in FLOWS.flows for language in KNOWN_LANGUAGES for narrow in (False, True)]
EVERYTHING = """
flow: everything
about: Every verb & every way on, <b>escaped</b>.
start_words: [begin]
takes: [who]
steps:
  - say: [Good morning., Hello.]
  - only: sms
    say: Only here.
    go: name
  - id: name
    ask: What is your "name"? <script>alert(1)</script> & so on.
    expect: text
    optional: true
    repeat: 3
  - if: who == "me"
    go: told
    else: name
  - id: told
    listen: Tell us, then {done}.
    quiet: 20 minutes
  - set: {who: name}
  - wait: 2 days
  - id: sure
    ask: Sure?
    expect: yes_no
    clear: true
    go: {no: name}
    options:
      - yes: Yes & <yes>
      - no: No
  - run: another
    end: true
"""
Box = tuple[float, float, float, float]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 # our own picture


def groups(svg: str) -> dict[str, ElementTree.Element]:
    """Each node's group, by its key."""
    return {one.attrib["id"].removeprefix("n-"): one for one in parsed(svg).iter(f"{SVG}g") if "id" in one.attrib}


def box(group: ElementTree.Element) -> Box:
    """Left, top, right and bottom of a node: its first rectangle, or its ring."""
    ring = next(group.iter(f"{SVG}circle"), None)
    if ring is not None:
        x, y, r = (float(ring.attrib[name]) for name in ("cx", "cy", "r"))
        return x - r - 1, y - r - 1, x + r + 1, y + r + 1  # with its line
    shapes = [one for one in group.iter(f"{SVG}rect") if one.attrib["class"] in {"card", "choice", "start"}]
    outer = max(shapes, key=lambda one: float(one.attrib["height"]))
    left, top, wide, tall = (float(outer.attrib[name]) for name in ("x", "y", "width", "height"))
    return left, top, left + wide, top + tall


def corners(path: str) -> list[tuple[float, float]]:
    """The points of a wire, its rounded corners as the points they round."""
    drawn = re.sub(r"L[-\d. ]+Q([-\d.]+ [-\d.]+) [-\d.]+ [-\d.]+", r"L\1", path)
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", drawn)]


def overlap(one: Box, other: Box, apart: float = 0.0) -> bool:
    return (
        one[0] < other[2] + apart
        and other[0] < one[2] + apart
        and one[1] < other[3] + apart
        and other[1] < one[3] + apart
    )


def nodes(flow: Flow, language: str) -> tuple[Node, ...]:
    return draw_chart(flow, Tongue(CATALOGUES, language)).nodes


@pytest.mark.parametrize(("name", "language", "narrow"), SHAPES)
def test_every_step_and_every_option_is_on_the_picture_in_full(name: str, language: str, narrow: bool) -> None:
    """On the cards only the first words may stand: what is read aloud, and shown to the pointer, is whole."""
    flow = FLOWS.flows[name]
    picture = groups(draw(flow, CATALOGUES, language, narrow=narrow))
    aloud = {key: group.findtext(f"{SVG}title") or "" for key, group in picture.items()}
    tongue = Tongue(CATALOGUES, language)
    for step in flow.steps:
        if step.verb not in {Verb.GO, Verb.END}:
            assert (tongue.said(step.text) if step.text else step.flow) in aloud[step.name]
        choices = "\n".join(text for key, text in aloud.items() if key.startswith(f"{step.name}."))
        for option in step.options:
            assert tongue.said(option.label) in choices
            assert not step.run.get(option.key) or step.run[option.key] in drawn_words(picture, step.name)


def drawn_words(picture: dict[str, ElementTree.Element], step: str) -> str:
    """What stands on the choices of a step."""
    found = [group for key, group in picture.items() if key.startswith(f"{step}.")]
    return " ".join(text.text or "" for group in found for text in group.iter(f"{SVG}text"))


@pytest.mark.parametrize(("name", "language", "narrow"), SHAPES)
def test_nothing_stands_on_anything_else_and_nothing_is_cut_off(name: str, language: str, narrow: bool) -> None:
    svg = draw(FLOWS.flows[name], CATALOGUES, language, narrow=narrow)
    boxes = {key: box(group) for key, group in groups(svg).items()}
    assert [pair for pair in combinations(boxes, 2) if overlap(boxes[pair[0]], boxes[pair[1]], apart=10)] == []
    _, _, wide, tall = (float(number) for number in parsed(svg).attrib["viewBox"].split())
    lefts, tops, rights, bottoms = zip(*boxes.values(), strict=True)
    assert min(lefts) >= 0
    assert min(tops) >= 0
    assert max(rights) <= wide
    assert max(bottoms) <= tall


@pytest.mark.parametrize(("name", "language", "narrow"), SHAPES)
def test_arrows_run_from_card_to_card_and_across_none(name: str, language: str, narrow: bool) -> None:
    svg = draw(FLOWS.flows[name], CATALOGUES, language, narrow=narrow)
    boxes = {key: box(group) for key, group in groups(svg).items()}
    wires = [one for one in parsed(svg).iter(f"{SVG}g") if "data-from" in one.attrib]
    chart = draw_chart(FLOWS.flows[name], Tongue(CATALOGUES, language))
    assert len(wires) == len(chart.edges)
    for one in wires:
        source, target = boxes[one.attrib["data-from"]], boxes[one.attrib["data-to"]]
        line, head = one.findall(f"{SVG}path")
        points = corners(line.attrib["d"])
        tip = corners(head.attrib["d"])[0]
        assert points[0] == pytest.approx(((source[0] + source[2]) / 2, source[3]), abs=0.11)
        assert tip == pytest.approx(((target[0] + target[2]) / 2, target[1]), abs=0.11)
        assert crossed(points, boxes) == []


def crossed(points: list[tuple[float, float]], boxes: dict[str, Box]) -> list[str]:
    """The nodes that a line runs over."""
    pieces = pairwise(points)
    lines = [(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)) for (x1, y1), (x2, y2) in pieces]
    return [key for key, spot in boxes.items() for line in lines if overlap(line, spot, apart=-0.2)]


@pytest.mark.parametrize(("name", "language", "narrow"), SHAPES)
def test_no_two_arrows_that_lead_apart_run_as_one(name: str, language: str, narrow: bool) -> None:
    """Lines may share their way only out of one card, or into one."""
    svg = draw(FLOWS.flows[name], CATALOGUES, language, narrow=narrow)
    wires = [one for one in parsed(svg).iter(f"{SVG}g") if "data-from" in one.attrib]
    for one, other in combinations(wires, 2):
        if not {one.attrib["data-from"], one.attrib["data-to"]} & {other.attrib["data-from"], other.attrib["data-to"]}:
            both = [corners(wire.findall(f"{SVG}path")[0].attrib["d"]) for wire in (one, other)]
            assert shared(*both) == [], (one.attrib, other.attrib)


def shared(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> list[object]:
    """Where two lines run along each other for more than a few pixels."""
    found: list[object] = []
    for (a1, b1), (a2, b2) in pairwise(one):
        for (c1, d1), (c2, d2) in pairwise(other):
            if a1 == a2 and c1 == c2 and abs(a1 - c1) < 4:
                along = min(max(b1, b2), max(d1, d2)) - max(min(b1, b2), min(d1, d2))
            elif b1 == b2 and d1 == d2 and abs(b1 - d1) < 4:
                along = min(max(a1, a2), max(c1, c2)) - max(min(a1, a2), min(c1, c2))
            else:
                continue
            found += [((a1, b1), (c1, d1))] if along > 4 else []
    return found


@pytest.mark.parametrize("name", FLOWS.flows)
def test_on_a_phone_it_is_read_by_scrolling_down_alone(name: str) -> None:
    """At 360 points its letters, 14 high in the picture, are still 11 high or more."""
    for language in KNOWN_LANGUAGES:
        wide = float(parsed(draw(FLOWS.flows[name], CATALOGUES, language, narrow=True)).attrib["width"])
        assert 14 * 360 / max(wide, 360) >= 11


@pytest.mark.parametrize("narrow", [False, True])
def test_the_same_flow_gives_the_same_bytes(narrow: bool) -> None:
    for flow in FLOWS.flows.values():
        assert draw(flow, CATALOGUES, "ur", narrow=narrow) == draw(flow, CATALOGUES, "ur", narrow=narrow)


def test_what_people_wrote_is_escaped_and_nothing_runs_or_is_fetched() -> None:
    svg = draw(load_flow(EVERYTHING, "everything.yaml"), CATALOGUES, "en", link=lambda name: f'{name}.svg?a=1&b="2"')
    assert "<script" not in svg
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on." in svg
    root = parsed(svg)
    assert root.find(f"{SVG}desc") is not None
    assert "Every verb & every way on, <b>escaped</b>." in (root.findtext(f"{SVG}desc") or "")
    assert [one.attrib["href"] for one in root.iter(f"{SVG}a")] == ['another.svg?a=1&b="2"']
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        *("svg", "title", "desc", "style", "g", "a", "rect", "path", "circle", "text")
    }
    assert "url(" not in svg
    assert not re.search(r"\bon\w+=", svg)


def test_every_verb_has_its_card_and_what_must_be_known_about_it() -> None:
    found = {one.key: one for one in nodes(load_flow(EVERYTHING, "everything.yaml"), "en")}
    assert found["start"].text == "begin"
    assert found["step1"].notes == ("Has 2 wordings",)
    assert found["step2"].notes == ("Only by SMS",)
    assert found["name"].notes == ("Wants words", "May be skipped", "Up to 3 answers")
    assert (found["step4"].heading, found["step4"].text) == ("Looks whether", 'who == "me"')
    assert found["told"].notes == ("After 20 minutes of silence it asks whether that is all",)
    assert found["step6"].text == "who = name"
    assert (found["step7"].heading, found["step7"].text) == ("Waits", "2 days")
    assert found["sure"].notes == ("Wants yes or no", "Only a clear answer counts")
    assert (found["step9"].kind, found["step9"].flow) == (Kind.FLOW, "another")


def test_ways_on_are_labelled_with_what_people_answer() -> None:
    chart = draw_chart(load_flow(EVERYTHING, "everything.yaml"), Tongue(CATALOGUES, "en"))
    at = {node.key: number for number, node in enumerate(chart.nodes)}
    said = {
        (chart.nodes[source].key, tuple(f"{item.number} {item.text}" for item in node.items)): to
        for choice, node in enumerate(chart.nodes)
        if node.kind is Kind.CHOICE
        for source in (one for one, other in chart.edges if other == choice)
        for to in (chart.nodes[other].key for one, other in chart.edges if one == choice)
    }
    assert said == {
        ("name", ("1 I do not want to say", "0 In their own words")): "step4",
        ("step4", ("0 If so",)): "told",
        ("step4", ("0 If not",)): "name",
        ("sure", ("1 Yes & <yes>",)): "step9",
        ("sure", ("2 No",)): "name",
    }
    assert (at["told"], at["step6"]) in chart.edges


def test_a_jump_back_is_drawn_at_the_side() -> None:
    """Right of everything; in a language written from the right, left of everything."""
    flow = load_flow(EVERYTHING, "everything.yaml")
    for language, outermost, of_cards in (("en", max, 2), ("ur", min, 0)):
        svg = draw(flow, CATALOGUES, language)
        edge = outermost(box(group)[of_cards] for group in groups(svg).values())
        backs = [one for one in parsed(svg).iter(f"{SVG}path") if one.attrib.get("class") == "wire back"]
        turns = [outermost(x for x, _ in corners(one.attrib["d"])) for one in backs if "Q" in one.attrib["d"]]
        assert len(turns) == 2
        assert all(outermost(turn, edge) == turn != edge for turn in turns)


def test_a_picture_in_urdu_is_the_english_one_seen_from_the_right() -> None:
    """The first option stands on the right, lines begin on the right, and Latin words keep their own order."""
    svg = draw(FLOWS.flows["erase-my-data"], CATALOGUES, "ur")
    placed = {key: box(group) for key, group in groups(svg).items()}
    assert placed["sure.0"][0] > placed["sure.1"][0]
    asked = next(one for one in groups(svg)["sure"].iter(f"{SVG}text") if one.attrib["class"] == "said")
    assert (asked.attrib["direction"], asked.attrib["text-anchor"]) == ("rtl", "start")
    assert float(asked.attrib["x"]) == pytest.approx(placed["sure"][2] - 14, abs=0.2)
    assert parsed(svg).attrib["lang"] == "ur"


def test_commands_stand_as_people_see_them_and_other_variables_by_name() -> None:
    tongue = Tongue(CATALOGUES, "pl")
    assert tongue.said("Text {menu} for other help.") == CATALOGUES.text("Text {menu} for other help.", "pl").replace(
        "{menu}", tongue.command("menu")
    )
    assert "{story_ref}" in Tongue(CATALOGUES, "en").said("Your reference is {story_ref}.")


def test_steps_that_nothing_leads_to_are_drawn_and_said_to_be_so() -> None:
    flow = load_flow("flow: x\nabout: x\nsteps:\n  - say: One.\n    end: true\n  - say: Two.\n", "x.yaml")
    found = {one.key: one for one in nodes(flow, "en")}
    assert found["step1"].notes == ()
    assert found["step2"].notes == ("Nothing leads here",)
    assert set(groups(draw(flow, CATALOGUES, "en"))) >= {"step1", "step2"}


def test_rings_of_jumps_and_steps_that_ask_themselves_are_drawn_too() -> None:
    """A flow need not be sound to be drawn: the picture is how its writer sees what is wrong."""
    text = (
        "flow: x\nabout: x\nsteps:\n  - id: a\n    go: b\n  - id: b\n    go: a\n"
        "  - id: c\n    ask: Again?\n    options:\n      - yes: Yes\n      - no: No\n    go: {yes: c, no: d}\n"
        "  - id: d\n    say: Round.\n    go: c\n"
    )
    for narrow in (False, True):
        svg = draw(load_flow(text, "x.yaml"), CATALOGUES, "en", narrow=narrow)
        assert {"c", "d", "c.0", "c.1"} <= set(groups(svg))
        assert svg.count('class="wire back" d="M') == 3  # two jumps, and the legend's


def test_a_flow_of_five_hundred_steps_is_drawn() -> None:
    steps = "".join(
        f"  - id: s{n}\n    ask: Question {n}?\n    options:\n      - yes: Yes\n      - no: No\n"
        f"    go: {{no: s{min(n + 7, 499)}}}\n"
        for n in range(500)
    )
    flow = load_flow(f"flow: long\nabout: x\nsteps:\n{steps}", "long.yaml")
    for narrow in (False, True):
        assert len(groups(draw(flow, CATALOGUES, "en", narrow=narrow))) > 1400
