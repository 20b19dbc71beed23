"""The desk's pages and actions: what each person sees, what is done, what is sent, and what is refused."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import update

from bot.channel.message import Channel
from bot.store import pauses
from bot.store.schema import answer, audit, contact, outbound, question, service, story, user
from bot.web import users
from tests.web.desk_stage import NOW, PASSWORD, Desk

SCRIPT = "<script>alert('x')</script>"


# Home ---------------------------------------------------------------------------------------------------------------
def test_home_says_kindly_when_nothing_waits(desk: Desk) -> None:
    """And offers something useful to do instead."""
    page = desk.signed_in("amina").get("/desk/")
    assert "Nothing needs you right now" in page
    assert "Check an answer that nobody has checked yet" in page


def test_home_shows_a_champion_stories_in_her_languages_with_the_reason(desk: Desk) -> None:
    """Another reader's Polish story is left to that reader; one that nobody reads is shown to everyone."""
    desk.story("Mold on every wall", language="ur")
    polish, somali = desk.story("Po polsku", language="pl"), desk.story("Af soomaali", language="so")
    page = desk.signed_in("amina").get("/desk/")
    assert "It is in Urdu, which you read." in page
    assert f"/desk/stories/{polish}" not in page
    assert f"/desk/stories/{somali}" in page
    assert "Nobody on the desk reads Somali." in page


def test_home_tells_a_lead_of_danger_first_and_a_champion_only_that_a_lead_knows(desk: Desk) -> None:
    """The words of someone in danger are for those who see to it."""
    desk.alert("He will hurt me tonight")
    assert "He will hurt me tonight" in desk.signed_in("ruth").get("/desk/")
    champion = desk.signed_in("amina").get("/desk/")
    assert "A lead has been told that someone may be in danger" in champion
    assert "He will hurt me tonight" not in champion


def test_nobody_is_told_that_numbers_were_sent_after_stop(desk: Desk) -> None:
    """Whoever has had no numbers from us needs a person all the sooner: on home and in the list, for both roles."""
    desk.alert("He is at the door", answered=False)
    for path in ("/desk/", "/desk/alerts"):
        lead, champion = desk.signed_in("ruth").get(path), desk.signed_in("amina").get(path)
        assert "so we sent them no numbers" in lead
        assert "so we sent them no numbers" in champion
        assert "got the emergency numbers" not in lead + champion


def test_home_shows_whoever_may_advise_what_leads_are_asked(desk: Desk) -> None:
    """A lead without the words, an admin with them."""
    made = desk.story("Only for champions", consent="champions", status="needs_lead", version=2)
    for name, words in (("ruth", False), ("sam", True)):
        page = desk.signed_in(name).get("/desk/")
        assert f"/desk/stories/{made}" in page
        assert ("Only for champions" in page) is words
    assert f"/desk/stories/{made}" not in desk.signed_in("amina").get("/desk/")


# Stories --------------------------------------------------------------------------------------------------------------
def test_a_story_shows_each_message_as_it_was_texted_and_what_was_allowed(desk: Desk) -> None:
    """One bubble a message, in its own direction and language."""
    made = desk.story("First message", "دوسرا پیغام", language="ur", consent="champions", follow_up=False)
    page = desk.signed_in("amina").get(f"/desk/stories/{made}")
    assert page.count('<li class="desk-bubble">') == 2
    assert '<p dir="auto" lang="ur" class="desk-said ">دوسرا پیغام</p>' in page
    assert "Only the community champions may read it." in page
    assert "We may not text them about it." in page
    assert "Send it" not in page


def test_what_was_sent_with_a_story_is_counted_and_no_address_of_it_is_shown(desk: Desk) -> None:
    url = "https://api.twilio.com/media/ME"
    sent = [{"kind": kind, "url": url, "content_type": "x/y"} for kind in ("photo", "voice", "photo")]
    made = desk.story("The wall is wet", consent="champions", media_enc=desk.db.vault.seal(json.dumps(sent)))
    page = desk.signed_in("amina").get(f"/desk/stories/{made}")
    assert "<li>2 photos</li><li>1 voice note</li>" in page
    assert url not in page
    assert "What was sent with it" not in desk.signed_in("amina").get(f"/desk/stories/{desk.story()}")


