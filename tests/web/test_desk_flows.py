"""The desk's pages of conversations: the list, each one's picture, and its texts side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.web.context import Parts
from tests.flow.stage import AROUND, CATALOGUES
from tests.web.desk_stage import Desk

OWN = """
flow: own
about: One of our <own>.
start_words: [begin]
steps:
  - say: {sms: Hello from a small <phone>., whatsapp: Hello from a big phone.}
  - id: kind
    ask: What do you need?
    options:
      - help: Find help near me
      - new: Something that nobody has translated
    run: {help: menu}
    go: {new: end}
    clear: true
  - do: erase_everything
"""
SILENT = "flow: silent\nabout: x\nsteps:\n  - run: menu\n"


def with_flows(desk: Desk, *flows: str) -> FlowSet:
    """The desk, with these conversations in use beside the least that must be there."""
    built = load_flows(AROUND | {f"{number}.yaml": text for number, text in enumerate(flows)})
    in_use(desk, built)
    return built


def in_use(desk: Desk, flows: FlowSet) -> None:
    parts: Parts = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(parts, flows=lambda: flows)


@pytest.mark.parametrize("name", ["amina", "tara", "ruth", "sam"])
def test_everyone_on_the_desk_finds_the_conversations(desk: Desk, name: str) -> None:
    """Champions, translators, leads and admins; the way there is on every page."""
    visitor = desk.signed_in(name)
    assert 'href="/desk/flows"' in visitor.get("/desk/me")
    page = visitor.get("/desk/flows")
    assert 'href="/desk/flows/share-story"' in page
    assert "Collects one experience, with consent" in page
    visitor.get("/desk/flows/share-story")
    assert visitor.get("/desk/flows/share-story.svg").startswith("<svg ")


@pytest.mark.parametrize("path", ["/desk/flows", "/desk/flows/menu", "/desk/flows/menu.svg"])
def test_nobody_else_does(desk: Desk, path: str) -> None:
    answered = desk.visitor().client.get(path)
    assert (answered.status_code, answered.location.split("?")[0]) == (302, "/desk/sign-in")


def test_the_list_says_how_many_steps_and_which_languages_are_complete(desk: Desk) -> None:
    """In English everything is there; of the own flow's six texts Polish has two."""
    with_flows(desk, OWN)
    own = desk.signed_in("amina").get("/desk/flows").split('href="/desk/flows/own"')[1].split("</article>")[0]
    assert "One of our &lt;own&gt;." in own
    assert re.findall(r'desk-tag--(\w+)">([^<]+)<', own)[:3] == [
        ("plain", "Steps: 3"),
        ("good", "English: complete"),
        ("warn", "Polish: 4 to translate"),
    ]


def test_without_conversations_the_list_says_so(desk: Desk) -> None:
    in_use(desk, FlowSet("", {}, "", ""))
    assert "There are no conversations" in desk.signed_in("amina").get("/desk/flows")


def test_a_conversation_that_says_nothing_says_so(desk: Desk) -> None:
    with_flows(desk, SILENT)
    page = desk.signed_in("amina").get("/desk/flows/silent")
    assert "It says nothing itself" in page
    assert 'href="/desk/flows/menu?language=en"' in page


def test_a_conversation_shows_every_text_in_every_language(desk: Desk) -> None:
    """Each wording with its channel, each option; what comes in English is marked so, and everything is escaped."""
    with_flows(desk, OWN)
    page = desk.signed_in("amina").get("/desk/flows/own")
    assert page.count("Hello from a small &lt;phone&gt;.") == 4
    assert "Only by WhatsApp" in page
    polish = [part for part in page.split('<div class="desk-card">') if '">Polish</span>' in part][-1]
    assert f"<bdi>{CATALOGUES.text('Find help near me', 'pl')}</bdi>" in polish
    assert "Something that nobody has translated" in polish
    assert "Not wholly translated" in polish
    assert '<code class="desk-code" dir="ltr">kind</code>' in page
    assert "Only a clear answer counts" in page


def test_the_picture_comes_in_the_language_that_is_asked_for(desk: Desk) -> None:
    """Else in the desk's own; beside the wide one there is a narrow one for phones."""
    visitor = desk.signed_in("amina")
    page = visitor.get("/desk/flows/menu?language=ur")
    assert 'src="/desk/flows/menu.svg?language=ur&amp;seen=' in page
    assert 'srcset="/desk/flows/menu.svg?language=ur&amp;narrow=yes&amp;seen=' in page
    assert 'language=ur" lang="ur" aria-current="true"' in page
    assert 'lang="ur" direction="rtl"' in visitor.get("/desk/flows/menu.svg?language=ur")
    assert 'lang="en" direction="ltr"' in visitor.get("/desk/flows/menu.svg?language=klingon")
    visitor.client.set_cookie("desk_language", "bn")
    assert 'lang="bn"' in visitor.get("/desk/flows/menu.svg")


def test_the_picture_is_a_guarded_image_that_links_to_the_others(desk: Desk) -> None:
    """It may use the style sheet inside it, nothing else; it is light as the desk is."""
    answered = desk.signed_in("amina").client.get("/desk/flows/menu.svg?language=pl&narrow=yes")
    assert answered.mimetype == "image/svg+xml"
    assert answered.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    drawn = answered.get_data(as_text=True)
    assert "prefers-color-scheme" not in drawn
    links = [one.attrib["href"] for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}a")]  # noqa: S314
    assert "/desk/flows/find-help.svg?language=pl&narrow=yes" in links


@pytest.mark.parametrize("path", ["/desk/flows/nowhere", "/desk/flows/nowhere.svg", "/desk/flows/menu.png"])
def test_a_conversation_that_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    desk.signed_in("amina").get(path, 404)


def test_words_that_start_a_conversation_stand_in_one_line_with_the_commas_of_their_language(desk: Desk) -> None:
    page = desk.signed_in("amina").get("/desk/flows/share-story")
    urdu = "، ".join(CATALOGUES.text(word, "ur") for word in ("story", "my story", "share", "tell my story"))
    assert f">{urdu}</p>" in page
    assert ">story, my story, share, tell my story</p>" in page
