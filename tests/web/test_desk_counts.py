"""The desk's numbers of conversations: what people did at each step, and who is in the middle of which version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.flow.visits import Visit, What
from bot.store import flows, schema
from bot.store.plain import Adding, put
from bot.store.tally import DAY_MS, Seen, Tally
from bot.web.context import Parts
from bot.web.desk.flows import STOP_ASKING, WATCHED_MS
from tests.flow.stage import AROUND
from tests.web.desk_stage import NOW, Desk, Visitor

FORM = """
flow: form
about: x
start_words: [form]
steps:
  - ask: Will you come?
    id: coming
    options:
      - yes: Yes
      - no: No
  - do: erase_everything
    id: gone
  - say: Good. It is from 12 to 2.
"""


def in_use(desk: Desk, *texts: str) -> FlowSet:
    """The desk, with these conversations as the newest; they are published."""
    sources = AROUND | {f"{number}.yaml": text for number, text in enumerate(texts)}
    built = load_flows(sources)
    publish(desk, sources)
    parts: Parts = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(parts, flows=lambda: built)
    return built


def publish(desk: Desk, sources: Mapping[str, str]) -> str:
    with desk.db.begin() as conn:
        return flows.publish(conn, sources, NOW - DAY_MS)


def did(desk: Desk, step: str, *what: What, simulated: bool = False, days_ago: int = 0) -> None:
    """Somebody did this at a step of the form."""
    parts: Parts = desk.app.extensions["bot"]
    tally, at = Tally(desk.db), NOW - days_ago * DAY_MS
    tally.add(Seen([Visit(parts.flows().digest, "form", step, one) for one in what], "en", simulated, at, at))
    tally.flush()


def said(desk: Desk, words: str, language: str = "en", days_ago: float = 0, step: str = "coming") -> None:
    """Somebody gave an answer that was not understood."""
    row = {"contact_id": desk.contact(), "flow": "form", "step": step, "revision": "r", "language": language,
           "simulated": False, "at": NOW - int(days_ago * DAY_MS)}  # fmt: skip
    with desk.db.begin() as conn:
        put(conn, Adding("missed", {**row, "words_enc": desk.db.vault.seal(words)}))


def waits(desk: Desk, revision: str, step: str | None = "coming", flow: str | None = "form", days: float = 0) -> None:
    """Somebody is in the middle of a conversation."""
    place = {"flow_revision": revision, "at_flow": flow, "at_step": step, "at_since": NOW - int(days * DAY_MS)}
    who = desk.contact()
    with desk.db.begin() as conn:
        conn.execute(update(schema.contact).where(schema.contact.c.id == who).values(**place))


def sayings(page: str, step: str) -> list[str]:
    """What stands under a step."""
    part = page.split(f">{step}</code>")[1].split("</article>")[0].split('class="desk-texts"')[0]
    return re.findall(r'class="desk-tag desk-tag--(?:teal|plain)">([^<]+)<', part)


def test_each_step_has_its_numbers_on_the_page_and_on_the_picture(desk: Desk) -> None:
    built = in_use(desk, FORM)
    did(desk, "coming", What.REACHED, What.REACHED, What.LEFT, What.MISSED)
    did(desk, "gone", What.REACHED)
    did(desk, "", What.REACHED)
    waits(desk, built.digest)
    visitor = desk.signed_in("amina")
    page = visitor.get("/desk/flows/form")
    assert sayings(page, "coming") == ["Reached: 2", "Left: 1", "Not understood: 1", "Waiting now: 1"]
    assert sayings(page, "gone") == ["Done: 1"]
    assert "Came to the end: 1" in page
    drawn = visitor.get("/desk/flows/form.svg")
    assert "Reached: 2 \N{MIDDLE DOT} Left: 1" in drawn
    assert drawn.index("Not understood: 1 \N{MIDDLE DOT} Waiting now: 1") > 0
    assert "Waiting now: 1" in visitor.get("/desk/flows")


def test_the_numbers_are_in_the_desks_language_whatever_the_pictures_is(desk: Desk) -> None:
    in_use(desk, FORM)
    did(desk, "coming", What.REACHED)
    visitor = desk.signed_in("amina")
    visitor.client.set_cookie("desk_language", "pl")
    parts: Parts = desk.app.extensions["bot"]
    polish = parts.catalogues.text("Reached: {count}", "pl", domain="desk").format(count=1)
    assert polish != "Reached: 1"
    assert polish in visitor.get("/desk/flows/form.svg?language=ur")


def test_before_anybody_was_there_the_page_says_so(desk: Desk) -> None:
    in_use(desk, FORM)
    visitor = desk.signed_in("amina")
    assert "Nobody has been here in this time." in visitor.get("/desk/flows/form")
    assert "Reached" not in visitor.get("/desk/flows/form.svg")


def test_the_period_is_a_choice(desk: Desk) -> None:
    """Of 7, 30 and 90 days; anything else is the usual 30."""
    in_use(desk, FORM)
    did(desk, "coming", What.REACHED, days_ago=1)
    did(desk, "coming", What.REACHED, days_ago=20)
    did(desk, "coming", What.REACHED, days_ago=80)
    visitor = desk.signed_in("amina")
    found = {days: sayings(visitor.get(f"/desk/flows/form?days={days}"), "coming") for days in ("7", "30", "90", "x")}
    assert found == {"7": ["Reached: 1"], "30": ["Reached: 2"], "90": ["Reached: 3"], "x": ["Reached: 2"]}
    assert "menu.svg?language=en&amp;days=7&amp;seen=" in visitor.get("/desk/flows/menu?days=7")


def test_simulated_people_count_only_when_that_is_asked_for(desk: Desk) -> None:
    in_use(desk, FORM)
    did(desk, "coming", What.REACHED, simulated=True)
    visitor = desk.signed_in("amina")
    assert sayings(visitor.get("/desk/flows/form"), "coming") == ["Reached: 0"]
    assert sayings(visitor.get("/desk/flows/form?people=all"), "coming") == ["Reached: 1"]


def test_answers_not_understood_stand_redacted_grouped_and_escaped(desk: Desk) -> None:
    in_use(desk, FORM)
    said(desk, "<b>maybe</b> ring 07700 900123")
    said(desk, "Może", "pl", days_ago=2)
    said(desk, "może!", "pl", days_ago=1)
    said(desk, "my name is Zebunnisa", days_ago=3)
    said(desk, "too long ago", days_ago=31)
    page = desk.signed_in("amina").get("/desk/flows/form")
    part = page.split('<ul class="desk-missed">')[1].split("</ul>")[0]
    assert re.findall(r'dir="auto" lang="(\w+)">([^<]+)<', part) == [
        ("pl", "może!"),
        ("en", "&lt;b&gt;maybe&lt;/b&gt; ring [number]"),
        ("en", "my name is [name]"),
    ]
    assert "2 times" in part
    assert "a name may still be there" in page
    assert "Zebunnisa" not in page


@pytest.mark.parametrize(("name", "reads"), [("amina", True), ("sam", True), ("tara", False), ("ruth", False)])
def test_only_who_moderates_reads_them(desk: Desk, name: str, reads: bool) -> None:
    """Everybody sees how often."""
    in_use(desk, FORM)
    did(desk, "coming", What.MISSED)
    said(desk, "bananas")
    visitor = desk.signed_in(name)
    for path in ("/desk/flows/form", f"/desk/flows/form/live?opened={NOW}"):
        page = visitor.get(path)
        assert ("bananas" in page) is reads
        assert "Not understood: 1" in page


def live(visitor: Visitor, page: str) -> Any:
    """What the open page asks for every few seconds."""
    found = re.search(r'id="did-live"[^>]*hx-get="([^"]+)"', page)
    assert found
    return visitor.client.get(found[1].replace("&amp;", "&"))


def test_an_open_page_gets_new_numbers_and_nothing_while_nothing_happens(desk: Desk) -> None:
    in_use(desk, FORM)
    visitor = desk.signed_in("amina")
    page = visitor.get("/desk/flows/form")
    assert live(visitor, page).status_code == 204
    did(desk, "coming", What.REACHED)
    answered = live(visitor, page)
    fresh = answered.get_data(as_text=True)
    assert answered.status_code == 200
    assert 'id="did-1" class="desk-did-at" hx-swap-oob="true"' in fresh
    assert "Reached: 1" in fresh
    assert live(visitor, fresh).status_code == 204


def test_a_page_that_lies_open_stops_asking(desk: Desk) -> None:
    """So that the session of a forgotten page can end."""
    in_use(desk, FORM)
    path = f"/desk/flows/form/live?opened={NOW - WATCHED_MS - 1}"
    assert desk.signed_in("amina").client.get(path).status_code == STOP_ASKING


# who is in the middle of what ---------------------------------------------------------------------------------------


def middle(desk: Desk) -> str:
    return desk.signed_in("tara").get("/desk/flows/revisions")


def test_nobody_in_the_middle_of_anything(desk: Desk) -> None:
    assert "Nobody is in the middle of anything" in middle(desk)


def test_people_in_the_newest_version_have_the_newest_words(desk: Desk) -> None:
    built = in_use(desk, FORM)
    waits(desk, built.digest, days=1)
    waits(desk, built.digest, days=4)
    page = middle(desk)
    for sentence in ("The newest version", "They have the newest words.", "Will you come?", "People: 2", "4 days ago"):
        assert sentence in page
    assert "Of these, 1 have not written for 3 days. When they write again, they begin anew." in page


def test_people_in_an_earlier_version_finish_in_it(desk: Desk) -> None:
    """What is different stands side by side."""
    older = publish(desk, AROUND | {"0.yaml": FORM})
    in_use(desk, FORM.replace("12 to 2", "1 to 3").replace("Good", "<i>Good</i>"))
    waits(desk, older)
    page = middle(desk)
    assert "An earlier version" in page
    assert "They finish in the words they began in. Who begins again gets the new ones." in page
    assert "What is different in the newest version: 1" in page
    before, after = page.index("Good. It is from 12 to 2."), page.index("&lt;i&gt;Good&lt;/i&gt;. It is from 1 to 3.")
    assert before < after
    assert "This step is there no more" not in page


def test_a_step_that_is_there_no_more_is_told_of(desk: Desk) -> None:
    older = publish(desk, AROUND | {"0.yaml": FORM})
    in_use(desk, FORM.replace("id: coming", "id: other"))
    waits(desk, older)
    page = middle(desk)
    assert "This step is there no more" in page
    assert "They can still answer, though a step is there no more" in page


def test_a_conversation_that_is_there_no_more_is_told_of(desk: Desk) -> None:
    older = publish(desk, AROUND | {"0.yaml": FORM})
    in_use(desk)
    waits(desk, older)
    assert "After that, nobody can begin this conversation any more." in middle(desk)


def test_nothing_changed_where_they_are(desk: Desk) -> None:
    older = publish(desk, AROUND | {"0.yaml": FORM})
    in_use(desk, FORM + "\n# a note\n")
    waits(desk, older)
    assert "Nothing in this conversation has changed since they began." in middle(desk)


def test_a_version_that_cannot_be_read_any_more_is_told_of(desk: Desk) -> None:
    """They begin again at the menu."""
    in_use(desk, FORM)
    with desk.db.begin() as conn:
        row = {"digest": "d" * 64, "sources": '{"a.yaml": "flow: of another engine"}', "published_at": 1}
        conn.execute(insert(schema.flow_revision).values(row))
    waits(desk, "d" * 64)
    waits(desk, "d" * 64, None, None)
    page = middle(desk)
    assert "they begin at the menu, in their own language" in page
    assert "Place not known" in page
