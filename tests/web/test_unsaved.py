"""What a champion has typed into a story's page is hers until she sends it, keeps it or throws it away."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import pytest

from bot.background.retaining import Retaining
from bot.store import person, reach, unsaved, withdrawing
from bot.store.schema import story, story_note, story_unsaved
from bot.store.unsaved import KEPT_MS
from bot.story.keeping import DEFAULT
from bot.web import users
from tests.web.desk_stage import NOW, Desk, Visitor

BOXES = ["words", "note", "ask", "decline", "reply", "translation-pl"]


def typed(box: str, text: str, of: int = 0, base: int = 0) -> dict[str, Any]:
    """The fields by which a form of the page carries another box."""
    carried = {"unsaved_box": box, "unsaved_base": base, "unsaved_text": text}
    return carried | ({"unsaved_of": of} if of else {})


def kept(desk: Desk) -> dict[str, str]:
    return {row.box: desk.opened(row.text_enc) for row in desk.db_rows(story_unsaved)}


def page(visitor: Visitor, number: int, more: str = "") -> str:
    return html.unescape(visitor.get(f"/desk/stories/{number}{more}"))


@pytest.mark.parametrize("box", BOXES)
def test_what_was_typed_stands_in_its_box_again(desk: Desk, box: str) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    if box.startswith("translation"):
        amina.send(f"/desk/stories/{made}/words", words="The food bank was kind.", seen=0)
    assert amina.send(f"/desk/stories/{made}/unsaved", **typed(box, "Half a thought", base=1)).status_code == 204
    assert ">Half a thought</textarea>" in page(amina, made)
    assert "It is not sent or kept yet" in page(amina, made)
    assert "Half a thought" not in page(desk.signed_in("piotr"), made)
    assert "Half a thought" not in str(desk.db_rows(story_unsaved))
    amina.send(f"/desk/stories/{made}/unsaved/gone", box=box)
    assert "Half a thought" not in page(amina, made)
    assert kept(desk) == {}


@pytest.mark.parametrize(
    "act", ["take", "tags", "heed", "area", "rating", "approve", "ask-lead", "translate", "unknown", "notes/99/back"]
)
def test_no_other_button_of_the_page_loses_it(desk: Desk, act: str) -> None:
    """Whatever comes of the button itself."""
    made, amina = desk.story(language="pl", consent="champions"), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/{act}", version=1, tag="food", reason="Is it?", **typed("note", "My note", made))
    assert "My note" in page(amina, made)
    assert kept(desk) == {"note": "My note"}


def test_the_way_out_keeps_it_too(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send("/desk/sign-out", **typed("note", "My note", made))
    assert "My note" in page(desk.signed_in("amina"), made)


SENT: dict[str, tuple[str, dict[str, Any]]] = {
    "note": ("notes", {"note": "All of it"}),
    "ask": ("ask-lead", {"reason": "All of it", "version": 1}),
    "decline": ("decline", {"reason": "All of it", "version": 1}),
    "reply": ("reply", {"text": "All of it", "last": 0}),
    "words": ("words", {"words": "All of it", "seen": 0}),
    "translation-pl": ("translation", {"translation": "All", "language": "pl", "words": "All of it", "seen": 0}),
}


@pytest.mark.parametrize("box", BOXES)
def test_what_is_sent_is_not_offered_again(desk: Desk, box: str) -> None:
    """Nor the words that are kept with their translation; what stands in another box stays."""
    made, amina = desk.story(consent="champions"), desk.signed_in("amina")
    other = "decline" if box == "note" else "note"
    for name, text in ((box, "All of it"), (other, "Not yet")):
        amina.send(f"/desk/stories/{made}/unsaved", **typed(name, text))
    if box == "translation-pl":
        amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "All of it"))
    path, form = SENT[box]
    assert amina.send(f"/desk/stories/{made}/{path}", **form).status_code == 302
    assert kept(desk) == {other: "Not yet"}


def test_approving_words_makes_an_end_of_them(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "The food bank was"))
    amina.send(f"/desk/stories/{made}/approve", version=1, words="The food bank was kind.", seen=0)
    assert desk.rows(story)[0].status == "needs_second"
    assert kept(desk) == {}


def test_what_could_not_be_sent_is_still_kept(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("decline", "Twice told"))
    desk.signed_in("piotr").send(f"/desk/stories/{made}/take", version=1)
    assert amina.send(f"/desk/stories/{made}/decline", version=1, reason="Twice told").status_code == 409
    assert kept(desk) == {"decline": "Twice told"}
    assert "Twice told" in page(amina, made)  # Piotr has the story: there is no such box now
    assert "You typed this earlier" in page(amina, made)


def test_words_that_somebody_else_kept_meanwhile_are_shown_beside_hers(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "As Amina writes it"))
    desk.signed_in("piotr").send(f"/desk/stories/{made}/words", words="As Piotr writes it", seen=0)
    shown = page(amina, made)
    assert ">As Amina writes it</textarea>" in shown
    assert "Other words were kept since you typed yours" in shown
    assert "As Piotr writes it" in shown


def test_a_ready_reply_is_put_after_what_she_typed(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send("/desk/replies", title="Thanks", text="Thank you.", language="en")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("reply", "Dear neighbour,"))
    assert "Dear neighbour,\nThank you.</textarea>" in page(amina, made, "?canned=1")


def test_without_scripts_a_button_keeps_each_box(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    for box, field in (("words", "words"), ("note", "note"), ("ask", "reason"), ("reply", "text")):
        answered = amina.send(f"/desk/stories/{made}/unsaved", **{"unsaved_box": box, field: f"The {box}", "seen": "0"})
        assert answered.status_code == 302
        assert "Kept for later. Only you see it." in page(amina, made)
    assert kept(desk) == {box: f"The {box}" for box in ("words", "note", "ask", "reply")}


def test_an_emptied_box_is_forgotten_and_so_is_what_is_older_than_a_week(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("note", "My note"))
    amina.send(f"/desk/stories/{made}/unsaved", **typed("note", " \n"))
    assert kept(desk) == {}
    amina.send(f"/desk/stories/{made}/unsaved", **typed("note", "My note"))
    parts = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(parts, now_ms=lambda: NOW + KEPT_MS + 1)
    assert "My note" not in page(desk.signed_in("amina"), made)
    desk.signed_in("piotr").send(f"/desk/stories/{made}/unsaved", **typed("ask", "Is it?"))
    Retaining(desk.db, DEFAULT, lambda: NOW + KEPT_MS + 1).erase()
    assert kept(desk) == {"ask": "Is it?"}


def test_it_goes_with_the_story(desk: Desk) -> None:
    """Taken back by its teller: nothing stays of it, and nothing comes after."""
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "The food bank"))
    row = desk.rows(story)[0]
    with desk.db.begin() as conn:
        withdrawing.withdraw(conn, desk.db.vault, row.contact_id, row.reference, NOW)
    assert kept(desk) == {}
    assert amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "The food bank")).status_code in {404, 410}
    amina.send("/desk/reading/rested", **typed("words", "The food bank", made))
    assert kept(desk) == {}


def test_it_is_in_nobody_s_copy(desk: Desk) -> None:
    """Not even in the teller's own: it was said to nobody."""
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("ask", "Half a thought"))
    with desk.db.read() as conn:
        held = person.held(conn, desk.db.vault, desk.rows(story)[0].contact_id)
    assert held
    assert len(held.tables["story"]) == 1
    assert "Half a thought" not in str(held)


