"""STOP, in each language and on both channels, while news and a champion's text are on their way to her."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.app import House
from bot.channel.message import Channel, Outbound
from bot.language.catalogue import Catalogues
from bot.language.phrases import COMMAND, COMMANDS, STOPPED
from bot.settings import SHIPPED
from bot.store import consents, outgoing
from bot.store.consents import Kept
from bot.store.schema import audit, outbound, timer
from bot.store.simulated import Line
from tests.broadcast_room import TEXTS, confirmed, two_leads
from tests.people import Person

LANGUAGES = ("en", "pl", "ur", "bn")
CATALOGUES = Catalogues(SHIPPED / "locales", LANGUAGES)
MINUTE = 60_000


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_is_confirmed_once_ends_all_that_was_planned_and_is_written_down(
    house: House, language: str, channel: Channel
) -> None:
    leads = two_leads(house.parts.db)
    word = CATALOGUES.words(COMMANDS["stop"], language, context=COMMAND)[0]
    for said in (" sToP ", f" {word.swapcase()}. "):
        ana = _with_much_on_its_way(house, leads, language, channel)
        (confirmation,) = ana.text(said)
        assert confirmation.text == CATALOGUES.text(STOPPED, language).replace("{start}", _start(language))
        house.parts.outbox.sweep(ana.now_ms)
        assert _texts(house, ana) == {
            ("reply", "delivered"), ("reply", "canceled"), ("bulk", "canceled"), ("champion", "canceled"),
            ("opt_out", "delivered"),
        }  # fmt: skip
        assert _timers(house, ana) == 0
        assert [(one.given, one.how, one.language) for one in _consents(house, ana)] == [
            (True, "flow", language), (False, "stop", language),
        ]  # fmt: skip
        assert _audited(house, ana) == ["consent_given", "consent_withdrawn", "contact_stopped"]


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", LANGUAGES)
def test_after_stop_there_is_silence_and_start_alone_gives_no_yes_back(
    house: House, language: str, channel: Channel
) -> None:
    leads = two_leads(house.parts.db)
    ana = _with_much_on_its_way(house, leads, language, channel)
    ana.text("STOP")
    for words in ("STOP", "thanks", "1"):
        assert ana.text(words) == []
    assert _news(house, leads, ana) == []
    (welcome,) = ana.text(_start(language))
    assert welcome.text
    assert _news(house, leads, ana) == []
    assert _agrees(ana) != []
    assert [TEXTS["en"] in line.text for line in _news(house, leads, ana)] == [True]


def test_the_question_that_she_said_yes_to_is_kept_as_she_read_it(house: House) -> None:
    ana = Person(house, language="pl")
    (asked,) = ana.text("news")
    ana.text("1")
    (kept,) = _consents(house, ana)
    assert (kept.purpose, kept.given, kept.how, kept.language) == ("news", True, "flow", "pl")
    assert kept.wording.endswith("?") or len(kept.wording) > 40
    assert asked.text.startswith(kept.wording)
    assert kept.at == ana.now_ms


def test_news_off_ends_the_news_and_nothing_else(house: House) -> None:
    leads = two_leads(house.parts.db)
    ana = Person(house, language="en")
    _agrees(ana)
    assert "no more news" in ana.says("news off")
    assert [(one.given, one.how) for one in _consents(house, ana)] == [(True, "flow"), (False, "word")]
    assert _news(house, leads, ana) == []
    assert ana.text("MENU") != []


STORY = ("story", "2", "It began in May.", "DONE", "Someone kind", "Leeds")


def test_after_a_story_who_may_be_texted_is_asked_about_news_once(house: House) -> None:
    ana = Person(house, language="en")
    for words in (*STORY, "1"):
        ana.text(words)
    assert "May we text you when something changes" in ana.says("No questions, thank you")
    assert "Sorry" in ana.says("maybe")
    assert _consents(house, ana) == []
    ana.text("1")
    assert [one.given for one in _consents(house, ana)] == [True]
    for words in STORY:
        ana.text(words)
    assert "May we text you when something changes" not in ana.says("1")


@pytest.mark.parametrize(
    ("words", "follow_up"),
    [("It began in May.", "2"), ("I want to kill myself", "1")],
    ids=["no texts, please", "in danger"],
)
def test_who_wants_no_texts_or_is_in_danger_is_asked_for_nothing_more(house: House, words: str, follow_up: str) -> None:
    ana = Person(house, language="en")
    for said in ("story", "2", words, "DONE", "Someone kind", "Leeds"):
        ana.text(said)
    last = ana.says(follow_up)
    assert last.startswith("Thank you. A champion will read it with care.")
    last += ana.says("2") if "A few questions about you?" in last else ""
    assert "May we text you when" not in last


def _with_much_on_its_way(house: House, leads: tuple[int, int], language: str, channel: Channel) -> Person:
    """Somebody who said yes to news, with news and a champion's text in line, in the middle of a story."""
    ana = Person(house, channel=channel, language=language)
    _agrees(ana)
    house.parts.outbox.sweep(ana.now_ms)
    confirmed(house.parts.db, leads, ana.now_ms, simulated=True, texts=TEXTS, english_for_rest=True)
    house.parts.broadcasting.go_on(ana.now_ms)
    for words in ("MENU", "3", "1", "It began in May."):
        ana.text(words)
    with house.parts.db.begin() as conn:
        outgoing.queue(
            conn, house.parts.db.vault, contact_id=ana.contact_id, outbound=Outbound("Hello, I read it."),
            kind="champion", language="en", now_ms=ana.now_ms,
        )  # fmt: skip
    ana.new_lines()
    assert {kind for kind, status in _texts(house, ana) if status == "waiting"} == {"reply", "bulk", "champion"}
    assert _timers(house, ana) == 1
    return ana


def _agrees(ana: Person) -> list[Line]:
    ana.text("news")
    return ana.text("1")


def _news(house: House, leads: tuple[int, int], ana: Person) -> list[Line]:
    """What she gets of a new broadcast."""
    ana.new_lines()
    ana.now_ms += MINUTE
    confirmed(house.parts.db, leads, ana.now_ms, simulated=True, texts={"en": TEXTS["en"]}, english_for_rest=True)
    house.parts.broadcasting.go_on(ana.now_ms)
    house.parts.outbox.sweep(ana.now_ms)
    return ana.new_lines()


def _start(language: str) -> str:
    return CATALOGUES.words(COMMANDS["start"], language, context=COMMAND)[0]


def _consents(house: House, ana: Person) -> list[Kept]:
    with house.parts.db.read() as conn:
        return consents.history(conn, ana.contact_id)


def _texts(house: House, ana: Person) -> set[tuple[str, str]]:
    with house.parts.db.read() as conn:
        query = select(outbound.c.kind, outbound.c.status).where(outbound.c.contact_id == ana.contact_id)
        return {(row.kind, row.status) for row in conn.execute(query)}


def _timers(house: House, ana: Person) -> int:
    with house.parts.db.read() as conn:
        return conn.scalar(select(func.count()).select_from(timer).where(timer.c.contact_id == ana.contact_id)) or 0


def _audited(house: House, ana: Person) -> list[str]:
    with house.parts.db.read() as conn:
        query = select(audit.c.event).where(audit.c.subject == f"contact:{ana.contact_id}").order_by(audit.c.id)
        return list(conn.scalars(query))