def test_a_lead_who_may_not_read_a_story_is_not_told_what_was_sent_with_it(desk: Desk) -> None:
    sent = json.dumps([{"kind": "photo", "url": "u", "content_type": "image/jpeg"}])
    more = {"consent": "champions", "status": "needs_lead", "version": 2}
    made = desk.story("Mine", media_enc=desk.db.vault.seal(sent), **more)
    assert "1 photo" not in desk.signed_in("ruth").get(f"/desk/stories/{made}")


@pytest.mark.parametrize(
    ("action", "status", "event"),
    [
        ("approve", "approved", "story_approved"),
        ("translate", "needs_translation", "story_to_translate"),
        ("decline", "declined", "story_declined"),
        ("ask-lead", "needs_lead", "story_to_lead"),
    ],
)
def test_a_decision_is_kept_and_recorded(desk: Desk, action: str, status: str, event: str) -> None:
    """With who decided, and the reason sealed."""
    made = desk.story(consent="champions")
    answered = desk.signed_in("amina").send(f"/desk/stories/{made}/{action}", version=1, reason="Names a doctor")
    assert answered.status_code == 302
    (row,) = desk.rows(story)
    assert (row.status, row.decided_by, row.version) == (status, desk.ids["amina"], 2)
    assert event in desk.events()
    assert "Names a doctor" not in str(row)


def test_a_decision_can_be_undone(desk: Desk) -> None:
    """The story goes back to the queue, and its history tells both."""
    made, amina = desk.story(consent="champions"), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/approve", version=1)
    amina.send(f"/desk/stories/{made}/reopen", version=2)
    page = amina.get(f"/desk/stories/{made}")
    assert [row.status for row in desk.rows(story)] == ["received"]
    assert "<bdi>Amina</bdi> approved it" in page
    assert "<bdi>Amina</bdi> put it back in the queue" in page


def test_declining_needs_a_reason(desk: Desk) -> None:
    """The form comes back with 422 and says what is missing."""
    made = desk.story()
    answered = desk.signed_in("amina").send(f"/desk/stories/{made}/decline", version=1, reason="  ")
    assert answered.status_code == 422
    assert "Write why, so that others understand and learn." in answered.get_data(as_text=True)
    assert [row.status for row in desk.rows(story)] == ["received"]


def test_of_two_champions_the_second_is_told_who_was_first(desk: Desk) -> None:
    """Nothing of hers is lost, and the first decision stands."""
    made, amina, piotr = desk.story(consent="champions"), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/stories/{made}/approve", version=1)
    answered = piotr.send(f"/desk/stories/{made}/decline", version=1, reason="It names a nurse")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Amina approved this story, just now." in page
    assert "Nothing was changed by you" in page
    assert [row.status for row in desk.rows(story)] == ["approved"]


def test_a_story_taken_back_by_its_teller_is_simply_not_there(desk: Desk) -> None:
    """A kind page, for reading and for deciding."""
    amina = desk.signed_in("amina")
    assert "taken back" in amina.get("/desk/stories/99", 404)
    assert amina.send("/desk/stories/99/approve", version=1).status_code == 404


def test_a_lead_reads_a_story_only_with_consent_and_after_a_champion(desk: Desk) -> None:
    """The gate is story.consent; what is closed is as if it were not there."""
    waiting = desk.story("Still waiting")
    private = desk.story("Champions only", consent="champions", status="approved")
    shared = desk.out("For leaders too")
    ruth = desk.signed_in("ruth")
    ruth.get(f"/desk/stories/{waiting}", 404)
    ruth.get(f"/desk/stories/{private}", 404)
    page = ruth.get(f"/desk/stories/{shared}")
    assert "For leaders too" in page
    assert "The original" not in page
    listed = ruth.get("/desk/stories?status=approved")
    assert "For leaders too" in listed
    assert "The original" not in listed
    assert "Champions only" not in listed
    assert "Still waiting" not in ruth.get("/desk/stories?status=received")


def test_a_leads_pages_are_full_of_what_she_may_read(desk: Desk) -> None:
    """Stories that are not for her take no room in her list, and do not make pages of nothing."""
    for number in range(45):
        desk.story(f"Private {number}", consent="champions", status="approved", created_at=NOW - number)
    shared = desk.story("For leaders too", status="approved", created_at=NOW - 1000)
    page = desk.signed_in("ruth").get("/desk/stories?status=approved")
    assert f"/desk/stories/{shared}" in page
    assert "page=2" not in page


