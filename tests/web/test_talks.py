"""Talks on the desk: who waits, taking one, writing to and fro, passing it on, and finishing it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, update

from bot.store.schema import contact, outbound, talk, talk_line
from tests.web.desk_stage import HOUR, NOW, Desk

DAY = 24 * HOUR


def mark(page: str) -> str:
    """What stands for the state that this page shows."""
    found = re.search(r"seen=(\w+)", page)
    assert found
    return found.group(1)


# The queue ------------------------------------------------------------------------------------------------------------
def test_who_waits_longest_stands_first_with_language_and_reason(desk: Desk) -> None:
    desk.talk("Second")
    desk.talk("First", language="ur", waits_since=NOW - 3 * HOUR)
    page = desk.signed_in("amina").get("/desk/talks")
    assert page.index("First") < page.index("Second")
    assert "It is in Urdu, which you read." in page
    assert "3 hours ago" in page


def test_a_talk_that_nobody_took_in_time_is_marked_late(desk: Desk) -> None:
    desk.talk(late_at=NOW)
    desk.talk(late_at=NOW, status="taken", taken_by=desk.ids["amina"])
    amina = desk.signed_in("amina")
    assert ">Late</span>" in amina.get("/desk/talks")
    assert ">Late</span>" in amina.get("/desk/talks/1")
    assert ">Late</span>" not in amina.get("/desk/talks?status=taken")


def test_the_queue_can_be_of_one_language(desk: Desk) -> None:
    desk.talk("In Polish", language="pl")
    desk.talk("In Urdu", language="ur")
    assert "In Polish" not in desk.signed_in("amina").get("/desk/talks?language=mine")
    assert "In Polish" in desk.signed_in("amina").get("/desk/talks?language=pl")


def test_an_open_list_asks_again_and_is_answered_only_with_news(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    seen = mark(amina.get("/desk/talks"))
    assert amina.client.get(f"/desk/talks?seen={seen}", headers={"HX-Request": "true"}).status_code == 204
    desk.talk("Are you there?")
    answered = amina.client.get(f"/desk/talks?seen={seen}", headers={"HX-Request": "true"})
    assert "Are you there?" in answered.get_data(as_text=True)
    assert "<html" not in answered.get_data(as_text=True)


def test_home_and_the_way_around_count_who_waits(desk: Desk) -> None:
    """Those whom nobody has taken, and of mine those who wrote last."""
    desk.talk("Somebody?")
    desk.talk("And now?", status="taken", taken_by=desk.ids["amina"])
    desk.talk("Answered", status="taken", taken_by=desk.ids["amina"], waits_since=None)
    desk.talk("Of Piotr", status="taken", taken_by=desk.ids["piotr"])
    page = desk.signed_in("amina").get("/desk/")
    assert "Waiting for a person" in page
    assert page.index("And now?") < page.index("Somebody?")
    assert "Of Piotr" not in page
    assert '<span class="desk-count">2<' in page
    assert "Nothing needs you" not in page


def test_an_empty_queue_says_so(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    assert "Nobody waits for a person" in amina.get("/desk/talks")
    assert "No talk is in this state now." in amina.get("/desk/talks?status=finished")


# One talk -------------------------------------------------------------------------------------------------------------
def test_each_text_stands_in_its_own_direction_with_what_became_of_ours(desk: Desk) -> None:
    made, amina = desk.talk("گھر کا مالک", language="ur"), desk.signed_in("amina")
    amina.send(f"/desk/talks/{made}/take", version=1)
    answered = amina.send(f"/desk/talks/{made}/write", version=2, text="<b>سلام</b>")
    page = amina.get(f"/desk/talks/{made}")
    assert answered.status_code == 302
    assert '<p dir="auto" lang="ur" class="desk-said ">گھر کا مالک</p>' in page
    assert '<p dir="auto" lang="ur" class="desk-said ">&lt;b&gt;سلام&lt;/b&gt;</p>' in page
    assert "Waiting to go" in page
    assert "<bdi>Amina</bdi> wrote to the person" in page
    (row,) = desk.rows(outbound)
    assert (row.kind, row.sent_by, desk.opened(row.text_enc)) == ("champion", desk.ids["amina"], "<b>سلام</b>")
    assert desk.woken == [row.contact_id]
    assert desk.events() == ["talk_taken", "talk_text_sent"]


def test_a_number_inside_her_urdu_words_is_shown_in_its_order(desk: Desk) -> None:
    made = desk.talk("فون 0808 800 4444 پر", language="ur")
    for path in ("/desk/talks", f"/desk/talks/{made}"):
        assert "\u20660808 800 4444\u2069" in desk.signed_in("amina").get(path)


def test_an_open_talk_asks_again_and_is_answered_only_with_news(desk: Desk) -> None:
    made, amina = desk.talk("Hello"), desk.signed_in("amina")
    seen = mark(amina.get(f"/desk/talks/{made}"))
    address = f"/desk/talks/{made}/lines?seen={seen}"
    assert amina.client.get(address).status_code == 204
    with desk.db.begin() as conn:
        values = {"talk_id": made, "text_enc": desk.db.vault.seal("Are you there?"), "danger": True, "at": NOW}
        conn.execute(insert(talk_line).values(values))
    page = amina.get(address)
    assert "Are you there?" in page
    assert "Danger words" in page
    assert mark(page) != seen


def test_a_finished_talk_is_asked_for_no_more(desk: Desk) -> None:
    made = desk.talk(status="finished")
    assert f"/desk/talks/{made}/lines" not in desk.signed_in("amina").get(f"/desk/talks/{made}")
    assert desk.signed_in("amina").client.get(f"/desk/talks/{made}/lines").status_code == 286


def test_only_who_has_taken_it_gets_a_box_to_write_in(desk: Desk) -> None:
    made, amina, piotr = desk.talk(), desk.signed_in("amina"), desk.signed_in("piotr")
    assert "Take this talk" in amina.get(f"/desk/talks/{made}")
    amina.send(f"/desk/talks/{made}/take", version=1)
    assert "Send it" in amina.get(f"/desk/talks/{made}")
    other = piotr.get(f"/desk/talks/{made}")
    assert "Amina writes with this person." in other
    assert "Take it over" in other
    assert "Send it" not in other


def test_of_two_who_take_it_the_second_is_told_who_was_first(desk: Desk) -> None:
    made, amina, piotr = desk.talk(), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/talks/{made}/take", version=1)
    answered = piotr.send(f"/desk/talks/{made}/take", version=1)
    assert answered.status_code == 409
    assert "Amina took this talk or wrote in it, just now." in answered.get_data(as_text=True)
    assert [row.taken_by for row in desk.rows(talk)] == [desk.ids["amina"]]


def test_words_written_when_somebody_took_over_are_kept_and_not_sent(desk: Desk) -> None:
    made, amina, piotr = desk.talk(), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/talks/{made}/take", version=1)
    piotr.send(f"/desk/talks/{made}/take", version=2)
    answered = amina.send(f"/desk/talks/{made}/write", version=2, text="I wrote this for long")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Piotr took this talk" in page
    assert "I wrote this for long</textarea>" in page
    assert desk.rows(outbound) == []


def test_a_button_pressed_twice_sends_once(desk: Desk) -> None:
    made, amina = desk.talk(status="taken", version=2), desk.signed_in("amina")
    with desk.db.begin() as conn:
        conn.execute(update(talk).values(taken_by=desk.ids["amina"]))
    codes = [amina.send(f"/desk/talks/{made}/write", version=2, text="Hello").status_code for _ in range(2)]
    assert codes == [302, 409]
    assert len(desk.rows(outbound)) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 1601])
def test_nothing_or_too_much_is_not_sent(desk: Desk, text: str) -> None:
    made = desk.talk(status="taken", taken_by=desk.ids["amina"])
    answered = desk.signed_in("amina").send(f"/desk/talks/{made}/write", version=1, text=text)
    assert answered.status_code == 422
    assert "Write something to send, at most 1600 letters." in answered.get_data(as_text=True)


def test_after_stop_nothing_is_sent_and_the_page_says_why(desk: Desk) -> None:
    made = desk.talk(status="taken", taken_by=desk.ids["amina"])
    amina = desk.signed_in("amina")
    with desk.db.begin() as conn:
        conn.execute(update(contact).values(status="stopped"))
    assert "You can still finish the talk." in amina.get(f"/desk/talks/{made}")
    answered = amina.send(f"/desk/talks/{made}/write", version=1, text="Are you well?")
    assert answered.status_code == 409
    assert "Are you well?</textarea>" in answered.get_data(as_text=True)
    assert desk.rows(outbound) == []
    assert amina.send(f"/desk/talks/{made}/finish", version=1).status_code == 302
    assert desk.rows(outbound) == []


def test_it_is_passed_on_to_a_colleague_who_can_take_it(desk: Desk) -> None:
    made, amina = desk.talk(status="taken", taken_by=desk.ids["amina"]), desk.signed_in("amina")
    page = amina.get(f"/desk/talks/{made}")
    assert "Piotr (English, Polish)" in page
    assert "Ruth" not in page
    assert amina.send(f"/desk/talks/{made}/pass-on", version=1, to=desk.ids["ruth"]).status_code == 400
    amina.send(f"/desk/talks/{made}/pass-on", version=1, to=desk.ids["piotr"])
    assert "They wrote to you and wait for an answer." in desk.signed_in("piotr").get("/desk/talks?status=taken")
    desk.signed_in("piotr").send(f"/desk/talks/{made}/pass-on", version=2, to="")
    (row,) = desk.rows(talk)
    assert (row.status, row.taken_by) == ("waiting", None)


def test_finishing_gives_her_back_to_the_bot_with_a_kind_word(desk: Desk) -> None:
    made, amina = desk.talk(status="taken", taken_by=desk.ids["amina"]), desk.signed_in("amina")
    amina.send(f"/desk/talks/{made}/finish", version=1)
    (row,) = desk.rows(outbound)
    assert desk.opened(row.text_enc).startswith("The champion has finished here.")
    assert row.kind == "reply"
    assert desk.woken == [row.contact_id]
    assert "This talk is finished." in amina.get(f"/desk/talks/{made}")
    assert amina.send(f"/desk/talks/{made}/take", version=2).status_code == 409


def test_by_whatsapp_the_page_says_when_a_text_must_wait(desk: Desk) -> None:
    who = desk.contact(channel="whatsapp")
    made, amina = desk.talk(contact_id=who, status="taken", taken_by=desk.ids["amina"]), desk.signed_in("amina")
    for wrote, waits in ((NOW - DAY, True), (NOW - DAY + 1, False)):
        with desk.db.begin() as conn:
            conn.execute(update(contact).values(last_inbound_at=wrote))
        assert ("more than a day ago" in amina.get(f"/desk/talks/{made}")) is waits


def test_a_photo_without_words_is_told_of(desk: Desk) -> None:
    made = desk.talk("")
    assert "A photo or a voice note came before files could be fetched." in desk.signed_in("amina").get(
        f"/desk/talks/{made}"
    )


def test_a_talk_that_was_erased_is_simply_not_there(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    amina.get("/desk/talks/99", 404)
    amina.get("/desk/talks/99/lines", 404)
    for action in ("take", "write", "pass-on", "finish"):
        assert amina.send(f"/desk/talks/99/{action}", version=1, text="Hello").status_code == 404


def test_the_history_tells_who_did_what(desk: Desk) -> None:
    made, amina = desk.talk(), desk.signed_in("amina")
    amina.send(f"/desk/talks/{made}/take", version=1)
    amina.send(f"/desk/talks/{made}/finish", version=2)
    page = amina.get(f"/desk/talks/{made}")
    for sentence in ("<bdi>Amina</bdi> took it", "<bdi>Amina</bdi> finished it"):
        assert sentence in page
