"""On the story page a champion prepares the words for others, and translates them; the original is never touched."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.channel.translate_client import TranslateKind, Translator
from bot.store.schema import audit, contact, story, story_redaction, story_translation
from bot.web.context import parts_of
from tests.stand_in.translation import TranslationStandIn
from tests.web.desk_stage import Desk, Visitor

TOLD = "My name is Ngozi Okafor. My son Ahmed is ill. Ring 07700 900123."
ALL_OUT = "My name is [name]. My son [name] is ill. Ring [phone number]."


def box(page: str, name: str = "for-others") -> str:
    """What stands in a box of the page."""
    found = re.search(rf'<textarea[^>]*id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found.group(1))


def ticked(page: str) -> list[str]:
    return re.findall(r'name="out" value="(\d+)" checked', page)


def with_translator(desk: Desk, service: TranslationStandIn) -> None:
    translator = Translator(TranslateKind.LIBRETRANSLATE, service.url, own_network=True)
    desk.app.extensions["bot"] = replace(parts_of(desk.app), translator=translator)


def keep(visitor: Visitor, id: int, text: str = ALL_OUT, seen: int = 0) -> int:
    return visitor.send(f"/desk/stories/{id}/words", words=text, seen=seen).status_code


def test_all_that_points_to_somebody_is_taken_out_until_a_champion_says_otherwise(desk: Desk) -> None:
    page = desk.signed_in("amina").get(f"/desk/stories/{desk.story(TOLD)}")
    assert box(page) == ALL_OUT
    assert ticked(page) == ["0", "1", "2"]
    assert "We cannot find every name. Read it once more." in page
    assert "Not kept yet" in page
    assert desk.rows(audit) == []


def test_placeholders_are_in_the_language_of_the_story(desk: Desk) -> None:
    page = desk.signed_in("amina").get(f"/desk/stories/{desk.story('میرا نام شازیہ ہے', language='ur')}")
    assert "شازیہ" not in box(page)
    assert re.fullmatch(r"میرا نام \[[^\]]+\] ہے", box(page))
    assert "[name]" not in box(page)


@pytest.mark.parametrize("path", ["words/marks", "words"])
def test_one_click_keeps_a_detail_with_scripts_and_without(desk: Desk, path: str) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    answered = amina.send(f"/desk/stories/{id}/{path}", words=ALL_OUT, out=["0", "2"], use_marks="1")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 200
    assert box(page) == ALL_OUT.replace("son [name]", "son Ahmed")
    assert "Still in these words" in page
    with desk.db.read() as conn:
        assert conn.execute(story_redaction.select()).all() == []


def test_what_was_changed_by_hand_stays_when_a_mark_is_used(desk: Desk) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    mine = ALL_OUT.replace("is ill", "has been ill for long")
    page = amina.send(f"/desk/stories/{id}/words/marks", words=mine, out=["1", "2"]).get_data(as_text=True)
    assert box(page) == mine.replace("name is [name]", "name is Ngozi Okafor")
    for path in ("words/marks", "words"):
        sent = amina.send(f"/desk/stories/{id}/{path}", words="Somebody waited.", out=[], use_marks="1")
        page = html.unescape(sent.get_data(as_text=True))
        assert box(page) == "Somebody waited."
        assert "could not be put back by itself" in page


def test_kept_words_are_sealed_versions_and_the_original_stays(desk: Desk) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    assert keep(amina, id) == 302
    assert keep(amina, id, "Somebody waited.", seen=1) == 302
    page = amina.get(f"/desk/stories/{id}")
    assert box(page) == "Somebody waited."
    assert "Kept as version 2" in page
    assert ALL_OUT in page  # among the earlier versions
    assert "Ngozi Okafor" in page
    assert page.count("prepared the words") == 2
    assert not any("Ngozi" in str(row.detail) or "Somebody" in str(row.detail) for row in desk.rows(audit))


def test_of_two_champions_the_second_is_told_and_loses_no_word(desk: Desk) -> None:
    id = desk.story(TOLD)
    assert keep(desk.signed_in("amina"), id) == 302
    answered = desk.signed_in("piotr").send(f"/desk/stories/{id}/words", words="Mine.", seen=0)
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Amina prepared other words" in page
    assert box(page) == "Mine."


def test_no_id_stands_twice_on_the_page(desk: Desk) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    keep(amina, id)
    ids = re.findall(r'\sid="([^"]+)"', amina.get(f"/desk/stories/{id}"))
    assert sorted(ids) == sorted(set(ids))


def test_no_words_are_refused(desk: Desk) -> None:
    answered = desk.signed_in("amina").send(f"/desk/stories/{desk.story(TOLD)}/words", words=" ", seen=0)
    assert answered.status_code == 422
    assert "Write the words that others may read" in answered.get_data(as_text=True)


def test_words_of_an_approved_story_are_not_changed(desk: Desk) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    keep(amina, id)
    with desk.db.begin() as conn:
        conn.execute(update(story).where(story.c.id == id).values(status="approved"))
    assert keep(amina, id, "Others.", seen=1) == 409
    page = amina.get(f"/desk/stories/{id}")
    assert "put the story back in the queue" in page
    assert 'id="for-others"' not in page


@pytest.mark.parametrize(("who", "status"), [("ruth", 403), ("tara", 403)])
def test_only_those_who_moderate_prepare_words(desk: Desk, who: str, status: int) -> None:
    id, visitor = desk.story(TOLD), desk.signed_in(who)
    for path in ("words", "words/marks", "translation", "machine-draft"):
        assert visitor.send(f"/desk/stories/{id}/{path}", words="x", language="pl").status_code == status
    assert desk.signed_in("amina").send("/desk/stories/999/words", words="x").status_code == 404


def test_a_lead_sees_nothing_of_the_editor(desk: Desk) -> None:
    page = desk.signed_in("ruth").get(f"/desk/stories/{desk.story(TOLD, status='needs_lead')}")
    assert "The words for others" not in page
    assert "Ngozi" not in page


def test_what_somebody_told_is_shown_escaped(desk: Desk) -> None:
    id, amina = desk.story("My name is <b>Ngozi</b> <script>alert(1)</script> Ahmed"), desk.signed_in("amina")
    keep(amina, id, "<img src=x onerror=alert(1)>")
    page = amina.get(f"/desk/stories/{id}")
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<b>Ngozi" not in page


def test_a_jigsaw_is_pointed_out_before_anybody_approves(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    plain = amina.get(f"/desk/stories/{desk.story('I waited long.')}")
    told = amina.get(f"/desk/stories/{desk.story('Mam padaczkę, mieszkam na wsi.', language='pl')}")
    assert "this may tell who it is" not in plain
    assert "Even with no name, this may tell who it is" in told
    assert "Few people here write to us in Polish." in told


def test_no_draft_is_offered_or_asked_for_when_no_service_is_set(desk: Desk) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    keep(amina, id)
    assert "get a draft" not in amina.get(f"/desk/stories/{id}")
    assert amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=1).status_code == 404


def test_only_the_prepared_words_are_sent_and_only_once(desk: Desk) -> None:
    with TranslationStandIn() as service:
        with_translator(desk, service)
        id, amina = desk.story(TOLD), desk.signed_in("amina")
        assert amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=0).status_code == 409
        keep(amina, id)
        page = amina.get(f"/desk/stories/{id}?to=pl")
        assert "The prepared words are sent to 127.0.0.1. They leave this machine." in page
        for _ in range(2):
            assert amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=1).status_code == 302
        assert service.asked == [ALL_OUT]
        page = amina.get(f"/desk/stories/{id}?to=pl")
    assert "Machine draft, not checked" in page
    assert html.escape(f"(pl) {ALL_OUT}") in page
    assert "get a draft" not in page


def test_a_service_that_fails_changes_nothing_and_is_told_of(desk: Desk) -> None:
    with TranslationStandIn(answers=[(500, b"{}"), (403, b"{}")]) as service:
        with_translator(desk, service)
        id, amina = desk.story(TOLD), desk.signed_in("amina")
        keep(amina, id)
        for words in ("cannot be reached just now", "does not let us in"):
            answered = amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=1)
            assert answered.status_code == 502
            assert words in answered.get_data(as_text=True)
    assert desk.rows(story_translation) == []


def test_a_champions_translation_stands_beside_the_others_and_grows_stale(desk: Desk) -> None:
    id, piotr = desk.story(TOLD), desk.signed_in("piotr")
    keep(piotr, id)
    sent = piotr.send(f"/desk/stories/{id}/translation", language="pl", seen=1, translation="Nazywam się [imię].")
    assert sent.status_code == 302
    page = piotr.get(f"/desk/stories/{id}?to=pl")
    assert "Original, as prepared" in page
    assert "Translated by a champion" in page
    assert box(page, "my-translation") == "Nazywam się [imię]."
    assert "Out of date" not in page
    keep(piotr, id, "Other words.", seen=1)
    assert "Out of date: the words were changed since" in piotr.get(f"/desk/stories/{id}?to=pl")
    late = piotr.send(f"/desk/stories/{id}/translation", language="pl", seen=1, translation="Stare.")
    assert late.status_code == 409
    assert box(late.get_data(as_text=True), "my-translation") == "Stare."


def test_a_draft_can_be_the_start_of_a_translation(desk: Desk) -> None:
    with TranslationStandIn() as service:
        with_translator(desk, service)
        id, piotr = desk.story(TOLD), desk.signed_in("piotr")
        keep(piotr, id)
        piotr.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=1)
    assert box(piotr.get(f"/desk/stories/{id}?to=pl"), "my-translation") == ""
    assert box(piotr.get(f"/desk/stories/{id}?to=pl&start=draft"), "my-translation") == f"(pl) {ALL_OUT}"


@pytest.mark.parametrize(("language", "status"), [("xx", 400), ("en", 400), ("", 400)])
def test_a_language_that_is_not_offered_or_its_own_is_refused(desk: Desk, language: str, status: int) -> None:
    id, amina = desk.story(TOLD), desk.signed_in("amina")
    keep(amina, id)
    sent = amina.send(f"/desk/stories/{id}/translation", language=language, seen=1, translation="x")
    assert sent.status_code == status


def test_every_text_has_its_language_and_its_own_direction(desk: Desk) -> None:
    id, amina = desk.story("میرا نام شازیہ ہے", language="ur"), desk.signed_in("amina")
    keep(amina, id, "میرا نام [نام] ہے")
    page = amina.get(f"/desk/stories/{id}?to=en")
    assert re.search(r'<textarea[^>]*id="for-others"[^>]*dir="auto" lang="ur"', page)
    assert re.search(r'<textarea[^>]*id="my-translation"[^>]*dir="auto" lang="en"', page)
    assert 'class="desk-said desk-marks" dir="auto" lang="ur"' in page


def test_a_story_of_one_who_said_stop_is_still_prepared_and_nothing_is_sent_to_her(desk: Desk) -> None:
    id = desk.story(TOLD, contact_id=desk.contact(stopped=True))
    assert keep(desk.signed_in("amina"), id) == 302
    assert desk.woken == []
    assert [row.status for row in desk.rows(contact)] == ["stopped"]