def test_a_lead_answers_a_champion_without_the_story(desk: Desk) -> None:
    """She sees the question that was put to her; her answer goes back with the story."""
    made = desk.story("Words that stay with champions", consent="champions")
    desk.signed_in("amina").send(f"/desk/stories/{made}/ask-lead", version=1, reason="May we keep a hospital's name?")
    ruth = desk.signed_in("ruth")
    page = ruth.get(f"/desk/stories/{made}")
    assert "May we keep a hospital&#39;s name?" in page
    assert "Words that stay with champions" not in page
    assert ruth.send(f"/desk/stories/{made}/advise", version=2, reason="Yes, you may").status_code == 302
    assert "Yes, you may" in desk.signed_in("amina").get(f"/desk/stories/{made}")


def test_the_queue_is_filtered_by_state_and_language(desk: Desk) -> None:
    """And says of each story why it is there."""
    urdu, english = desk.story("Urdu words", language="ur"), desk.story("English words", status="declined")
    amina = desk.signed_in("amina")
    assert f"/desk/stories/{urdu}" in amina.get("/desk/stories")
    assert "No story waits to be read" in amina.get("/desk/stories?language=bn")
    assert f"/desk/stories/{urdu}" in amina.get("/desk/stories?language=mine")
    assert f"/desk/stories/{english}" in amina.get("/desk/stories?status=declined")


def test_a_long_queue_has_pages(desk: Desk) -> None:
    """Twenty to a page, the oldest first."""
    made = [desk.story(f"Story number {number}", created_at=NOW - 1000 + number) for number in range(21)]
    amina = desk.signed_in("amina")
    first, second = amina.get("/desk/stories"), amina.get("/desk/stories?page=2")
    assert f'/desk/stories/{made[0]}"' in first
    assert f'/desk/stories/{made[20]}"' not in first
    assert f'/desk/stories/{made[20]}"' in second
    assert "page=2" in first
    assert "No story waits" in amina.get("/desk/stories?page=99999999999999")


# Writing to a teller --------------------------------------------------------------------------------------------------
def test_a_reply_is_queued_in_the_same_transaction_and_then_sent(desk: Desk) -> None:
    """The outbox is woken for that person, and the page shows what became of the text."""
    made = desk.story()
    amina = desk.signed_in("amina")
    answered = amina.send(f"/desk/stories/{made}/reply", text="Thank you for telling us.", last=0)
    (row,) = desk.rows(outbound)
    assert answered.status_code == 302
    assert (row.kind, row.status, row.sent_by, row.language) == ("champion", "waiting", desk.ids["amina"], "en")
    assert desk.opened(row.text_enc) == "Thank you for telling us."
    assert desk.woken == [row.contact_id]
    page = amina.get(f"/desk/stories/{made}")
    assert "Waiting to go" in page
    assert "story_reply_sent" in desk.events()


@pytest.mark.parametrize(("follow_up", "stopped"), [(False, False), (True, True)])
def test_nobody_is_texted_who_did_not_allow_it_or_said_stop(desk: Desk, follow_up: bool, stopped: bool) -> None:
    """The words typed are kept, nothing is sent."""
    made = desk.story(follow_up=follow_up, contact_id=desk.contact(stopped=stopped))
    answered = desk.signed_in("amina").send(f"/desk/stories/{made}/reply", text="Hello again", last=0)
    assert answered.status_code == 409
    assert "may not be texted" in answered.get_data(as_text=True)
    assert "Hello again</textarea>" in answered.get_data(as_text=True)
    assert desk.rows(outbound) == []
    assert desk.woken == []


def test_two_champions_do_not_both_write_to_one_person(desk: Desk) -> None:
    """The second sees the first one's text before sending hers, which is kept in the box."""
    made = desk.story()
    desk.signed_in("amina").send(f"/desk/stories/{made}/reply", text="From Amina", last=0)
    answered = desk.signed_in("piotr").send(f"/desk/stories/{made}/reply", text="From Piotr", last=0)
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Amina wrote to this person, just now." in page
    assert re.search(r"<textarea[^>]*>From Piotr</textarea>", page)
    assert len(desk.rows(outbound)) == 1


