"""What people sent beside words, from her phone to the desk: on both databases, Twilio's side by the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, update

from bot.app import House
from bot.background.fetching import AGAIN_MS, Fetching
from bot.channel.looked import look
from bot.channel.made_up_media import MadeUpMedia, damp_wall, hum
from bot.channel.media import Source, TwilioMedia
from bot.channel.message import Channel, Inbound, Media
from bot.store import contacts, media, schema
from bot.store.media import Item, Reason, State
from bot.store.vault import VaultError
from tests.people import Person
from tests.stand_in.twilio import ACCOUNT, TOKEN, TwilioStandIn

MB = 1_000_000
DAY = 86_400_000


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


class Ana(Person):
    """Somebody on WhatsApp whose messages come by Twilio, and the house's fetching at her time."""

    def __init__(self, house: House, twilio: TwilioStandIn, language: str = "en") -> None:
        super().__init__(house, channel=Channel.WHATSAPP)
        self.twilio, self.woken = twilio, list[int]()
        self.sources: dict[bool, Source] = {
            True: MadeUpMedia(), False: TwilioMedia(ACCOUNT, TOKEN, 2 * MB, twilio.url)
        }  # fmt: skip
        self.fetching = self.fetcher()
        self._settle(language)

    def inbound(self, words: str, **more: Any) -> Inbound:
        return replace(super().inbound(words, **more), simulated=False)

    def new_lines(self) -> list[Any]:
        """What the bot queued since the last look."""
        lines = [line for line in contacts.conversation(self.house.parts.db, self.contact_id) if line.from_bot]
        new = [line for line in lines if str(line.id) not in self._seen]
        self._seen.update(str(line.id) for line in new)
        return new

    def fetcher(self, *, delete: bool = True) -> Fetching:
        parts = self.house.parts
        return Fetching(parts.db, parts.catalogues, self.sources, self.woken.append, lambda: self.now_ms, delete=delete)

    def sends(self, *items: tuple[bytes, str], words: str = "", url: str = "") -> None:
        """A message with these beside its words."""
        sent = [Media(url or self.twilio.url + self.twilio.media.put(data, said), said) for data, said in items]
        self.receive(replace(self.inbound(words), media=tuple(sent)))

    def begins_a_story(self, consent: str = "2") -> None:
        self.says("story")
        self.says(consent)

    def tells(self, *items: tuple[bytes, str], url: str = "") -> None:
        """A whole story with these in it."""
        self.begins_a_story()
        self.sends(*items, url=url)
        self.says("DONE")

    def items(self) -> list[Item]:
        with self.house.parts.db.read() as conn:
            return [
                found for id in conn.scalars(select(schema.media.c.id).order_by(schema.media.c.id))
                if (found := media.get(conn, id))
            ]  # fmt: skip

    def bytes_of(self, item: Item) -> bytes:
        with self.house.parts.db.read() as conn:
            return media.read(conn, self.house.parts.db.vault, item, 0, item.size)


@pytest.fixture
def ana(house: House, twilio: TwilioStandIn) -> Ana:
    return Ana(house, twilio)


def parts_kept(house: House) -> int:
    with house.parts.db.read() as conn:
        return conn.scalar(select(func.count()).select_from(schema.media_part)) or 0


