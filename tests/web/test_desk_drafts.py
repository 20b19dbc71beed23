"""Drafts on the desk: begun, written, checked, published and taken back by somebody with no terminal."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from bot.store.schema import contact, flow_draft, flow_draft_file, flow_publication
from bot.web.context import Parts
from bot.web.desk.changes import changes
from tests.web.desk_stage import Desk, Visitor

NEW_LINE = "  - say: We have moved to Mill Road."


def live(desk: Desk, file: str = "menu.yaml") -> str:
    parts: Parts = desk.app.extensions["bot"]
    parts.shelf.look_again()
    return parts.shelf.live().sources[file]


def begun(ruth: Visitor, flow: str = "menu") -> str:
    """The address of a new draft of this conversation."""
    return str(ruth.send("/desk/drafts", flow=flow).location)


def saved(desk: Desk, file: str = "menu.yaml") -> str:
    with desk.db.read() as conn:
        return str(conn.scalar(select(flow_draft_file.c.text).where(flow_draft_file.c.file == file)))


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def write(ruth: Visitor, address: str, text: str, file: str = "menu.yaml") -> str:
    """Save this text, and the page that follows."""
    answered = ruth.send(address, text=text, file=file, version=version(ruth.get(address)))
    assert answered.status_code == 302
    return ruth.get(answered.location)


def changed(desk: Desk) -> str:
    return live(desk).replace("steps:\n", f"steps:\n{NEW_LINE}\n")


def publish(ruth: Visitor, address: str, **form: str) -> int:
    page = ruth.get(f"{address}/changes")
    return ruth.send(f"{address}/publish", version=version(page), **form).status_code


def test_a_conversation_is_changed_checked_and_published(desk: Desk) -> None:
    """The whole way; what nobody has translated is said in English, and whoever publishes has read that."""
    ruth = desk.signed_in("ruth")
    assert "Change this conversation" in ruth.get("/desk/flows/menu")
    address, text = begun(ruth), changed(desk)
    page = write(ruth, address, text)
    assert "No errors" in page
    assert "Try it on the phone" in page
    assert "Some texts are said in English" in page
    assert f"<code>{NEW_LINE}</code>" in ruth.get(f"{address}/changes")
    assert publish(ruth, address) == 422
    assert NEW_LINE not in live(desk)
    assert publish(ruth, address, read="yes") == 302
    assert live(desk) == text
    assert "We have moved to Mill Road." in ruth.get("/desk/flows/menu")
    assert desk.events().count("flows_published") == 1


def test_what_is_broken_is_kept_with_every_letter_and_each_error_leads_to_its_line(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    broken = live(desk).replace("home: true", "hom: true") + "# <b>\n"
    page = write(ruth, address, broken)
    assert saved(desk) == broken
    assert 'href="#line-3"' in page
    assert 'id="line-3" class="desk-editor__found desk-editor__found--bad"' in page
    assert "Put the errors right first" in page
    assert "&lt;b&gt;" in page
    assert "Try it on the phone" not in page
    assert publish(ruth, address, read="yes") == 422


def test_errors_that_it_causes_elsewhere_are_told_too(desk: Desk) -> None:
    """Another conversation leads to this one: renamed, it can no longer be found."""
    ruth = desk.signed_in("ruth")
    renamed = live(desk, "share-story.yaml").replace("flow: share-story", "flow: x")
    page = write(ruth, begun(ruth, "share-story"), renamed, "share-story.yaml")
    assert "menu.yaml:" in page
    assert "is not a flow I know" in page


def test_the_second_of_two_editors_is_told_and_loses_nothing(desk: Desk) -> None:
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    address = begun(ruth)
    old = version(sam.get(address))
    write(ruth, address, changed(desk))
    answered = sam.send(address, text="flow: mine\n", file="menu.yaml", version=old)
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Ruth" in page
    assert "Someone was quicker" in page
    assert ">\nflow: mine\n</textarea>" in page
    assert "Save mine over theirs" in page
    assert saved(desk) == changed(desk)
    sam.send(address, text="flow: mine\n", file="menu.yaml", version=version(page))
    assert saved(desk) == "flow: mine\n"


def test_a_browsers_line_ends_are_not_a_change(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    write(ruth, address, live(desk).replace("\n", "\r\n"))
    assert saved(desk) == live(desk)
    assert "Nothing is changed here." in ruth.get(f"{address}/changes")
    assert publish(ruth, address, read="yes") == 422


def test_a_new_conversation_begins_from_a_template_that_has_no_errors(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = str(ruth.send("/desk/drafts", name="Free-Lunch").location)
    page = ruth.get(address)
    assert "flow: free-lunch" in page
    assert "No errors" in page
    assert publish(ruth, address, read="yes") == 302
    assert "free lunch" in live(desk, "free-lunch.yaml")
    assert 'href="/desk/flows/free-lunch"' in ruth.get("/desk/flows")


@pytest.mark.parametrize("name", ["", "free lunch", "../welcome", "menu", "-x", "x" * 41, "کھانا"])
def test_a_name_that_cannot_be_used_is_refused(desk: Desk, name: str) -> None:
    answered = desk.signed_in("ruth").send("/desk/drafts", name=name)
    assert answered.status_code == 422
    assert desk.rows(flow_draft) == []


def test_two_conversations_are_published_at_one_moment(desk: Desk) -> None:
    """A new one, and the menu that leads to it."""
    ruth = desk.signed_in("ruth")
    address = str(ruth.send("/desk/drafts", name="lunch").location)
    ruth.send(f"{address}/files", flow="menu")
    text = live(desk).replace("      - erase:", "      - lunch: Free lunch\n      - erase:")
    text = text.replace("      erase: erase", "      lunch: lunch\n      erase: erase")
    write(ruth, address, text)
    assert publish(ruth, address, read="yes") == 302
    assert live(desk) == text
    [row] = desk.rows(flow_publication)
    assert sorted(row.before) == ["lunch.yaml", "menu.yaml"]


def test_what_others_published_meanwhile_must_be_seen_first(desk: Desk) -> None:
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    hers, his = begun(ruth), begun(sam)
    write(sam, his, changed(desk))
    write(ruth, hers, live(desk).replace("What do you need?", "What is it you need?"))
    assert publish(sam, his, read="yes") == 302
    desk.app.extensions["bot"].shelf.look_again()
    page = ruth.get(f"{hers}/changes")
    assert "Others changed it meanwhile" in page
    assert NEW_LINE in page
    assert publish(ruth, hers, read="yes") == 422
    ruth.send(f"{hers}/caught-up")
    assert publish(ruth, hers, read="yes") == 302
    assert "What is it you need?" in live(desk)


def test_one_goes_back_to_the_one_before_with_one_press(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    before, address = live(desk), begun(ruth)
    write(ruth, address, changed(desk))
    publish(ruth, address, read="yes")
    page = ruth.get("/desk/drafts")
    found = re.search(r'name="publication" value="(\d+)"', page)
    assert found
    ruth.send("/desk/drafts/back", publication=found[1])
    assert live(desk) == before
    assert "Went back" in ruth.get("/desk/drafts")
    ruth.send("/desk/drafts/back", publication=found[1])
    assert "published something else meanwhile" in ruth.get("/desk/drafts")
    assert live(desk) == before


def test_a_draft_is_thrown_away_and_taken_back(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    ruth.send(f"{address}/throw-away", version="1")
    assert "Take it back" in ruth.get("/desk/drafts")
    assert "Draft by" not in ruth.get("/desk/flows/menu")
    assert ruth.send(f"{address}/throw-away", version="1").status_code == 409
    ruth.send(f"{address}/take-back", version="2")
    assert "Draft by" in ruth.get("/desk/flows/menu")


def test_champions_read_drafts_and_cannot_write_in_them(desk: Desk) -> None:
    address = begun(desk.signed_in("ruth"))
    page = desk.signed_in("amina").get(address)
    assert "readonly" in page
    assert "Save and check" not in page
    assert "Publish" not in page.split("<main")[1].split("desk-history")[0].replace("published", "")


def test_the_picture_of_a_draft_is_there_as_soon_as_it_can_be_read(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    write(ruth, address, changed(desk))
    assert "We have moved" in ruth.get(f"{address}/menu.svg")
    write(ruth, address, "flow: [")
    ruth.get(f"{address}/menu.svg", 404)


def test_published_words_that_rest_are_told_loudly_and_can_be_mended(desk: Desk) -> None:
    """The folder's file of the same name came with a deploy; here its part is played by a second edit of the table."""
    ruth = desk.signed_in("ruth")
    address = str(ruth.send("/desk/drafts", name="lunch").location)
    publish(ruth, address, read="yes")
    clash = "flow: ask-question\nabout: x\nsteps:\n  - say: Hi.\n"
    with desk.db.begin() as conn:
        row = conn.execute(select(flow_publication)).one()
        edits = [{**row.edits[0], "text": clash}]
        conn.execute(flow_publication.update().values(edits=edits))
        conn.exec_driver_sql("UPDATE revision SET number = number + 1 WHERE name = 'flows'")
    desk.app.extensions["bot"].shelf.look_again()
    page = ruth.get("/desk/drafts")
    assert "Published words are not in use" in page
    assert "is taken by ask-question.yaml" in page
    mended = ruth.get(str(ruth.send("/desk/drafts", resting="lunch.yaml").location))
    assert "flow: ask-question" in mended
    ruth.get("/desk/flows")