@pytest.mark.parametrize(
    ("text", "channel", "told"),
    [
        ("", "sms", "Nothing written yet."),
        ("Hello", "sms", "Paid as this many texts: 1."),
        ("x" * 161, "sms", "Paid as this many texts: 2."),
        ("شکریہ " * 12, "sms", "Some letters are not plain ones"),
        ("Hello", "whatsapp", "Goes as one WhatsApp message."),
        ("x" * 1601, "sms", "Too long: 1601 of 1600 letters."),
    ],
)
def test_the_size_of_a_text_is_told_while_it_is_typed(desk: Desk, text: str, channel: str, told: str) -> None:
    """It goes in the body of the request, for an address is logged."""
    answered = desk.signed_in("amina").send("/desk/size", text=text, channel=channel)
    assert told in answered.get_data(as_text=True)


@pytest.mark.parametrize("text", ["   ", "x" * 1601])
def test_an_empty_or_endless_text_is_not_sent(desk: Desk, text: str) -> None:
    """The form comes back as it was."""
    made = desk.story()
    assert desk.signed_in("amina").send(f"/desk/stories/{made}/reply", text=text, last=0).status_code == 422
    assert desk.rows(outbound) == []


# Questions ------------------------------------------------------------------------------------------------------------
def test_an_answer_is_texted_and_kept_with_the_question(desk: Desk) -> None:
    """One transaction: the question is answered exactly when the text is queued."""
    made = desk.question()
    answered = desk.signed_in("amina").send(
        f"/desk/questions/{made}/answer", version=1, text="At the Lido, Mondays 6pm."
    )
    (asked,), (text,) = desk.rows(question), desk.rows(outbound)
    assert answered.status_code == 302
    assert (asked.status, asked.answered_by) == ("answered", desk.ids["amina"])
    assert desk.opened(text.text_enc) == "At the Lido, Mondays 6pm."
    assert desk.woken == [asked.contact_id]
    assert "question_answered" in desk.events()


def test_a_question_is_answered_once(desk: Desk) -> None:
    """The second champion learns who answered, and her words stay in the box."""
    made = desk.question()
    desk.signed_in("amina").send(f"/desk/questions/{made}/answer", version=1, text="Ring 0800 123.")
    answered = desk.signed_in("piotr").send(f"/desk/questions/{made}/answer", version=1, text="Go to the library.")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "Amina answered this question, just now." in page
    assert "Go to the library." in page
    assert len(desk.rows(outbound)) == 1
    assert desk.signed_in("piotr").send(f"/desk/questions/{made}/close", version=1).status_code == 409


def test_after_stop_an_answer_is_refused_whole(desk: Desk) -> None:
    """The question still waits, for nothing was sent; nobody was quicker, and what was typed can be copied."""
    made = desk.question(contact_id=desk.contact(stopped=True))
    amina = desk.signed_in("amina")
    answered = amina.send(f"/desk/questions/{made}/answer", version=1, text="Hello")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert "That cannot be done now" in page
    assert "Someone was quicker" not in page
    assert "Hello</textarea>" in page
    assert [row.status for row in desk.rows(question)] == ["waiting"]
    assert "has said STOP" in amina.get(f"/desk/questions/{made}")


def test_a_question_can_be_closed_with_nothing_sent(desk: Desk) -> None:
    """Recorded like every other decision."""
    made = desk.question()
    desk.signed_in("amina").send(f"/desk/questions/{made}/close", version=1)
    assert [row.status for row in desk.rows(question)] == ["closed"]
    assert desk.rows(outbound) == []
    assert "question_closed" in desk.events()


# Alerts ---------------------------------------------------------------------------------------------------------------
def test_a_lead_takes_on_an_alert_with_a_note(desk: Desk) -> None:
    """Once: the second one is told who has it."""
    made, ruth = desk.alert(), desk.signed_in("ruth")
    assert ruth.send(f"/desk/alerts/{made}/acknowledge", note=" ").status_code == 422
    assert ruth.send(f"/desk/alerts/{made}/acknowledge", note="Rang the refuge").status_code == 302
    late = desk.signed_in("sam").send(f"/desk/alerts/{made}/acknowledge", note="I will ring her")
    assert late.status_code == 409
    assert "Ruth took on this alert, just now." in late.get_data(as_text=True)
    assert "I will ring her" in late.get_data(as_text=True)
    assert "Rang the refuge" in ruth.get(f"/desk/alerts/{made}")
    assert "alert_acknowledged" in desk.events()


