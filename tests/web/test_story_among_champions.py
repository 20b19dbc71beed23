"""A story that only champions may read is translated and prepared for other champions, and never for anybody else."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import withdrawing, wordings
from bot.store.schema import audit, story, story_redaction, story_translation
from tests.stand_in.translation import TranslationStandIn
from tests.web.desk_stage import HOUR, NOW, Desk, Visitor
from tests.web.test_story_words import ALL_OUT, TOLD, box, keep, with_translator

POLISH = "Nazywam się Kowalska. Dzwoniłam do przychodni, tel. 07700 900123."
LEADERS_WORDS = ("leaders or the public", "The words for others", "What others read", "words that others may read")


def champions_story(desk: Desk, *texts: str, **given: Any) -> int:
    return desk.story(*(texts or (POLISH,)), **{"consent": "champions", "language": "pl", **given})


def offered(page: str) -> str:
    """The words that are kept with the first translation of them."""
    found = re.search(r'<input type="hidden" name="words" value="([^"]*)"', page)
    assert found
    return html.unescape(found.group(1))


def translate(visitor: Visitor, id: int, text: str = "I rang the surgery.", **more: Any) -> int:
    form = {"language": "en", "seen": 0, "words": "Dzwoniłam.", "translation": text, **more}
    return visitor.send(f"/desk/stories/{id}/translation", **form).status_code


def next_of(visitor: Visitor) -> str:
    return str(visitor.send("/desk/stories/next").headers["Location"])


def row(desk: Desk, id: int) -> Any:
    with desk.db.read() as conn:
        return conn.execute(select(story).where(story.c.id == id)).one()


def test_whoever_cannot_read_it_asks_and_has_it_back_translated(desk: Desk) -> None:
    """Amina asks; Piotr finds it in his queue and translates; Amina finds it in hers, reads and decides."""
    id, amina, piotr = champions_story(desk), desk.signed_in("amina"), desk.signed_in("piotr")
    assert "I cannot read this language" in amina.get(f"/desk/stories/{id}")
    assert amina.send(f"/desk/stories/{id}/translate", version=1).status_code == 302
    assert "Next story for you" not in amina.get("/desk/")

    assert next_of(piotr) == f"/desk/stories/{id}"
    page = piotr.get(f"/desk/stories/{id}")
    assert "Amina asked for a translation, and reads: English, Urdu." in page
    assert "In English" in page
    words = offered(page)
    assert "07700" not in words
    form = {"language": "en", "seen": 0, "words": words, "translation": "I rang the surgery."}
    sent = piotr.client.post(f"/desk/stories/{id}/translation", data={"csrf_token": token(page), **form})
    assert sent.status_code == 302
    assert "Amina asked for it, and can read the story now." in piotr.get(sent.headers["Location"])

    assert "Piotr translated it into English, which you read." in amina.get("/desk/")
    assert "Piotr translated it into English, which you read." in amina.get("/desk/stories")
    assert next_of(amina) == f"/desk/stories/{id}"
    page = amina.get(f"/desk/stories/{id}")
    assert "I rang the surgery." in page
    assert "Translated by a champion" in page
    assert "Original, as prepared" in page
    assert "Kowalska" in page
    assert "I cannot read this language" not in page
    assert amina.send(f"/desk/stories/{id}/approve", version=version(page)).status_code == 302
    assert row(desk, id).status == "approved"
    assert desk.events() == [
        "story_to_translate",
        "story_claimed",
        "story_prepared",
        "story_translated",
        "story_reopened",
        "story_claimed",
        "story_approved",
    ]
    back = next(one.detail for one in desk.rows(audit) if one.event == "story_reopened")
    assert (back["before"], back["after"]) == ("claimed", "received")


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found.group(1)


def test_a_story_for_leaders_goes_back_to_who_asked_too(desk: Desk) -> None:
    id, amina, piotr = desk.story(POLISH, language="pl"), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/stories/{id}/translate", version=1)
    assert keep(piotr, id, "Dzwoniłam.") == 302
    assert translate(piotr, id, seen=1) == 302
    assert row(desk, id).status == "received"
    assert next_of(amina) == f"/desk/stories/{id}"


def test_who_gave_it_back_is_given_others_first(desk: Desk) -> None:
    id, amina, piotr = champions_story(desk), desk.signed_in("amina"), desk.signed_in("piotr")
    later = champions_story(desk, "Inna.", created_at=NOW - HOUR // 2)
    amina.send(f"/desk/stories/{id}/translate", version=1)
    assert next_of(piotr) == f"/desk/stories/{id}"
    assert translate(piotr, id) == 302
    assert next_of(piotr) == f"/desk/stories/{later}"


def test_in_a_language_that_the_asker_does_not_read_it_waits_on(desk: Desk) -> None:
    id = champions_story(desk)
    desk.signed_in("amina").send(f"/desk/stories/{id}/translate", version=1)
    assert translate(desk.signed_in("piotr"), id, "আমি ফোন করেছি।", language="bn") == 302
    assert row(desk, id).status == "needs_translation"
    assert "Amina asked for a translation" in desk.signed_in("piotr").get(f"/desk/stories/{id}")


def test_of_an_asker_who_left_any_translation_is_enough(desk: Desk) -> None:
    id = champions_story(desk, status="needs_translation")
    assert translate(desk.signed_in("piotr"), id, language="bn") == 302
    assert row(desk, id).status == "received"


def test_a_translation_ends_nobody_elses_lease(desk: Desk) -> None:
    id, sam = champions_story(desk), desk.signed_in("sam")
    assert keep(desk.signed_in("piotr"), id, "Dzwoniłam.") == 302
    desk.signed_in("amina").send(f"/desk/stories/{id}/translate", version=2)
    assert sam.send(f"/desk/stories/{id}/take", version=3).status_code == 302
    assert translate(desk.signed_in("piotr"), id, seen=1) == 302
    kept = row(desk, id)
    assert (kept.status, kept.claimed_by) == ("received", desk.ids["sam"])


def test_while_somebody_else_reads_it_no_first_words_are_kept(desk: Desk) -> None:
    id = champions_story(desk)
    desk.signed_in("sam").send(f"/desk/stories/{id}/take", version=1)
    page = desk.signed_in("piotr").get(f"/desk/stories/{id}?to=en")
    assert 'id="my-translation"' not in page
    assert translate(desk.signed_in("piotr"), id) == 409
    assert desk.db_rows(story_redaction) == []


def test_of_two_first_translations_the_second_is_told_and_loses_no_word(desk: Desk) -> None:
    id = champions_story(desk)
    assert translate(desk.signed_in("sam"), id) == 302
    form = {"language": "en", "seen": 0, "words": "Inne.", "translation": "My long work."}
    answered = desk.signed_in("piotr").send(f"/desk/stories/{id}/translation", **form)
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Sam prepared other words" in page
    assert box(page, "my-translation") == "My long work."
    assert len(desk.rows(story_translation)) == 1


def test_what_goes_out_is_prepared_before_it_is_translated(desk: Desk) -> None:
    id = desk.story(POLISH, language="pl")
    assert translate(desk.signed_in("piotr"), id) == 400
    assert desk.db_rows(story_redaction) == []
    assert translate(desk.signed_in("piotr"), champions_story(desk), words=" ") == 400


def test_no_page_of_it_speaks_of_leaders_or_the_public(desk: Desk) -> None:
    id, piotr = champions_story(desk, TOLD, language="en"), desk.signed_in("piotr")
    with TranslationStandIn() as service:
        with_translator(desk, service)
        pages = [piotr.get(f"/desk/stories/{id}"), piotr.get(f"/desk/stories/{id}?to=pl")]
        pages.append(piotr.send(f"/desk/stories/{id}/words", words=" ", seen=0).get_data(as_text=True))
        pages.append(piotr.send(f"/desk/stories/{id}/words/marks", words=ALL_OUT, out=["0"]).get_data(as_text=True))
        assert keep(piotr, id) == 302
        pages.append(piotr.get(f"/desk/stories/{id}"))
        assert translate(piotr, id, language="pl", seen=1) == 302
        pages.append(piotr.get(f"/desk/stories/{id}?to=pl"))
    assert "The words are kept. Only champions read them." in pages[4]
    for page in pages:
        assert not [words for words in LEADERS_WORDS if words in page]
    assert all("Only champions read this." in page for page in [*pages[:3], *pages[4:]])
    assert "We cannot find every name." in pages[0]


def test_approving_it_needs_no_words_and_no_second_reader(desk: Desk) -> None:
    """Its Approve belongs to no form of words; of a story that goes out it does."""
    id, amina = champions_story(desk, TOLD, language="en"), desk.signed_in("amina")
    assert 'form="words-form"' not in amina.get(f"/desk/stories/{id}")
    assert 'form="words-form"' in amina.get(f"/desk/stories/{desk.story(TOLD)}")
    assert amina.send(f"/desk/stories/{id}/approve", version=1).status_code == 302
    assert row(desk, id).status == "approved"
    assert desk.db_rows(story_redaction) == []
    page = amina.get(f"/desk/stories/{id}?to=ur")
    assert "Nobody has prepared other words of this story." in page
    assert 'id="my-translation"' not in page


def test_a_machine_is_sent_only_words_in_which_no_detail_is_found(desk: Desk) -> None:
    """Champions may keep names in words that only champions read; those stay on this server."""
    with TranslationStandIn() as service:
        with_translator(desk, service)
        id, amina = champions_story(desk, TOLD, language="en"), desk.signed_in("amina")
        assert "A machine is never sent the original." in amina.get(f"/desk/stories/{id}?to=pl")
        assert amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=0).status_code == 409
        keep(amina, id, TOLD)
        page = amina.get(f"/desk/stories/{id}?to=pl")
        assert "A machine is sent no words with personal details. Still in these:" in page
        assert "get a draft" not in page
        refused = amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=1)
        assert refused.status_code == 422
        assert "Take them out first." in refused.get_data(as_text=True)
        assert service.asked == []
        keep(amina, id, ALL_OUT, seen=1)
        assert amina.send(f"/desk/stories/{id}/machine-draft", language="pl", seen=2).status_code == 302
        assert service.asked == [ALL_OUT]
        assert "Machine draft, not checked" in amina.get(f"/desk/stories/{id}?to=pl")


@pytest.mark.parametrize("who", ["ruth", "tara"])
def test_nobody_but_champions_reads_or_writes_any_of_it(desk: Desk, who: str) -> None:
    id = champions_story(desk, status="needs_translation")
    assert translate(desk.signed_in("piotr"), id, "Rang the zqsurgery.") == 302
    visitor = desk.signed_in(who)
    assert visitor.client.get(f"/desk/stories/{id}").status_code in {403, 404}
    for path in ("words", "words/marks", "translation", "machine-draft"):
        assert visitor.send(f"/desk/stories/{id}/{path}", words="x", language="en", seen=1).status_code == 403


def test_narrowed_to_champions_what_was_prepared_stays_with_them(desk: Desk) -> None:
    """Two champions let it out to leaders; then its teller lets only champions read it."""
    teller = desk.contact()
    id, amina, piotr = desk.story(POLISH, language="pl", contact_id=teller), *map(desk.signed_in, ("amina", "piotr"))
    keep(piotr, id, "Dzwoniłam zqwords.")
    assert translate(piotr, id, "I rang zqtranslated.", seen=1) == 302
    for who in (piotr, amina):
        who.send(f"/desk/stories/{id}/approve", version=row(desk, id).version)
    assert "zqwords" in desk.signed_in("ruth").get(f"/desk/stories/{id}")
    with desk.db.begin() as conn:
        assert withdrawing.narrow(conn, desk.db.vault, teller, row(desk, id).reference, NOW)
        assert wordings.leaving(conn, desk.db.vault, id) is None
    desk.signed_in("ruth").get(f"/desk/stories/{id}", 404)
    page = amina.get(f"/desk/stories/{id}")
    assert "zqwords" in page
    assert "I rang zqtranslated." in page
    assert "Only champions read this." in page
    assert not [words for words in LEADERS_WORDS if words in page]
    amina.send(f"/desk/stories/{id}/reopen", version=row(desk, id).version)
    assert 'form="words-form"' not in amina.get(f"/desk/stories/{id}")
    amina.send(f"/desk/stories/{id}/approve", version=row(desk, id).version)
    assert row(desk, id).status == "approved"
    with desk.db.read() as conn:
        assert wordings.leaving(conn, desk.db.vault, id) is None


def test_narrowed_while_she_prepares_it_her_words_are_not_lost(desk: Desk) -> None:
    teller = desk.contact()
    id, amina = desk.story(TOLD, contact_id=teller), desk.signed_in("amina")
    with desk.db.begin() as conn:
        assert withdrawing.narrow(conn, desk.db.vault, teller, row(desk, id).reference, NOW)
    answered = amina.send(f"/desk/stories/{id}/approve", version=1, words="My careful words.")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert box(page) == "My careful words."
    assert re.search(r'<details class="desk-fold" id="prepared" open', page)