def test_nobody_keeps_words_of_a_story_that_is_not_hers(desk: Desk) -> None:
    """Neither by the address, nor carried by another form; the other form still does what it does."""
    made, amina, ruth = desk.story(area="wexmoor"), desk.signed_in("amina"), desk.signed_in("ruth")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "The clinic"))
    with desk.db.begin() as conn:
        reach.hold(conn, desk.ids["amina"], "champion", everywhere=False, areas=["Brackley"])
    for one in (amina, ruth, desk.signed_in("tara")):
        assert one.send(f"/desk/stories/{made}/unsaved", **typed("words", "The bus")).status_code in {403, 404}
    assert amina.send("/desk/reading/rested", **typed("words", "The bus", made)).status_code == 302
    assert kept(desk) == {"words": "The clinic"}


def test_a_lead_keeps_her_answer_and_no_other_box(desk: Desk) -> None:
    """And whoever is a lead now no longer sees what she typed as a champion."""
    made, ruth = desk.story(status="needs_lead"), desk.signed_in("ruth")
    assert ruth.send(f"/desk/stories/{made}/unsaved", **typed("advise", "Yes, but")).status_code == 204
    assert ruth.send(f"/desk/stories/{made}/unsaved", **typed("words", "Her words")).status_code == 404
    assert ">Yes, but</textarea>" in page(ruth, made)
    amina = desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "Her words, nearly"))
    with desk.db.begin() as conn:
        users.change(conn, desk.ids["amina"], roles=["lead"], languages=["en"], active=True)
    assert "Her words, nearly" not in page(amina, made)


def test_under_a_cover_no_words_of_the_story_are_shown(desk: Desk) -> None:
    made, amina = desk.story("My father died and nobody told us"), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/unsaved", **typed("words", "A father died"))
    assert "A father died" not in page(amina, made)
    amina.send(f"/desk/stories/{made}/open")
    assert ">A father died</textarea>" in page(amina, made)


@pytest.mark.parametrize(
    ("form", "status"), [({"unsaved_box": "no-such", "unsaved_text": "x"}, 400), (typed("note", "x" * 40_001), 413)]
)
def test_what_cannot_be_kept_is_refused(desk: Desk, form: dict[str, Any], status: int) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    assert amina.send(f"/desk/stories/{made}/unsaved", **({"unsaved_base": "0"} | form)).status_code == status
    assert desk.rows(story_note) == []


def test_who_is_signed_out_meanwhile_gets_every_box_back_to_copy(desk: Desk) -> None:
    made, visitor = desk.story(), desk.visitor()
    answered = visitor.send(f"/desk/stories/{made}/words", words="The words", **typed("note", "My note", made))
    assert answered.status_code == 401
    shown = answered.get_data(as_text=True)
    assert "The words</textarea>" in shown
    assert "My note</textarea>" in shown


def test_it_is_not_in_the_audit_log(desk: Desk) -> None:
    """Nothing was done yet."""
    made, amina = desk.story(), desk.signed_in("amina")
    before = desk.events()
    amina.send(f"/desk/stories/{made}/unsaved", **typed("note", "My note"))
    assert desk.events() == before
    with desk.db.read() as conn:
        assert unsaved.of_story(conn, desk.db.vault, made, desk.ids["piotr"], NOW) == {}