def test_champions_see_that_a_lead_is_alerted_and_not_the_words(desk: Desk) -> None:
    """The list tells what kind it is and that leads see it."""
    desk.alert("He will hurt me", kind="abuse")
    page = desk.signed_in("amina").get("/desk/alerts")
    assert "A lead is alerted" in page
    assert "May be hurt at home" in page
    assert "He will hurt me" not in page


# Messages -------------------------------------------------------------------------------------------------------------
def test_a_failed_text_says_why_and_can_be_sent_again(desk: Desk) -> None:
    """One sentence, one button; the person is woken, and it is recorded who asked."""
    made, amina = desk.failed_text("30003"), desk.signed_in("amina")
    assert "The phone is off or out of reach" in amina.get("/desk/messages")
    amina.send(f"/desk/messages/{made}/retry")
    assert [row.status for row in desk.rows(outbound)] == ["waiting"]
    assert desk.woken == [desk.rows(outbound)[0].contact_id]
    assert [row.actor for row in desk.rows(audit) if row.event == "message_resent"] == [f"user:{desk.ids['amina']}"]
    assert "Did the answer help you?" in amina.get("/desk/messages?state=waiting")


def test_whose_danger_a_text_was_about_is_not_for_champions(desk: Desk) -> None:
    """They can neither see it, on home or in the list, nor have it sent again; whoever sees to alerts can."""
    made = desk.failed_text(kind="danger")
    amina, sam = desk.signed_in("amina"), desk.signed_in("sam")
    (name,) = [row.pseudonym for row in desk.rows(contact)]
    for path in ("/desk/", "/desk/messages"):
        assert name not in amina.get(path)
        assert name in sam.get(path)
    assert "desk-count--hot" not in amina.get("/desk/")
    assert amina.send(f"/desk/messages/{made}/retry").status_code == 404
    assert sam.send(f"/desk/messages/{made}/retry").status_code == 302


def test_a_text_that_cannot_arrive_is_marked_as_done_and_leaves_the_count(desk: Desk) -> None:
    """A landline: sending again cannot help, so that is not what is offered. It is recorded who put it aside."""
    made, ruth = desk.failed_text("30006"), desk.signed_in("ruth")
    page = ruth.get("/desk/messages")
    assert "Mark as done" in page
    assert "Try again" not in page
    assert "desk-count" in ruth.get("/desk/")
    ruth.send(f"/desk/messages/{made}/done")
    ruth.send(f"/desk/messages/{made}/done")
    assert "Everything arrived" in ruth.get("/desk/messages")
    assert "Did the answer help you?" in ruth.get("/desk/messages?state=done")
    assert [row.actor for row in desk.rows(audit) if row.event == "message_done"] == [f"user:{desk.ids['ruth']}"]


def test_texts_to_people_in_danger_stand_first_and_the_list_can_be_narrowed(desk: Desk) -> None:
    """A lead sees at the top what must not wait."""
    first = desk.failed_text(kind="danger")
    for _ in range(3):
        desk.failed_text()
    ruth = desk.signed_in("ruth")
    page = ruth.get("/desk/messages")
    assert page.index(f"/desk/messages/{first}/retry") < page.index(f"/desk/messages/{first + 1}/retry")
    channel = desk.rows(contact)[0].channel
    other = "sms" if channel == "whatsapp" else "whatsapp"
    assert f"/desk/messages/{first}/retry" in ruth.get(f"/desk/messages?channel={channel}")
    assert "Everything arrived" in ruth.get(f"/desk/messages?channel={other}")


def test_a_paused_channel_says_why_on_home_and_one_button_tries_again(desk: Desk) -> None:
    """One sentence for the operator, one button; it is recorded who pressed it."""
    with desk.db.begin() as conn:
        pauses.begin(conn, Channel.SMS, "21606", NOW)
    ruth = desk.signed_in("ruth")
    for path in ("/desk/", "/desk/messages"):
        assert "SMS is paused" in ruth.get(path)
        assert "check TWILIO_SMS_FROM" in ruth.get(path)
    ruth.send("/desk/messages/channels/sms/resume")
    assert "SMS is paused" not in ruth.get("/desk/")
    assert [row.actor for row in desk.rows(audit) if row.event == "channel_resumed"] == [f"user:{desk.ids['ruth']}"]
    assert ruth.send("/desk/messages/channels/pigeon/resume").status_code == 404


