"""What a person reads: short, right in her language, and honest about what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.knowledge import facts
from bot.knowledge.directory import Translate
from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.knowledge.present import (
    PHRASES,
    answer_pieces,
    answer_title,
    distance,
    how_far,
    measured,
    opening_times,
    service_line,
    service_pieces,
)
from bot.knowledge.services import Facts, Opening, Service, Site
from bot.language.catalogue import Catalogues
from bot.language.names import LANGUAGES
from bot.language.segments import measure
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES
from tests.knowledge.samples import english, service, shipped_answers, shipped_directory, shipped_services

CATALOGUES = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
HINTS = {code: CATALOGUES.text("Text {more} for more.", code).replace("{more}", "x" * 6) for code in KNOWN_LANGUAGES}


def service_card(found: Found, language: str, translate: Translate) -> str:
    """All pieces of a service, as one text."""
    return "\n".join(service_pieces(found, language, translate))


def bare(**known: object) -> Service:
    """A service of which nobody knows more than this."""
    one = replace(service(), facts=Facts(), languages=(), interpreter=None)
    return replace(one, **known)  # type: ignore[arg-type]


def test_a_line_says_the_name_how_far_and_that_it_is_free() -> None:
    assert service_line(Found(service(), 0.42), "en", english) == "Lantern Food Bank, 0.4 miles, Free"


def test_a_line_says_nothing_of_what_it_does_not_know() -> None:
    unknown = replace(service(), cost="unknown")
    assert service_line(Found(unknown, None), "en", english) == "Lantern Food Bank"


def test_the_first_text_is_the_heart_of_it_and_more_holds_all_else_in_order() -> None:
    one = replace(
        service(), address="Old Customs House, Rope Walk", interpreter=False, reach="Come to the side door. " * 4
    )
    first, rest = service_pieces(Found(one, 2.37), "en", english)
    assert first.split("\n") == [
        "Lantern Food Bank",
        "Three days of food.",
        "Free",
        "Open: Wed 12:00-15:00",
        "Where: Old Customs House, Rope Walk, ZZ3 1AB (2.4 miles)",
        "Phone: 01632 960107",
    ]
    assert rest.split("\n") == [
        "For: Anyone.",
        "No steps.",
        "Languages: English, Polish",
        "No interpreter.",
        "We do not know: Can children come? Is it only for women? Is the food halal? Please ask.",
        "We do not know if they ask about immigration status. You can ask without giving your name.",
        "Come to the side door. " * 4,
        "example.org/lantern",
        "We last checked this: 9 May 2026.",
    ]


def test_a_service_that_fits_into_one_text_comes_in_one() -> None:
    told = Facts(women_only=False, step_free=True, family_friendly=True, halal=True, asks_immigration_status=False)
    one = replace(service(), facts=told, url="", topics=("company",))
    assert len(service_pieces(Found(one, None), "en", english)) == 1


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_first_text_of_every_shipped_service_is_short_with_its_hint(language: str) -> None:
    hint = f"{HINTS[language]} {HINTS[language]}"  # of MORE and of LISTEN
    for one in shipped_services():
        first = service_pieces(Found(one, 1.2), language, CATALOGUES.text, first_hint=hint)[0]
        size = measure(f"{first}\n{hint}")
        assert size.segments <= (2 if size.encoding == "GSM-7" else 3), one.key
        assert not one.phone or one.phone in first


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_first_text_of_every_shipped_answer_is_short_unless_a_life_may_hang_on_it(language: str) -> None:
    hint = HINTS[language]
    for one in shipped_answers():
        first = answer_pieces(one, language, CATALOGUES.text, first_hint=hint, hint=hint)[0]
        size = measure(f"{first}\n{hint}")
        if one.topic in {"safety", "mind"}:
            whole = CATALOGUES.text(one.short, language, domain="answers") if language != "en" else one.short
            assert without_marks(first) == whole
        else:
            assert size.segments <= (2 if size.encoding == "GSM-7" else 3), one.key


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_pieces_of_an_answer_lose_no_word(language: str) -> None:
    for one in shipped_answers():
        said = " ".join(answer_pieces(one, language, CATALOGUES.text, first_hint=HINTS[language], hint=HINTS[language]))
        for text in (one.short, one.detail):
            told = CATALOGUES.text(text, language, domain="answers") if language != "en" else text
            assert "".join(told.split()) in "".join(without_marks(said).split())


def without_marks(text: str) -> str:
    return text.replace("\u2066", "").replace("\u2069", "")


UNKNOWN = [
    ("hours", {"hours": "unknown"}, "Opening times: not known. Please ask."),
    ("cost", {"cost": "unknown"}, "Cost: not known."),
    ("never checked", {"verified": None}, "Nobody has checked this yet. Please ring first."),
    ("never checked, no phone", {"verified": None, "phone": ""}, "Nobody has checked this yet. It may have changed."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "words"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_what_is_not_known_is_said(what: str, fields: dict[str, object], words: str) -> None:
    one = replace(service(), **fields)  # type: ignore[arg-type]
    assert words in service_card(Found(one, None), "en", english).split("\n")


FACTS = [
    ("women only", {"facts": Facts(women_only=True)}, "Women only."),
    ("not only women", {"facts": Facts(women_only=False)}, "Not only for women."),
    ("no steps", {"facts": Facts(step_free=True)}, "No steps."),
    ("steps", {"facts": Facts(step_free=False)}, "There are steps."),
    ("children", {"facts": Facts(family_friendly=True)}, "Children welcome."),
    ("no children", {"facts": Facts(family_friendly=False)}, "Please come without children."),
    ("halal", {"facts": Facts(halal=True)}, "Halal."),
    ("not halal", {"facts": Facts(halal=False)}, "The food is not halal."),
    ("culture", {"facts": Facts(culture="South Asian lunches")}, "Food or care for a culture: South Asian lunches"),
    ("faith", {"facts": Facts(faith="Sikh")}, "Faith group: Sikh"),
    ("asks about status", {"facts": Facts(asks_immigration_status=True)}, "They may ask about immigration status."),
    ("asks nobody", {"facts": Facts(asks_immigration_status=False)}, "They do not ask about immigration status."),
    ("from an age", {"minimum_age": 16}, "Age: 16 and over"),
    ("up to an age", {"minimum_age": 0, "maximum_age": 4}, "Age: up to 4"),
    ("from age to age", {"minimum_age": 11, "maximum_age": 18}, "Age: 11 to 18"),
    ("area", {"area_served": "Wexmoor and Harrowfen"}, "For people in: Wexmoor and Harrowfen"),
    ("ring first", {"facts": Facts(ring_first=True)}, "Ring or book before you go."),
    ("another place", {"sites": (Site(), Site("Mill Lane", "ZZ1 1AA"))}, "Also at: Mill Lane, ZZ1 1AA"),
    ("a price", {"cost": "varies", "cost_note": "", "cost_amount": Decimal("5.00")}, "From £5"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "known", "words"), FACTS, ids=[row[0] for row in FACTS])
def test_each_fact_that_is_known_is_said_in_words(what: str, known: dict[str, object], words: str) -> None:
    assert words in service_card(Found(bare(**known), None), "en", english).split("\n")


def test_what_nobody_told_us_is_never_said_to_be_so_or_not_to_be_so() -> None:
    card = service_card(Found(bare(), None), "en", english)
    assert not set(card.split("\n")) & {words for what, _, words in FACTS}


def test_what_nobody_told_us_is_asked_for_where_it_matters() -> None:
    card = service_card(Found(bare(), None), "en", english)
    for question in ("Are there steps?", "Can children come?", "Is it only for women?", "Is the food halal?"):
        assert question in card
    assert "We do not know: Which languages do they speak? Is there an interpreter? Please ask." in card
    helpline = bare(address="", postcode="", topics=("mind",), languages=("en",))
    card = service_card(Found(helpline, None), "en", english)
    assert "steps" not in card
    assert "halal" not in card
    assert "interpreter" not in card
    assert "We do not know if they ask about immigration status. You can ask without giving your name." in card


def test_who_speaks_another_language_is_told_how_to_ask_for_an_interpreter() -> None:
    card = service_card(Found(bare(), None), "ur", CATALOGUES.text)
    assert '"Hello. I speak Urdu. Please can I have an interpreter?"' in card
    assert "اردو" in card.split("interpreter?")[1]
    for known in ({"languages": ("ur",)}, {"interpreter": False}):
        assert "I speak" not in service_card(Found(bare(**known), None), "ur", CATALOGUES.text)
    assert "I speak" not in service_card(Found(bare(), None), "en", english)


def test_a_services_own_words_for_the_counter_are_shown() -> None:
    card = service_card(Found(bare(say="I have a voucher number."), None), "en", english)
    assert 'You can say or show this:\n"I have a voucher number."' in card


def test_every_shipped_line_and_piece_is_cheap_in_english() -> None:
    texts = [service_line(Found(one, 1.2), "en", english) for one in shipped_services()]
    texts += [piece for one in shipped_services() for piece in service_pieces(Found(one, 1.2), "en", english)]
    texts += [piece for one in shipped_answers() for piece in answer_pieces(one, "en", english)]
    assert [text for text in texts if measure(text).encoding != "GSM-7" or measure(text).segments > 3] == []


def test_every_phrase_of_the_cards_is_cheap_in_english() -> None:
    assert [msgid for msgid in PHRASES | facts.PHRASES if measure(msgid).encoding != "GSM-7"] == []


HOURS = [
    ("one day", [Opening(("wed",), "12:00", "15:00")], "Wed 12:00-15:00"),
    ("two days", [Opening(("tue", "fri"), "10:00", "13:00")], "Tue, Fri 10:00-13:00"),
    ("a run of days", [Opening(("mon", "tue", "wed", "thu", "fri"), "09:00", "17:00")], "Mon-Fri 09:00-17:00"),
    ("a run and a day", [Opening(("sun", "mon", "tue", "wed"), "09:00", "17:00")], "Mon-Wed, Sun 09:00-17:00"),
    ("two times", [Opening(("mon",), "10:00", "12:00"), Opening(("sat",), "09:00", "11:00")],
     "Mon 10:00-12:00; Sat 09:00-11:00"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "hours", "shown"), HOURS, ids=[row[0] for row in HOURS])
def test_opening_times_are_short(what: str, hours: list[Opening], shown: str) -> None:
    assert opening_times(hours, "en") == shown


def test_days_are_never_in_another_persons_language() -> None:
    hours = [Opening(("wed",), "12:00", "15:00")]
    wednesday = {"ur": "بدھ", "bn": "বুধ", "pl": "śr.", "en": "Wed", "ar": "الأربعاء", "so": "Arbc"}
    for code, day in [*wednesday.items(), *reversed(wednesday.items())]:
        assert opening_times(hours, code).startswith(day)


def test_dates_are_never_in_another_persons_language() -> None:
    may = {"ur": "مئی", "bn": "মে", "pl": "maja", "en": "May", "ro": "mai", "so": "Maayo"}
    for code, month in [*may.items(), *reversed(may.items())]:
        assert month in service_card(Found(service(), None), code, english).split("\n")[-1]


MILES = [
    ("next door", 0.01, "en", "0.1 miles"),
    ("one mile", 1.0, "en", "1 mile"),
    ("to a tenth", 2.37, "en", "2.4 miles"),
    ("to a mile from ten on", 11.4, "en", "11 miles"),
    ("Polish plural", 11.4, "pl", "11 mil"),
    ("Polish decimal comma", 2.37, "pl", "2,4 mili"),
    ("Urdu", 2.37, "ur", "2.4 میل"),
    ("Bangla", 2.37, "bn", "2.4 মাইল"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "language", "shown"), MILES, ids=[row[0] for row in MILES])
def test_miles_are_said_in_her_language(what: str, number: float, language: str, shown: str) -> None:
    assert distance(number, language) == shown


ROUGH = [
    ("next door", 0.1, "under 1 mile"),
    ("not quite a mile", 0.74, "under 1 mile"),
    ("a mile or so", 0.75, "about 1 mile"),
    ("two and a half", 2.6, "about 3 miles"),
    ("far", 11.4, "about 11 miles"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "shown"), ROUGH, ids=[row[0] for row in ROUGH])
def test_miles_from_the_middle_of_a_town_are_said_roughly(what: str, number: float, shown: str) -> None:
    assert how_far(Found(service(), number, rough=True), "en", english) == shown


def test_no_miles_are_said_where_none_are_known() -> None:
    assert how_far(Found(service(), None, rough=True), "en", english) == ""


MEASURED = [
    ("a location", Place("", 51.5, -0.1, "here"), "Measured from where you are."),
    ("a postcode", Place("E1 6", 51.5, -0.1, "postcode"), "Measured from your postcode."),
    ("a sector", Place("E1 6", 51.5, -0.1, "sector"), "Measured from the middle of E1 6."),
    ("a town", Place("Leeds", 53.8, -1.5, "town"), "Measured from the middle of Leeds."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "place", "shown"), MEASURED, ids=[row[0] for row in MEASURED])
def test_it_is_said_from_where_the_miles_are_measured(what: str, place: Place, shown: str) -> None:
    assert measured(place, "en", english) == shown


def test_an_urdu_card_keeps_numbers_and_addresses_in_order() -> None:
    one = replace(service(), address="Rope Walk, Lantern Quay")
    card = service_card(Found(one, 2.37), "ur", english)
    for run in ("Lantern Food Bank", "12:00-15:00", "Rope Walk, Lantern Quay, ZZ3 1AB", "01632 960107"):
        assert f"\u2066{run}\u2069" in card
    assert "\u2066" not in service_card(Found(one, 2.37), "bn", english)


def test_a_phone_number_inside_a_translated_answer_is_kept_in_order() -> None:
    answer = replace(shipped_answers()[0], short="فون کریں 0800 144 8848 مفت")
    assert answer_pieces(answer, "ur", english)[0] == "فون کریں \u20660800 144 8848\u2069 مفت"


def test_the_words_for_the_counter_stay_english_and_their_meaning_stands_below() -> None:
    def polish(msgid: str, language: str, *, domain: str = "bot") -> str:
        return f"PL {msgid}" if language == "pl" else msgid

    answer = shipped_directory().answer("gp-without-id")
    assert answer is not None
    words = answer_pieces(answer, "en", english)[-1]
    assert words.startswith(f'You can say or show this:\n"{answer.say}"')
    assert "It means" not in words
    words = "\n".join(answer_pieces(answer, "pl", polish))
    assert f'\n"{answer.say}"\n' in words
    assert f"PL It means: PL {answer.say}" in words


def test_an_answer_says_who_says_so_and_when_it_was_checked() -> None:
    answer = replace(shipped_answers()[0], source_name="NHS", verified=date(2026, 5, 9))
    assert answer_pieces(answer, "en", english)[-1].endswith("From: NHS. We last checked this: 9 May 2026.")


def test_each_text_of_an_answer_is_looked_up_among_the_answers() -> None:
    asked: list[tuple[str, str]] = []

    def noting(msgid: str, language: str, *, domain: str = "bot") -> str:
        asked.append((msgid, domain))
        return msgid

    answer = shipped_answers()[0]
    answer_title(answer, "pl", noting)
    answer_pieces(answer, "pl", noting)
    assert {domain for msgid, domain in asked if msgid in {answer.title, answer.detail, answer.say}} == {"answers"}
    assert {msgid for msgid, domain in asked if domain == "bot"} <= set(PHRASES | facts.PHRASES)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_card_can_be_shown_in_every_language(language: str) -> None:
    asked: set[str] = set()

    def noting(msgid: str, language: str, *, domain: str = "bot") -> str:
        asked.add(msgid if domain == "bot" else "")
        return msgid

    for one in shipped_services():
        card = service_card(Found(one, 3.2), language, noting)
        assert one.phone in card
        assert "\u00a0" not in card
    assert asked - {""} <= set(PHRASES | facts.PHRASES)
