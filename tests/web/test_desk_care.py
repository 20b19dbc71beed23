"""The desk keeps answers true: what is due, one action, its undoing; keeping, translating; and the gap map."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.knowledge.links import LinkState
from bot.store import gaps, links, plain
from bot.store.schema import answer, checkup, gap, link, question, service, translation, upkeep
from bot.story.gaps import Came
from tests.web.desk_stage import HOUR, NOW, Desk

TODAY = date(2026, 6, 2)
DAY = 24 * HOUR
MAY = NOW - 20 * DAY


def checked_on(desk: Desk, id: int, day: date | None, review_by: date | None = None) -> None:
    with desk.db.begin() as conn:
        conn.execute(update(answer).where(answer.c.id == id).values(verified=day, review_by=review_by))


def broken_link(desk: Desk, key: str = "gp-without-id", url: str = "https://www.nhs.uk/gone") -> None:
    with desk.db.begin() as conn:
        links.sync(conn, [("answer", key, url)], NOW - 2 * DAY)
        (one,) = links.of(conn, "answer", key)
        for ago in (1, 0):
            links.note(conn, one.id, LinkState.GONE, status=404, now_ms=NOW - ago * DAY, every_days=7)


# what is due ----------------------------------------------------------------------------------------------------------
def test_what_is_over_comes_before_what_is_soon(desk: Desk) -> None:
    over = desk.answer(key="over", title="Over")
    soon = desk.answer(key="soon", title="Soon")
    fresh = desk.answer(key="fresh", title="Fresh")
    checked_on(desk, over, TODAY - timedelta(days=400))
    checked_on(desk, soon, TODAY - timedelta(days=100), TODAY + timedelta(days=20))
    checked_on(desk, fresh, TODAY - timedelta(days=1))
    page = desk.signed_in("amina").get("/desk/due")
    assert page.index(">Over</a>") < page.index(">Soon</a>")
    assert ">Fresh</a>" not in page
    assert "Over since 28 April 2026" in page
    assert "Due on 22 June 2026" in page


def test_one_action_says_that_it_is_right_and_can_be_taken_back(desk: Desk) -> None:
    """Without a file being touched; with who and when; and what stood there before stands there again."""
    made = desk.answer()
    checked_on(desk, made, date(2025, 1, 5), date(2026, 1, 5))
    amina = desk.signed_in("amina")
    answered = amina.send(f"/desk/due/answer/{made}/checked", back="list", owner_filter="mine")
    assert answered.headers["Location"] == "/desk/due?owner=mine"
    assert [(row.verified, row.review_by) for row in desk.rows(answer)] == [(TODAY, None)]
    (check,) = desk.rows(checkup)
    assert (check.user_id, check.day) == (desk.ids["amina"], TODAY)
    assert "Take it back" in amina.get("/desk/due")
    assert "Last checked by Amina" in amina.get(f"/desk/answers/{made}")
    amina.send(f"/desk/due/answer/{made}/undo", check=check.id)
    assert [(row.verified, row.review_by) for row in desk.rows(answer)] == [(date(2025, 1, 5), date(2026, 1, 5))]
    assert "check_undone" in desk.events()
    amina.send(f"/desk/due/answer/{made}/undo", check=check.id)  # a second time changes nothing
    assert [row.verified for row in desk.rows(answer)] == [date(2025, 1, 5)]


def test_a_check_that_somebody_repeated_cannot_be_taken_back(desk: Desk) -> None:
    made = desk.answer()
    desk.signed_in("amina").send(f"/desk/due/answer/{made}/checked")
    first = desk.rows(checkup)[0].id
    desk.signed_in("piotr").send(f"/desk/due/answer/{made}/checked")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/due/answer/{made}/undo", check=first)
    assert [row.verified for row in desk.rows(answer)] == [TODAY]
    assert "Nothing was taken back" in amina.get("/desk/due")


def test_a_service_is_checked_and_taken_back_alike(desk: Desk) -> None:
    made = desk.service()
    amina = desk.signed_in("amina")
    amina.send(f"/desk/due/service/{made}/checked")
    assert desk.rows(service)[0].document["verified"] == "2026-06-02"
    amina.send(f"/desk/due/service/{made}/undo", check=desk.rows(checkup)[0].id)
    assert desk.rows(service)[0].verified is None
    assert "verified" not in desk.rows(service)[0].document


def test_each_has_somebody_who_looks_after_it(desk: Desk) -> None:
    made = desk.answer()
    desk.answer(key="other", title="Other")
    checked_on(desk, made, TODAY - timedelta(days=400))
    amina = desk.signed_in("amina")
    amina.send(f"/desk/due/answer/{made}/owner", owner=desk.ids["amina"])
    assert [(row.key, row.owner_id) for row in desk.rows(upkeep)] == [("gp-without-id", desk.ids["amina"])]
    assert "Other</a>" not in amina.get("/desk/due?owner=mine")
    assert "Other</a>" in amina.get("/desk/due?owner=nobody")
    assert "you look after are due: 1" in amina.get("/desk/")
    assert "you look after are due" not in desk.signed_in("piotr").get("/desk/")
    amina.send(f"/desk/due/answer/{made}/owner", owner="")
    assert [row.owner_id for row in desk.rows(upkeep)] == [None]
    assert amina.send(f"/desk/due/answer/{made}/owner", owner=desk.ids["ruth"]).status_code == 400


def test_who_may_not_change_answers_cannot_check_them(desk: Desk) -> None:
    made = desk.answer()
    for path in ("checked", "undo", "owner", "links"):
        assert desk.signed_in("tara").send(f"/desk/due/answer/{made}/{path}").status_code == 403
    assert "I have checked it" not in desk.signed_in("tara").get("/desk/due")
    assert desk.rows(checkup) == []


def test_a_broken_link_makes_an_answer_due_however_fresh_it_is(desk: Desk) -> None:
    made = desk.answer()
    checked_on(desk, made, TODAY)
    broken_link(desk)
    page = desk.signed_in("amina").get("/desk/due")
    assert "There is no such page any more" in page
    assert "https://www.nhs.uk/gone" in page
    beside = desk.signed_in("amina").get(f"/desk/answers/{made}")
    assert "There is no such page any more" in beside


def test_links_are_tried_when_somebody_asks_and_the_page_waits(desk: Desk) -> None:
    made = desk.answer()
    broken_link(desk)
    amina = desk.signed_in("amina")
    amina.send(f"/desk/due/answer/{made}/links")
    assert desk.rows(link)[0].wanted_at == NOW
    waiting = amina.get(f"/desk/due/answer/{made}/links")
    assert "Being tried" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    with desk.db.begin() as conn:
        links.note(conn, desk.rows(link)[0].id, LinkState.FINE, status=200, now_ms=NOW, every_days=7)
    assert "hx-get" not in amina.get(f"/desk/due/answer/{made}/links")


def test_a_round_of_all_links_shows_how_far_it_is(desk: Desk) -> None:
    desk.answer()
    broken_link(desk)
    amina = desk.signed_in("amina")
    answered = amina.send("/desk/due/links")
    assert answered.headers["Location"] == f"/desk/due?since={NOW}"
    assert "0 of 1 links are tried." in amina.get(f"/desk/due/links?since={NOW}")
    with desk.db.begin() as conn:
        links.note(conn, desk.rows(link)[0].id, LinkState.FINE, status=200, now_ms=NOW + 1, every_days=7)
    assert "All 1 links are tried." in amina.get(f"/desk/due/links?since={NOW}")


# keeping for the next person ------------------------------------------------------------------------------------------
def answered_question(desk: Desk, text: str = "Dear Nadia, ring 07700 900123. The Lido, Mondays at six.") -> int:
    made = desk.question("My name is Nadia, where can I swim with women only?", language="en")
    desk.signed_in("amina").send(f"/desk/questions/{made}/answer", version=1, text=text, keep="yes")
    return made


KEPT = {"title": "Women only swimming", "topic": "company", "language": "en", "source_name": "Amina's team"}


def test_after_an_answer_the_draft_for_the_next_person_comes(desk: Desk) -> None:
    made = desk.question()
    answered = desk.signed_in("amina").send(f"/desk/questions/{made}/answer", version=1, text="At six.", keep="yes")
    assert answered.headers["Location"] == f"/desk/answers/keep/{made}"


def test_what_may_point_to_a_person_is_marked_and_never_taken_from_the_asker(desk: Desk) -> None:
    page = desk.signed_in("amina").get(f"/desk/answers/keep/{answered_question(desk)}")
    assert "<mark>07700 900123</mark>" in page
    assert "My name is [name]" in page.split('name="asked"')[1]
    assert "It points to nobody and may stay." in page


def test_it_is_not_kept_until_somebody_has_looked_at_the_marks(desk: Desk) -> None:
    made = answered_question(desk)
    amina = desk.signed_in("amina")
    form = {**KEPT, "short": "Ring 07700 900123.", "asked": "Where can women swim"}
    refused = amina.send(f"/desk/answers/keep/{made}", **form)
    assert refused.status_code == 422
    assert "Something may point to a person." in refused.get_data(as_text=True)
    assert amina.send(f"/desk/answers/keep/{made}", **form, looked="yes").status_code == 302


def test_a_kept_answer_is_found_at_once_and_has_an_owner(desk: Desk) -> None:
    made = answered_question(desk)
    asked = "Where can women swim\nwomen only pool"
    desk.signed_in("amina").send(f"/desk/answers/keep/{made}", **KEPT, short="The Lido, Mondays at six.", asked=asked)
    (kept,) = desk.rows(answer)
    assert (kept.title, kept.topic, kept.origin) == ("Women only swimming", "company", "desk")
    assert kept.questions == ["Where can women swim", "women only pool"]
    assert "Nadia" not in str(kept)
    assert desk.rows(question)[0].answer_id == kept.id
    assert [row.owner_id for row in desk.rows(upkeep)] == [desk.ids["amina"]]
    directory = desk.app.extensions["bot"].directory()
    found = directory.match_answers("women only swimming pool", "en", 3)
    assert found[0][0].key == kept.key


def test_a_kept_answer_needs_title_topic_and_a_way_to_ask(desk: Desk) -> None:
    """Everything typed comes back, nothing is kept."""
    made = answered_question(desk)
    answered = desk.signed_in("amina").send(
        f"/desk/answers/keep/{made}", short="y" * 301, topic="gossip", language="xx", source="nhs"
    )
    page = answered.get_data(as_text=True)
    assert answered.status_code == 422
    for said in ("at most 300 letters. This one has 301.", "Choose a topic.", "at least one way", "whole address"):
        assert said in page
    assert "y" * 301 in page
    assert desk.rows(answer) == []


def test_a_question_that_waits_cannot_be_kept(desk: Desk) -> None:
    desk.signed_in("amina").get(f"/desk/answers/keep/{desk.question()}", status=404)


# translations ---------------------------------------------------------------------------------------------------------
def test_what_is_kept_waits_for_its_translations_with_who_could(desk: Desk) -> None:
    made = desk.answer(origin="desk", key="desk-1", title="Swim")
    page = desk.signed_in("tara").get("/desk/answers/translations")
    assert "Swim" in page
    assert f"/desk/answers/{made}/translate/ur" in page
    assert "Piotr" in page
    assert "Nobody on the desk reads it." in page  # Bangla


def test_a_translation_of_the_desk_is_read_at_once_and_wins(desk: Desk) -> None:
    made = desk.answer(origin="desk", key="desk-1", title="Swim", questions=["where to swim"], short="At the Lido.")
    tara = desk.signed_in("tara")
    form = {"text-0": "Pływanie", "text-1": "W Lido.", "text-2": "gdzie popływać"}
    assert tara.send(f"/desk/answers/{made}/translate/pl", **form).status_code == 302
    assert len(desk.rows(translation)) == 3
    world = desk.app.extensions["bot"].shelf.world()
    assert world.catalogues.text("At the Lido.", "pl", domain="answers") == "W Lido."
    assert world.directory.match_answers("gdzie popływać", "pl", 1)[0][0].key == "desk-1"
    assert "Polish" not in tara.get("/desk/answers/translations").split("Swim", 1)[1].split("</article>")[0]
    tara.send(f"/desk/answers/{made}/translate/pl", **{**form, "text-1": "Na Lido."})
    assert len(desk.rows(translation)) == 3


def test_what_people_read_must_be_translated_whole(desk: Desk) -> None:
    made = desk.answer(origin="desk", key="desk-1")
    answered = desk.signed_in("tara").send(f"/desk/answers/{made}/translate/pl", **{"text-0": "Lekarz"})
    assert answered.status_code == 422
    assert "Write this in the other language, too." in answered.get_data(as_text=True)
    assert desk.rows(translation) == []


def test_an_answer_kept_in_polish_waits_for_its_english(desk: Desk) -> None:
    made = desk.answer(origin="desk", key="desk-1", language="pl", title="Basen", short="W Lido.", questions=["basen"])
    tara = desk.signed_in("tara")
    assert "English" in tara.get("/desk/answers/translations")
    tara.get(f"/desk/answers/{made}/translate/pl", status=404)
    tara.send(f"/desk/answers/{made}/translate/en", **{"text-0": "Pool", "text-1": "At the Lido.", "text-2": "pool"})
    assert ">Pool<" in tara.get(f"/desk/answers/{made}")


# promises -------------------------------------------------------------------------------------------------------------
def test_a_question_shows_the_day_that_was_promised(desk: Desk) -> None:
    desk.question(due_on=TODAY - timedelta(days=1))
    page = desk.signed_in("amina").get("/desk/questions")
    assert "Promised by 1 June 2026" in page
    assert "desk-tag--bad" in page.split("Promised")[0].rsplit("<span", 1)[1]


def test_a_lead_sees_the_questions_that_nobody_reads(desk: Desk) -> None:
    desk.question(language="so")
    desk.question(language="pl")
    page = desk.signed_in("ruth").get("/desk/")
    assert "Somebody is needed who reads their language" in page
    assert "Somali: 1" in page
    assert "Polish: 1" not in page


# the gap map ----------------------------------------------------------------------------------------------------------
def not_found(
    desk: Desk, people: int, topic: str, language: str, *, first: int = 0, now_ms: int = MAY, area: str = "ZZ1"
) -> None:
    with desk.db.begin() as conn:
        for number in range(first, first + people):
            plain.put(
                conn,
                gaps.noting(
                    desk.db.vault,
                    number,
                    came=Came.NOTHING,
                    topic=topic,
                    language=language,
                    area=area,
                    simulated=False,
                    now_ms=now_ms,
                ),
            )


def test_the_map_shows_people_by_topic_and_hides_the_few(desk: Desk) -> None:
    not_found(desk, 12, "food", "en")
    not_found(desk, 6, "home", "en", first=100)
    not_found(desk, 2, "money", "ur", first=200)
    page = desk.signed_in("ruth").get("/desk/gaps?by=language")
    assert "20 people" in page
    assert "Housing" in page
    assert "fewer than 5 people" in page
    table = page.split("<tbody>")[1]
    assert ">2<" not in table
    assert ">12<" in table


@pytest.mark.parametrize("area", ['=HYPERLINK("http://x")', "+44", "-1+1", "@SUM(A1)"])
def test_no_cell_of_the_file_is_a_formula(desk: Desk, area: str) -> None:
    not_found(desk, 12, "food", "en", area=area)
    read = csv.reader(io.StringIO(desk.signed_in("ruth").get("/desk/gaps/table.csv?by=area").removeprefix("\ufeff")))
    cells = [cell for row in read for cell in row]
    assert f"'{area}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_file_has_the_same_numbers_as_the_page(desk: Desk) -> None:
    not_found(desk, 12, "food", "en")
    not_found(desk, 2, "money", "ur", first=200)
    ruth = desk.signed_in("ruth")
    read = list(csv.reader(io.StringIO(ruth.get("/desk/gaps/table.csv?by=language").removeprefix("\ufeff"))))
    assert read[0] == ["Topic", "English", "All others", "People"] or "hidden" in str(read)
    assert "2" not in {cell for row in read for cell in row}
    assert ["All topics", *read[-1][1:]] == read[-1]
    assert read[-1][-1] == "14"


def test_a_month_that_is_not_over_is_not_shown(desk: Desk) -> None:
    not_found(desk, 12, "food", "en", now_ms=NOW)
    assert "A month is shown when it is over." in desk.signed_in("ruth").get("/desk/gaps")
    assert desk.signed_in("ruth").get("/desk/gaps/table.csv") == "\ufeff"


def test_month_by_month_shows_no_more_than_the_months(desk: Desk) -> None:
    not_found(desk, 12, "food", "en")
    not_found(desk, 8, "food", "en", now_ms=MAY - 31 * DAY)
    page = desk.signed_in("ruth").get("/desk/gaps?by=month")
    assert "April 2026" in page
    assert ">12<" in page
    assert ">8<" in page


def test_the_map_is_for_leads(desk: Desk) -> None:
    desk.signed_in("amina").get("/desk/gaps", status=403)
    desk.signed_in("tara").get("/desk/gaps/table.csv", status=403)


def test_answering_and_closing_say_what_became_of_it(desk: Desk) -> None:
    first, second = desk.question(), desk.question()
    with desk.db.begin() as conn:
        for row in desk.rows(question):
            plain.put(
                conn,
                gaps.noting(
                    desk.db.vault,
                    row.contact_id,
                    came=Came.ASKED,
                    topic="",
                    language="en",
                    area="",
                    simulated=False,
                    now_ms=row.created_at,
                ),
            )
    amina = desk.signed_in("amina")
    amina.send(f"/desk/questions/{first}/answer", version=1, text="At six.")
    amina.send(f"/desk/questions/{second}/close", version=1)
    with desk.db.read() as conn:
        assert list(conn.scalars(select(gap.c.what).order_by(gap.c.id))) == ["answered", "closed"]