def test_nothing_is_sent_again_after_stop(desk: Desk) -> None:
    """The button is not there, and pressing it from an old page does nothing."""
    made, amina = desk.failed_text("21610", stopped=True), desk.signed_in("amina")
    assert "Try again" not in amina.get("/desk/messages")
    amina.send(f"/desk/messages/{made}/retry")
    assert "has said STOP" in amina.get("/desk/messages")
    assert [row.status for row in desk.rows(outbound)] == ["failed"]
    assert desk.woken == []


# Services and answers -------------------------------------------------------------------------------------------------
def test_services_are_found_by_words_topic_area_and_unchecked(desk: Desk) -> None:
    """And say when nobody has checked them."""
    desk.service()
    hall = {"id": "wexmoor-food", "name": "Wexmoor Food Hall", "summary": "Hot meals."}
    desk.service(**hall, topics=["food"], area="wexmoor")
    tara = desk.signed_in("tara")
    assert "Nobody has checked this" in tara.get("/desk/services")
    assert "Wexmoor Food Hall" not in tara.get("/desk/services?words=night+TALK")
    assert "Samaritans" not in tara.get("/desk/services?topic=food")
    assert "Samaritans" not in tara.get("/desk/services?area=wexmoor")
    assert "Nothing found" in tara.get("/desk/services?words=zebra")


def test_a_champion_says_that_she_checked_a_service_today(desk: Desk) -> None:
    """The row, its document and the log say so, and it leaves the list of unchecked ones."""
    made, amina = desk.service(), desk.signed_in("amina")
    amina.send(f"/desk/services/{made}/checked")
    (row,) = desk.rows(service)
    assert (str(row.verified), row.document["verified"], row.origin) == ("2026-06-02", "2026-06-02", "file")
    assert "Checked 2 June 2026" in amina.get(f"/desk/services/{made}")
    assert "Nothing found" in amina.get("/desk/services?unchecked=yes")
    assert "service_changed" in desk.events()


def test_a_service_can_be_switched_off_and_on(desk: Desk) -> None:
    """Residents' copies follow: the directory reads again."""
    made, amina = desk.service(), desk.signed_in("amina")
    amina.send(f"/desk/services/{made}/active", active="no")
    assert "Switched off" in amina.get("/desk/services")
    amina.send(f"/desk/services/{made}/active", active="yes")
    assert [row.active for row in desk.rows(service)] == [True]


def test_an_answer_stands_in_each_language_side_by_side(desk: Desk) -> None:
    """And says where the translation is not whole."""
    made, tara = desk.answer(short="A sentence that no catalogue has."), desk.signed_in("tara")
    page = tara.get(f"/desk/answers/{made}")
    assert page.count("A sentence that no catalogue has.") == 4
    assert page.count("Not wholly translated") == 3
    assert "I checked this today" not in page


def test_an_answer_is_checked_and_switched_off(desk: Desk) -> None:
    """Recorded both times."""
    made, amina = desk.answer(), desk.signed_in("amina")
    amina.send(f"/desk/answers/{made}/checked")
    amina.send(f"/desk/answers/{made}/active", active="no")
    (row,) = desk.rows(answer)
    assert (str(row.verified), row.active) == ("2026-06-02", False)
    assert desk.events().count("answer_changed") == 2
    assert "Nothing found" in amina.get("/desk/answers?words=zebra")


