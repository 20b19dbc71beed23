"""Questions for a number, a date, a postcode, a phone number or a photo: what is kept, what is said, where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flow.commands import ERASE_FLOW, LANGUAGE_FLOW
from bot.flow.events import QuestionAsked, StorySubmitted, WordsForgotten
from bot.flow.media import Media
from bot.language.names import LANGUAGES
from tests.flow.stage import Talk

TODAY = date(2026, 5, 6)  # a Wednesday
PHOTO = Media("https://api.twilio.com/media/ME1", "image/jpeg")
VOICE = Media("https://api.twilio.com/media/ME2", "audio/ogg")
PAPER = Media("https://api.twilio.com/media/ME3", "application/pdf")


def flow(step: str, after: str = "  - say: Got {it}.\n  - ask: And now?\n    expect: text\n") -> str:
    return f"flow: own\nabout: x\nstart_words: [start me]\nsteps:\n  - ask: What is it?\n    id: it\n{step}{after}"


BY_COMMAND = [
    f"flow: {name}\nabout: x\nsteps:\n  - ask: Sure?\n    expect: yes_no\n" for name in (LANGUAGE_FLOW, ERASE_FLOW)
]


class Asked(Talk):
    """Somebody who was asked one question."""

    def __init__(self, step: str, language: str = "en", **more: object) -> None:
        super().__init__(flow(step), *BY_COMMAND, **more)  # type: ignore[arg-type]
        if language != "en":
            self.says(LANGUAGES[language].own_name)

    def says(self, words: str, **more: object) -> str:
        return super().says(words, **{"today": TODAY, **more})

    @property
    def it(self) -> object:
        """What is kept of her answer; None while there is none."""
        return self.session.frames[-1].values.get("it")


NUMBER, DATE, POSTCODE, PHONE, MEDIA = (
    f"    expect: {kind}\n" for kind in ("number", "date", "postcode", "phone", "media")
)

READ: list[tuple[str, str, str, object, str]] = [
    # what is expected, in which language, what she texts, what is kept, how it is shown
    (NUMBER, "en", "3", 3, "3"), (NUMBER, "bn", "৩ জন", 3, "3"), (NUMBER, "pl", "trzy", 3, "3"),
    (NUMBER, "ur", "۴ بچے", 4, "4"), (NUMBER, "en", "twenty five", 25, "25"), (NUMBER, "en", "0", 0, "0"),
    (f"{NUMBER}    decimals: yes\n", "pl", "2,5", 2.5, "2,5"),
    (f"{NUMBER}    decimals: yes\n", "en", "2.5", 2.5, "2.5"),
    (f"{NUMBER}    min: -10\n", "en", "-3", -3, "-3"), (f"{NUMBER}    min: -10\n", "en", "minus 3", -3, "-3"),
    (DATE, "en", "25 December 2026", "2026-12-25", "25 December 2026"),
    (DATE, "pl", "3 kwietnia 2026", "2026-04-03", "3 kwietnia 2026"),
    (DATE, "ur", "۳ اپریل ۲۰۲۶", "2026-04-03", "3 اپریل، 2026"),
    (DATE, "bn", "৩ এপ্রিল ২০২৬", "2026-04-03", "3 এপ্রিল, 2026"),
    (POSTCODE, "en", "ip11aa", "IP1 1AA", "IP1 1AA"), (POSTCODE, "en", "W1A OAX", "W1A 0AX", "W1A 0AX"),
    (POSTCODE, "pl", "mieszkam w IP1 1AA", "IP1 1AA", "IP1 1AA"), (POSTCODE, "bn", "IP১ ১AA", "IP1 1AA", "IP1 1AA"),
    (PHONE, "en", "07911 123456", "+447911123456", "07911 123456"),
    (PHONE, "pl", "0048 512 345 678", "+48512345678", "+48 512 345 678"),
    (PHONE, "bn", "০৭৯১১ ১২৩৪৫৬", "+447911123456", "07911 123456"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "language", "said", "kept", "shown"), READ)
def test_an_answer_is_kept_in_one_form_and_shown_as_people_read_it(
    step: str, language: str, said: str, kept: object, shown: str
) -> None:
    talk = Asked(step, language)
    answer = talk.says(said)
    assert talk.it == kept
    assert type(talk.it) is type(kept)
    assert f"Got {shown}." in answer.replace("\u2066", "").replace("\u2069", "")


REFUSED: list[tuple[str, str, str]] = [
    (NUMBER, "many", "Please text one number, like 3."),
    (NUMBER, "-3", "Please text one number, like 3."),
    (NUMBER, "2.5", "Please text a whole number, like 3."),
    (f"{NUMBER}    min: 18\n", "17", "Please text 18 or a bigger number."),
    (f"{NUMBER}    max: 12\n", "13", "Please text a number from 0 to 12."),
    (f"{NUMBER}    min: 1\n    max: 12\n", "0", "Please text a number from 1 to 12."),
    (f"{NUMBER}    min: -2\n    max: 2\n", "-3", "Please text a number from -2 to 2."),
    (DATE, "soon", "I could not read that date."),
    (DATE, "31/2/2026", "There is no such date."),
    (DATE, "May", "Please text the day as well"),
    (DATE, "Friday", "I am not sure which day you mean."),
    (POSTCODE, "Ipswich", "That does not look like a postcode."),
    (POSTCODE, "IP1 1AA or IP2 0AA", "Please text one postcode only."),
    (PHONE, "999", "That number is too short for us."),
    (PHONE, "07911 12345", "That does not look like a phone number."),
    (PHONE, "whatsapp:US.1234", "That is a WhatsApp name."),
    (MEDIA, "It is a crack in the wall", "Please send one of these here: a photo, a voice note, a video, a document."),
]


@pytest.mark.parametrize(("step", "said", "told"), REFUSED)
def test_what_cannot_be_read_is_answered_with_one_sentence_on_what_to_send(step: str, said: str, told: str) -> None:
    talk = Asked(step)
    answer = talk.says(said)
    assert answer.startswith(told)
    assert "\n" not in answer
    assert talk.it is None


@pytest.mark.parametrize("step", [NUMBER, DATE, POSTCODE, PHONE])
def test_a_photo_where_words_are_wanted_is_kindly_declined(step: str) -> None:
    talk = Asked(step)
    assert "I can only read words for now." in talk.says("", media=(PHOTO,))
    assert talk.it is None


def test_a_location_is_no_postcode() -> None:
    assert "does not look like a postcode" in Asked(POSTCODE).says("", location=(51.5, -0.1))


# dates ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("toward", "said", "kept"),
    [
        ("past", "3 May", "2026-05-03"), ("future", "3 May", "2027-05-03"), ("past", "kal", "2026-05-05"),
        ("future", "kal", "2026-05-07"), ("past", "Friday", "2026-05-01"), ("future", "25/12", "2026-12-25"),
    ],
)  # fmt: skip
def test_a_day_without_a_year_lies_where_the_question_looks(toward: str, said: str, kept: str) -> None:
    talk = Asked(f"{DATE}    toward: {toward}\n", "ur")
    talk.says(said)
    assert talk.it == kept


@pytest.mark.parametrize("said", ["3/4/2026", "tomorrow", "in 2 weeks"])
def test_a_date_that_might_be_another_is_told_back(said: str) -> None:
    talk = Asked(DATE)
    assert talk.says(said).startswith("I read this as ")
    assert "What is it?" in talk.says("BACK")


@pytest.mark.parametrize("said", ["2026-04-03", "3 April 2026", "25/4/2026", "4/4/2026"])
def test_a_date_that_can_only_be_one_is_not_told_back(said: str) -> None:
    assert "I read this" not in Asked(DATE).says(said)


def test_three_slash_four_is_the_third_of_april_as_in_england() -> None:
    assert "I read this as 3 April 2026." in Asked(DATE).says("03/04/2026")


def test_without_a_calendar_only_a_whole_date_can_be_read() -> None:
    talk = Asked(DATE)
    assert "could not read" in talk.says("tomorrow", today=None)
    talk.says("3 April 2026", today=None)
    assert talk.it == "2026-04-03"


# options beside ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", [DATE, POSTCODE, PHONE, MEDIA])
@pytest.mark.parametrize("said", ["1", "I do not want to say", "wolę nie mówić", "১"])
def test_what_is_optional_can_be_left_out(step: str, said: str) -> None:
    talk = Asked(f"{step}    optional: yes\n")
    talk.says(said)
    assert talk.it == ""


def test_beside_a_number_options_have_letters_so_that_one_is_the_number_one() -> None:
    step = f"{NUMBER}    optional: yes\n    options:\n      - lots: More than I can count\n"
    assert "A. More than I can count\nB. I do not want to say" in Asked(step).began
    for said, kept in [("1", 1), ("2", 2), ("A", "lots"), ("b.", ""), ("I do not want to say", ""), ("one", 1)]:
        talk = Asked(step)
        talk.says(said)
        assert talk.it == kept, said


def test_a_button_beside_a_number_is_that_option() -> None:
    talk = Asked(f"{NUMBER}    optional: yes\n", channel="whatsapp")
    talk.says("I do not want to say", button="it.skip")
    assert talk.it == ""


@pytest.mark.parametrize("step", [NUMBER, DATE, POSTCODE, PHONE, MEDIA])
def test_a_button_of_an_old_question_answers_nothing(step: str) -> None:
    talk = Asked(step)
    assert talk.says("3", button="other.key").startswith(("Please", "I could not", "That does not"))
    assert talk.it is None


def test_an_option_may_begin_with_a_number_that_is_out_of_range() -> None:
    talk = Asked(f"{NUMBER}    max: 9\n    options:\n      - ten: 10 or more\n")
    talk.says("10")
    assert talk.it == "ten"


def test_a_part_of_norwich_is_not_number_one() -> None:
    for said, kept in [("NR1", "NR1"), ("nr1", "NR1"), ("nr 1", "")]:
        talk = Asked(f"{POSTCODE}    optional: yes\n")
        talk.says(said)
        assert talk.it == kept


@pytest.mark.parametrize(
    ("step", "said", "kept"),
    [
        (NUMBER, ["3", "4"], [3, 4]),
        (DATE, ["3 April 2026", "25/12/2026"], ["2026-04-03", "2026-12-25"]),
        (POSTCODE, ["ip1 1aa", "ip2"], ["IP1 1AA", "IP2"]),
        (PHONE, ["07911 123456", "+48 512 345 678"], ["+447911123456", "+48512345678"]),
    ],
)
def test_several_answers_are_all_kept(step: str, said: Sequence[str], kept: list[object]) -> None:
    talk = Asked(f"{step}    repeat: 3\n")
    for one in said:
        assert "Anything else?" in talk.says(one)
    talk.says("DONE")
    assert talk.it == kept


def test_several_answers_are_shown_one_after_the_other() -> None:
    talk = Asked(f"{NUMBER}    repeat: 2\n")
    talk.says("3")
    assert "Got 3, 4." in talk.says("4")


def test_a_reply_that_is_no_number_may_lead_elsewhere() -> None:
    talk = Talk(
        flow(f"{NUMBER}    else: lost\n", "  - say: Got {it}.\n    end: yes\n  - id: lost\n    say: Oh, {said}.\n")
    )
    assert talk.says("it depends on the day") == "Oh, it depends on the day."


# photos --------------------------------------------------------------------------------------------------------------
def test_a_photo_is_kept_with_its_kind_and_counted_in_words() -> None:
    talk = Asked(MEDIA, channel="whatsapp")
    assert "Got 2 photos, 1 voice note." in talk.says("", media=(PHOTO, VOICE, PHOTO))
    assert talk.it == [PHOTO.kept(), VOICE.kept(), PHOTO.kept()]
    assert PHOTO.kept() == {"kind": "photo", "url": PHOTO.url, "content_type": "image/jpeg"}


def test_one_photo_is_said_in_her_language() -> None:
    talk = Asked(MEDIA, "pl", channel="whatsapp")
    assert "1 zdjęcie" in talk.says("", media=(PHOTO,))


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [("image/webp", "photo"), ("video/mp4", "video"), ("audio/ogg; codecs=opus", "voice"), ("", "document"),
     ("text/vcard", "document"), ("IMAGE/JPEG", "photo")],
)  # fmt: skip
def test_the_kind_is_told_by_the_content_type(content_type: str, kind: str) -> None:
    assert Media("u", content_type).kind == kind


def test_only_the_kinds_that_were_asked_for_count() -> None:
    talk = Asked(f"{MEDIA}    kinds: [photo, voice]\n", channel="whatsapp")
    assert talk.says("", media=(PAPER,)) == "Please send one of these here: a photo, a voice note."
    talk.says("", media=(PAPER, VOICE))
    assert talk.it == [VOICE.kept()]


def test_the_words_that_come_with_a_photo_are_kept_and_nobody_is_told_to_write_instead() -> None:
    talk = Asked(MEDIA, channel="whatsapp")
    assert "only read words" not in talk.says("This is my kitchen", media=(PHOTO,))
    assert talk.session.frames[-1].values["said"] == "This is my kitchen"


def test_several_messages_with_photos_are_one_list() -> None:
    talk = Asked(f"{MEDIA}    repeat: 3\n", channel="whatsapp")
    talk.says("", media=(PHOTO, PHOTO))
    talk.says("", media=(VOICE,))
    assert talk.it == [PHOTO.kept(), PHOTO.kept(), VOICE.kept()]


def test_stop_stops_though_a_photo_is_awaited() -> None:
    assert "no more texts" in Asked(MEDIA, channel="whatsapp").says("STOP", media=(PHOTO,))


# what may be kept of her words ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "said", "private"),
    [
        (POSTCODE, "IP1 1AA", "postcode"), (POSTCODE, "12 High Street", "postcode"), (POSTCODE, "1", ""),
        (POSTCODE, "I really would rather not say that here", ""), (PHONE, "07911 123456", "phone"),
        (PHONE, "07911 12345", "phone"), (PHONE, "my 2 sons have one each", ""), (PHONE, "1", ""),
        ("    expect: place\n", "IP1 1QX", "place"), (NUMBER, "3", ""), (DATE, "3 April 2026", ""),
    ],
)  # fmt: skip
def test_an_answer_that_tells_where_or_who_she_is_is_private(step: str, said: str, private: str) -> None:
    talk = Asked(f"{step}    optional: yes\n")
    talk.says(said)
    assert talk.last is not None
    assert talk.last.private == private


def test_every_one_of_several_postcodes_is_private() -> None:
    talk = Asked(f"{POSTCODE}    repeat: 3\n")
    talk.says("IP1 1AA")
    assert talk.last is not None
    assert talk.last.private == "postcode"


# conditions ----------------------------------------------------------------------------------------------------------
def leads(step: str, condition: str, said: str, **more: object) -> str:
    """What is said after an ``if``: "so" or "not so"."""
    after = f"  - if: '{condition}'\n    go: so\n  - say: It is not.\n    end: yes\n  - id: so\n    say: It is so.\n"
    talk = Talk(flow(step, after))
    return "so" if "It is so." in talk.says(said, **{"today": TODAY, **more}) else "not so"


@pytest.mark.parametrize(
    ("step", "condition", "said", "way"),
    [
        (NUMBER, "it >= 18", "18", "so"), (NUMBER, "it >= 18", "17", "not so"), (NUMBER, "it == 3", "three", "so"),
        (NUMBER, "it in [2, 3]", "3", "so"), (NUMBER, "it == 0", "0", "so"), (NUMBER, "it != \"\"", "0", "so"),
        (DATE, "it < today", "5/5/2026", "so"), (DATE, "it < today", "6/5/2026", "not so"),
        (DATE, "it <= today", "today", "so"), (DATE, 'it < "2026-10-01"', "9 August 2026", "so"),
        (DATE, 'it >= "2026-01-01" and it < "2027-01-01"', "1/1/2027", "not so"),
        (POSTCODE, 'it in ["IP1", "IP2 3"]', "ip1 1aa", "so"), (POSTCODE, 'it in ["IP1"]', "IP11 1AA", "not so"),
        (POSTCODE, 'it in ["IP1", "IP2 3"]', "IP2 3AB", "so"), (POSTCODE, 'it == "IP1 1AA"', "ip11aa", "so"),
        (PHONE, 'it == "+447911123456"', "07911 123456", "so"), (PHONE, 'it != ""', "07911 123456", "so"),
    ],
)  # fmt: skip
def test_a_condition_looks_at_what_was_meant(step: str, condition: str, said: str, way: str) -> None:
    assert leads(step, condition, said) == way


def test_whether_a_photo_came_decides_the_way() -> None:
    optional = f"{MEDIA}    optional: yes\n"
    assert leads(optional, 'it != ""', "", media=(PHOTO,)) == "so"
    assert leads(optional, 'it != ""', "1") == "not so"


def test_what_was_not_answered_is_neither_before_nor_after_today() -> None:
    optional = f"{DATE}    optional: yes\n"
    assert leads(optional, "it < today", "1") == leads(optional, "it >= today", "1") == "not so"


def test_today_can_be_shown_and_kept() -> None:
    after = "  - set: {asked_on: today}\n  - say: Asked on {asked_on}, {today}.\n"
    assert "Asked on 6 May 2026, 6 May 2026." in Talk(flow(NUMBER, after)).says("3", today=TODAY)


def test_braces_in_set_and_with_are_filled_in_for_a_champion() -> None:
    after = (
        '  - set: {what: "{it} children, {today}, not {said}"}\n  - do: submit_question\n    with: {text: what}\n'
        '  - do: submit_question\n    with: {text: "Again: {it}"}\n  - say: Thank you.\n'
    )
    talk = Talk(flow(NUMBER, after))
    talk.says("3", today=TODAY)
    asked = [event.text for event in talk.last.events if isinstance(event, QuestionAsked)] if talk.last else []
    assert asked == ["3 children, 6 May 2026, not ", "Again: 3"]


def test_braces_that_she_wrote_herself_are_never_filled_in() -> None:
    after = '  - set: {what: "She says: {it}"}\n  - say: "{what}"\n'
    assert "She says: {menu} {it}" in Talk(flow("    expect: text\n", after)).says("{menu} {it}")


# stories -------------------------------------------------------------------------------------------------------------
def submitted(action: str) -> Talk:
    after = (
        "  - ask: What happened?\n    id: words\n    expect: text\n"
        f"  - do: {action}\n    with: {{text: words, media: it, consent: leaders}}\n  - say: Thank you.\n"
    ).replace(", consent: leaders" if action == "forget_words" else "never", "")
    talk = Talk(flow(MEDIA, after), channel="whatsapp")
    talk.says("", media=(PHOTO, VOICE))
    talk.says("The wall is wet.")
    return talk


def test_photos_go_with_a_story() -> None:
    talk = submitted("submit_story")
    assert talk.last is not None
    [story] = [event for event in talk.last.events if isinstance(event, StorySubmitted)]
    assert story.media == (PHOTO, VOICE)
    assert story.messages == ("The wall is wet.",)


def test_photos_can_be_forgotten_too() -> None:
    talk = submitted("forget_words")
    assert talk.last is not None
    assert WordsForgotten(("The wall is wet.",), (PHOTO, VOICE)) in talk.last.events


# whatever comes ------------------------------------------------------------------------------------------------------
TALKS = [Asked(step) for step in (NUMBER, f"{NUMBER}    optional: yes\n", DATE, POSTCODE, PHONE, MEDIA)]


@given(st.sampled_from(TALKS), st.text(max_size=60), st.booleans())
@example(TALKS[0], "LANGUAGE", False)
@example(TALKS[0], "DELETE", False)
def test_no_text_breaks_any_question(talk: Asked, said: str, sends: bool) -> None:
    before = talk.kept
    talk.says(said, media=(PHOTO,) if sends else ())
    assert talk.last is not None
    assert not any(type(event).__name__ == "Broke" for event in talk.last.events)
    talk.kept = before


@given(st.integers(0, 10**9), st.sampled_from("0٠۰०০੦૦௦"), st.sampled_from(["en", "pl", "ur", "bn"]))
def test_a_number_in_any_script_is_kept_as_it_was_written(number: int, zero: str, language: str) -> None:
    talk = TALKS[0]
    before = talk.kept
    talk.says("".join(chr(ord(zero) + int(digit)) for digit in str(number)))
    assert talk.it == number
    talk.kept = before


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from("0٠۰०০੦૦௦"), st.integers(-4000, 4000))
def test_a_date_in_any_script_is_kept_as_it_was_written(day: date, zero: str, later: int) -> None:
    talk = TALKS[2]
    before = talk.kept
    written = f"{day.day}/{day.month}/{day.year}"
    said = "".join(chr(ord(zero) + int(one)) if one.isdigit() else one for one in written)
    talk.says(said, today=TODAY + timedelta(days=later))
    assert talk.it == day.isoformat()
    talk.kept = before