def test_too_long_a_text_is_refused_and_stays_in_the_box(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    answered = ruth.send(address, text="x" * 60_001, file="menu.yaml", version="1")
    assert answered.status_code == 422
    assert "x" * 60_001 in answered.get_data(as_text=True)


def test_whoever_was_signed_out_while_writing_gets_the_words_back(desk: Desk) -> None:
    address = begun(desk.signed_in("ruth"))
    answered = desk.visitor().send(address, text="flow: all my work\n", file="menu.yaml", version="1")
    assert answered.status_code == 401
    assert "flow: all my work" in answered.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/desk/drafts/99", "/desk/drafts/99/changes", "/desk/drafts/99/menu.svg"])
def test_a_draft_that_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    desk.signed_in("ruth").get(path, 404)


def test_changes_are_shown_with_the_lines_around_them() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 21))
    [place] = changes(before, before.replace("line 10\n", "line ten\nand more\n"))
    assert [(line.kind, line.old, line.new, line.text) for line in place if line.kind != "stays"] == [
        ("goes", 10, None, "line 10"),
        ("comes", None, 10, "line ten"),
        ("comes", None, 11, "and more"),
    ]
    assert place[0].text == "line 7"
    assert changes("same", "same") == []


def test_a_draft_tells_what_it_is_to_those_in_the_middle_of_it(desk: Desk) -> None:
    """Of those alone who are in a conversation that it changes, and not of somebody who tries a draft herself."""
    ruth = desk.signed_in("ruth")
    address = begun(ruth)
    write(ruth, address, changed(desk))
    assert "Nobody is in the middle of what this draft changes." in ruth.get(f"{address}/changes")
    asha, bea, cara = (desk.contact() for _ in range(3))
    digest = desk.app.extensions["bot"].shelf.live().flows.digest
    with desk.db.begin() as conn:
        for number, flow, rehearses in ((asha, "menu", None), (bea, "share-story", None), (cara, "menu", "d" * 64)):
            place = {"at_flow": flow, "at_step": "need", "flow_revision": digest, "rehearses": rehearses}
            conn.execute(update(contact).where(contact.c.id == number).values(**place))
    page = ruth.get(f"{address}/changes")
    assert "People who are in the middle of it now" in page
    assert page.count("People: 1") == 1
    assert "They finish in the words they began in. Who begins again gets the new ones." in page
    assert "What will be different: 1" in page


def test_drafts_and_versions_stand_under_conversations_in_the_way_around(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    for path in ("/desk/drafts", begun(ruth), "/desk/flows/revisions"):
        link = re.search(r'<a[^>]+href="/desk/flows"[^>]*aria-current="true"', ruth.get(path))
        assert link, path