# People ---------------------------------------------------------------------------------------------------------------
def test_an_invited_person_chooses_a_password_once_and_signs_in(desk: Desk) -> None:
    """The link works one time; nothing of hers stands in it."""
    form = {"name": "Farah", "email": "Farah@Example.org", "roles": ["champion"], "languages": ["ur"]}
    sent = desk.signed_in("sam").send("/desk/people", **form)
    page = desk.signed_in("sam").get(sent.location)
    (link,) = re.findall(r'value="http://localhost(/desk/people/join/[^"]+)"', page)
    assert "farah" not in link.lower()
    visitor = desk.visitor()
    assert "Welcome, Farah" in visitor.get(link)
    assert visitor.send(link, password="short").status_code == 422
    assert visitor.send(link, password=PASSWORD).status_code == 302
    assert "This link no longer works" in visitor.get(link, 410)
    visitor.send("/desk/sign-in", email="farah@example.org", password=PASSWORD)
    assert "Hello Farah" in visitor.get("/desk/")
    assert {"user_invited", "user_signed_in"} <= set(desk.events())


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "email": "new@example.org", "roles": ["lead"]}, "Write what to call this person."),
        ({"name": "New", "email": "new at example", "roles": ["lead"]}, "Write an e-mail address"),
        ({"name": "New", "email": "AMINA@desk.example.org", "roles": ["lead"]}, "This address is on the desk already."),
        ({"name": "New", "email": "new@example.org", "roles": ["gardener"]}, "Tick at least one role."),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why(desk: Desk, form: dict[str, object], told: str) -> None:
    """With what was typed still in the form."""
    answered = desk.signed_in("sam").send("/desk/people", **form)
    assert answered.status_code == 422
    assert told in answered.get_data(as_text=True)
    assert len(desk.rows(user)) == 5


def test_an_admin_changes_roles_but_cannot_lock_the_desk(desk: Desk) -> None:
    """Someone must always be able to say who may do what."""
    sam, tara = desk.signed_in("sam"), desk.ids["tara"]
    sam.send(f"/desk/people/{tara}", roles=["champion"], languages=["en", "xx"], active="yes")
    assert "Stories" in desk.signed_in("tara").get("/desk/stories")
    own = sam.send(f"/desk/people/{desk.ids['sam']}", roles=["champion"], active="yes")
    assert own.status_code == 422
    assert "Ask another admin" in own.get_data(as_text=True)
    assert sam.send(f"/desk/people/{tara}", roles=[], active="yes").status_code == 422


def test_a_new_link_signs_the_person_out_everywhere_when_used(desk: Desk) -> None:
    """Her key changes with the password."""
    amina, sam = desk.signed_in("amina"), desk.signed_in("sam")
    page = sam.send(f"/desk/people/{desk.ids['amina']}/link").get_data(as_text=True)
    (link,) = re.findall(r'value="http://localhost(/desk/people/join/[^"]+)"', page)
    desk.visitor().send(link, password=PASSWORD)
    assert amina.client.get("/desk/").status_code == 302


def test_letting_someone_in_again_opens_none_of_her_old_sessions(desk: Desk) -> None:
    """Perhaps the lost telephone is why she was shut out."""
    old, sam, amina = desk.signed_in("amina"), desk.signed_in("sam"), desk.ids["amina"]
    old.get("/desk/")
    sam.send(f"/desk/people/{amina}", roles=["champion"], languages=["en"])
    sam.send(f"/desk/people/{amina}", roles=["champion"], languages=["en"], active="yes")
    assert old.client.get("/desk/").status_code == 302
    assert "<bdi>Sam</bdi> changed what this person may do" in sam.get(f"/desk/people/{amina}")


def test_signing_in_writes_nothing_that_an_admin_has_changed_meanwhile(desk: Desk) -> None:
    """What was read before she was shut out is not written back over it."""
    store = users.Users(lambda: desk.db)
    amina = store.find_user(id=desk.ids["amina"])
    assert amina is not None
    with desk.db.begin() as conn:
        users.change(conn, amina.id, roles=["champion"], languages=["pl"], active=False)
    amina.login_count = 7
    store.put(amina)
    (row,) = [row for row in desk.rows(user) if row.id == amina.id]
    assert (row.login_count, row.active, row.languages) == (7, False, ["pl"])
    assert row.fs_uniquifier != amina.fs_uniquifier


def test_a_champion_says_which_languages_she_reads(desk: Desk) -> None:
    """Only languages there are."""
    piotr = desk.signed_in("piotr")
    piotr.send("/desk/me", languages=["pl", "uk", "xx"])
    assert [row.languages for row in desk.rows(user) if row.id == desk.ids["piotr"]] == [["pl", "uk"]]