def test_a_photo_and_a_voice_note_go_with_a_story(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"), (hum(), "audio/ogg"))
    assert [item.state for item in ana.items()] == [State.WAITING] * 2
    ana.fetching.fetch_due()
    photo, voice = ana.items()
    assert (photo.state, photo.kind, photo.content_type) == (State.KEPT, "photo", "image/jpeg")
    assert (voice.state, voice.kind, voice.content_type) == (State.KEPT, "voice", "audio/x-wav")
    assert photo.story_id == voice.story_id is not None
    assert ana.bytes_of(photo) == look(damp_wall(), "image/jpeg").data
    assert ana.bytes_of(voice) == hum()


def test_nothing_of_a_photo_lies_readable_in_the_database(ana: Ana) -> None:
    ana.tells((hum(), "audio/ogg"))
    ana.fetching.fetch_due()
    with ana.house.parts.db.read() as conn:
        (sealed,) = conn.scalars(select(schema.media_part.c.sealed))
        url = conn.scalar(select(schema.media.c.url_enc)) or ""
    assert b"WAVE" not in sealed
    assert "Media" not in url


def test_a_sealed_part_opens_nowhere_but_in_its_own_place(ana: Ana) -> None:
    ana.tells((hum() + bytes(2 * media.PART), "audio/ogg"))
    ana.fetching.fetch_due()
    (item,) = ana.items()
    assert ana.bytes_of(item)[-5:] == bytes(5)
    with ana.house.parts.db.begin() as conn:
        second = conn.scalar(select(schema.media_part.c.sealed).where(schema.media_part.c.number == 1))
        conn.execute(update(schema.media_part).where(schema.media_part.c.number == 0).values(sealed=second))
    with pytest.raises(VaultError):
        ana.bytes_of(item)


def test_a_piece_from_the_middle_is_the_same_as_of_the_whole(ana: Ana) -> None:
    ana.tells((hum() + bytes(range(256)) * 2500, "audio/ogg"))
    ana.fetching.fetch_due()
    (item,) = ana.items()
    whole, vault = ana.bytes_of(item), ana.house.parts.db.vault
    with ana.house.parts.db.read() as conn:
        for start, end in ((0, 1), (media.PART - 3, media.PART + 3), (media.PART, 2 * media.PART), (9, item.size)):
            assert media.read(conn, vault, item, start, end) == whole[start:end]


def test_once_it_is_here_nothing_lies_at_twilio(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    ana.fetching.fetch_due()
    assert ana.twilio.media.items == {}


def test_the_copy_at_twilio_stays_where_the_setting_says_so(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    ana.fetcher(delete=False).fetch_due()
    assert len(ana.twilio.media.items) == 1
    assert ana.items()[0].state is State.KEPT


def test_nothing_is_fetched_before_she_has_sent_her_story(ana: Ana) -> None:
    ana.begins_a_story()
    ana.sends((damp_wall(), "image/jpeg"))
    ana.fetching.fetch_due()
    assert ana.twilio.media.asked == []
    assert ana.items()[0].state is State.HELD


def test_a_photo_that_nobody_asked_for_is_not_fetched_and_after_a_week_it_is_gone_from_twilio_too(ana: Ana) -> None:
    ana.sends((damp_wall(), "image/jpeg"))
    ana.now_ms += 8 * DAY
    ana.fetching.fetch_due()
    assert [method for method, *_ in ana.twilio.media.asked] == ["DELETE"]
    assert ana.items() == []


@pytest.mark.parametrize("language", ["en", "pl", "ur", "bn"])
def test_case_11_a_voice_note_without_words_is_answered_in_her_language(
    house: House, twilio: TwilioStandIn, language: str
) -> None:
    ana = Ana(house, twilio, language)
    ana.sends((hum(), "audio/ogg"))
    declined = house.parts.catalogues.text(
        "I can only read words for now. I cannot see photos or hear voice notes yet. Please write it instead.", language
    )
    assert declined in [part for line in ana.new_lines() for part in line.text.split("\n\n")]


def test_case_11_a_voice_note_is_a_story_by_itself(ana: Ana) -> None:
    ana.begins_a_story()
    ana.sends((hum(), "audio/ogg"))
    assert "Got it. Send more" in ana.new_lines()[-1].text
    assert "Your story is with the champions" in ana.says("DONE")


@pytest.mark.parametrize("url", ["https://example.org/p.jpg", "http://169.254.169.254/latest/", "http://localhost/p"])
def test_case_12_a_media_address_that_is_not_twilios_is_never_fetched(ana: Ana, url: str) -> None:
    ana.tells((damp_wall(), "image/jpeg"), url=url)
    ana.fetching.fetch_due()
    (item,) = ana.items()
    assert (item.state, item.reason) == (State.REFUSED, Reason.ELSEWHERE)
    assert ana.twilio.media.asked == []
    assert parts_kept(ana.house) == 0


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (bytes(3 * MB), Reason.TOO_LARGE, "is too large for us"),
        (b"MZ" + bytes(500), Reason.WRONG_TYPE, "could not open the file"),
        (damp_wall()[:400], Reason.BROKEN, "could not open the file"),
    ],
)
def test_who_sent_a_file_that_is_refused_is_told_once_and_kindly(
    ana: Ana, data: bytes, reason: Reason, said: str
) -> None:
    ana.tells((data, "image/jpeg"), (data, "image/jpeg"))
    ana.new_lines()
    ana.fetching.fetch_due()
    assert {(item.state, item.reason) for item in ana.items()} == {(State.REFUSED, reason)}
    with ana.house.parts.db.read() as conn:
        newest = contacts.conversation(ana.house.parts.db, ana.contact_id)[-1]
        told = conn.scalar(select(func.count()).where(schema.outbound.c.inbound_id.is_(None)))
    assert said in newest.text
    assert told == 1
    assert ana.woken == [ana.contact_id]
    assert ana.twilio.media.items == {}


def test_who_has_said_stop_is_not_told(ana: Ana) -> None:
    ana.tells((b"MZ" + bytes(500), "image/jpeg"))
    ana.says("STOP")
    ana.fetching.fetch_due()
    assert ana.items()[0].reason is Reason.WRONG_TYPE
    assert ana.woken == []


def test_after_whatsapps_day_nothing_is_said(ana: Ana) -> None:
    ana.tells((b"MZ" + bytes(500), "image/jpeg"))
    ana.now_ms += DAY + 60_000
    ana.fetching.fetch_due()
    assert ana.items()[0].reason is Reason.WRONG_TYPE
    assert ana.woken == []


def test_it_is_tried_again_with_longer_and_longer_waits_and_then_given_up(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    (lies,) = ana.twilio.media.items.values()
    lies.status = 503
    for wait in AGAIN_MS:
        assert ana.fetching.fetch_due() == 1
        assert ana.items()[0].state is State.WAITING
        assert ana.fetching.fetch_due() == 0
        ana.now_ms += wait
    ana.fetching.fetch_due()
    (item,) = ana.items()
    assert (item.state, item.reason) == (State.GONE, Reason.NO_ANSWER)


def test_a_fault_that_passes_costs_nothing(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    (lies,) = ana.twilio.media.items.values()
    lies.status = 500
    ana.fetching.fetch_due()
    lies.status = 200
    ana.now_ms += AGAIN_MS[0]
    ana.fetching.fetch_due()
    assert ana.items()[0].state is State.KEPT


def test_what_twilio_no_longer_has_is_gone(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    ana.twilio.media.items.clear()
    ana.fetching.fetch_due()
    assert (ana.items()[0].state, ana.items()[0].reason) == (State.GONE, Reason.NOT_THERE)


def test_two_workers_do_not_fetch_the_same(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    db = ana.house.parts.db
    with db.begin() as conn:
        first = media.lease(conn, db.vault, ana.now_ms)
    with db.begin() as conn:
        assert media.lease(conn, db.vault, ana.now_ms) is None
    with db.begin() as conn:  # the first one died: its lease is over
        again = media.lease(conn, db.vault, ana.now_ms + media.LEASE_MS)
    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_of_whoever_is_erased_nothing_is_fetched_and_nothing_stays_at_twilio(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    for words in ("DELETE", "3", "1"):
        ana.says(words)
    assert all(item.story_id is None for item in ana.items())
    ana.fetching.fetch_due()
    assert [method for method, *_ in ana.twilio.media.asked] == ["DELETE"]
    assert ana.items() == []


def test_erasing_in_the_middle_of_fetching_leaves_nothing(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))

    class Meanwhile(MadeUpMedia):
        def fetch(self, url: str, content_type: str) -> bytes:
            for words in ("DELETE", "3", "1"):
                ana.says(words)
            return damp_wall()

    twilio = ana.sources[False]
    ana.sources[False] = Meanwhile()
    ana.fetching.fetch_due()
    ana.sources[False] = twilio
    ana.fetching.fetch_due()
    assert parts_kept(ana.house) == 0
    assert ana.items() == []


def test_erasing_takes_what_was_kept(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    ana.fetching.fetch_due()
    assert parts_kept(ana.house) > 0
    for words in ("DELETE", "3", "1"):
        ana.says(words)
    ana.fetching.fetch_due()
    assert parts_kept(ana.house) == 0
    assert ana.items() == []


def test_a_story_taken_back_takes_its_photo_along_here_and_at_twilio(ana: Ana) -> None:
    ana.tells((damp_wall(), "image/jpeg"))
    ana.fetching.fetch_due()
    for words in ("DELETE", "1", "1"):
        ana.says(words)
    ana.fetching.fetch_due()
    assert parts_kept(ana.house) == 0
    assert ana.items() == []


def test_a_photo_in_a_talk_is_fetched_for_the_champion(ana: Ana) -> None:
    ana.says("talk to a person")
    ana.says("The roof leaks")
    ana.sends((damp_wall(), "image/jpeg"))
    ana.fetching.fetch_due()
    (item,) = ana.items()
    assert item.state is State.KEPT
    assert item.talk_line_id
    assert "read words" not in "".join(line.text for line in ana.new_lines())


def test_a_made_up_person_sends_made_up_files_and_nobody_is_asked_for_them(house: House, twilio: TwilioStandIn) -> None:
    ana, rokeya = Ana(house, twilio), Person(house, channel=Channel.WHATSAPP, language="en")
    rokeya.says("story")
    rokeya.says("2")
    rokeya.text("", media="image/jpeg")
    rokeya.text("", media="audio/ogg")
    rokeya.says("DONE")
    ana.now_ms = rokeya.now_ms
    ana.fetching.fetch_due()
    assert [(item.kind, item.state) for item in ana.items()] == [("photo", State.KEPT), ("voice", State.KEPT)]
    assert twilio.media.asked == []