@pytest.mark.parametrize(("code", "direction"), [("ur", "rtl"), ("bn", "ltr"), ("pl", "ltr")])
def test_the_desk_is_read_in_the_language_that_was_chosen(desk: Desk, code: str, direction: str) -> None:
    """Direction and style follow; a language that is not offered changes nothing."""
    amina = desk.signed_in("amina")
    amina.send("/desk/me/desk-language", language=code)
    page = amina.get("/desk/")
    assert f'<html lang="{code}" dir="{direction}"' in page
    assert ("govuk-frontend.rtl.min.css" in page) is (direction == "rtl")
    amina.send("/desk/me/desk-language", language="tlh")
    assert f'<html lang="{code}"' in amina.get("/desk/")


# Safety ---------------------------------------------------------------------------------------------------------------
def test_whatever_people_write_is_shown_escaped(desk: Desk) -> None:
    """On every page where it is shown, to everyone who may see it."""
    desk.story(SCRIPT, wish_enc=desk.db.vault.seal(SCRIPT))
    desk.question(SCRIPT)
    desk.alert(SCRIPT)
    with desk.db.begin() as conn:
        conn.execute(update(contact).values(pseudonym=SCRIPT[:24]))
    desk.failed_text()
    desk.service(name=SCRIPT, summary=SCRIPT)
    desk.answer(title=SCRIPT[:48], short=SCRIPT, say=SCRIPT)
    sam = desk.signed_in("sam")
    sam.send("/desk/people", name=SCRIPT, email="x@example.org", roles=["lead"])
    sections = ("stories", "questions", "alerts", "messages", "services", "answers")
    paths = ["/desk/", "/desk/people", *(f"/desk/{name}" for name in sections)]
    single = [f"/desk/{name}/1" for name in sections if name != "messages"]
    for path in (*paths, *single):
        page = sam.get(path)
        assert SCRIPT not in page, path
        assert "<script>" not in page, path
    assert "&lt;script&gt;" in sam.get("/desk/stories/1")


def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    """Another site's page cannot press our buttons."""
    made, amina = desk.story(), desk.signed_in("amina")
    answered = amina.client.post(f"/desk/stories/{made}/approve", data={"version": 1})
    assert answered.status_code == 400
    assert "did not arrive whole" in answered.get_data(as_text=True)
    assert [row.status for row in desk.rows(story)] == ["received"]


def test_pages_keep_to_themselves(desk: Desk) -> None:
    """Nothing from elsewhere runs or frames them, and no shared computer keeps them."""
    answered = desk.signed_in("amina").client.get("/desk/")
    assert "default-src 'none'" in answered.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answered.headers["Content-Security-Policy"]
    assert answered.headers["Cache-Control"] == "no-store"
    page = answered.get_data(as_text=True)
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page)


def test_files_are_kept_for_a_year_under_their_own_hash_only(desk: Desk) -> None:
    """An old process that is asked for a new file during a deploy must not have the wrong one kept."""
    visitor = desk.visitor()
    (address,) = re.findall(r'href="(/assets/desk.css\?v=[0-9a-f]+)"', visitor.get("/desk/sign-in"))
    assert visitor.client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/assets/desk.css", "/assets/desk.css?v=0123456789"):
        assert "max-age=31536000" not in visitor.client.get(other).headers["Cache-Control"]


def test_no_page_but_ours_asks_for_a_password(desk: Desk) -> None:
    """Flask-Security brings one of its own."""
    desk.signed_in("amina").get("/desk/verify", 404)


def test_a_page_that_breaks_tells_nothing_of_people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 is plain and kind, and does not need the database."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("+447700900123 said something private")

    monkeypatch.setattr("bot.web.desk.stories.one.stories.get", broken)
    made = desk.story()
    page = desk.signed_in("amina").get(f"/desk/stories/{made}", 500)
    assert "Something broke on our side" in page
    assert "private" not in page


def test_an_unknown_address_is_told_kindly_and_programs_are_left_alone(desk: Desk) -> None:
    """People get a page, programs a plain answer."""
    assert "There is nothing here" in desk.signed_in("amina").get("/desk/nowhere", 404)
    assert "There is nothing here" in desk.visitor().get("/nowhere", 404)
    assert "desk.css" not in desk.visitor().get("/twilio/nowhere", 404)
