"""Photos, voice notes and documents on the desk: who may have them, and how they are handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.channel.looked import look
from bot.channel.made_up_media import damp_wall, hum, page
from bot.store import media
from bot.store.schema import contact, story, talk_line
from bot.store.schema import media as media_table
from tests.web.desk_stage import NOW, Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = open_desk(database_url)
    yield made
    made.db.close()


def kept(desk: Desk, data: bytes, said: str = "image/jpeg", **owner: Any) -> int:
    """Something that was fetched."""
    looked = look(data, said)
    with desk.db.begin() as conn:
        row = {
            "contact_id": conn.scalar(select(contact.c.id)), "kind": looked.kind, "content_type": said,
            "state": "waiting", "url_enc": desk.db.vault.seal("x"), "at_carrier": False, "attempts": 0,
            "created_at": NOW, **owner,
        }  # fmt: skip
        made = int(conn.execute(insert(media_table).values(row).returning(media_table.c.id)).scalar_one())
        media.keep(
            conn, desk.db.vault, made, looked.data, kind=looked.kind, content_type=looked.content_type, delete_at=None
        )
    return made


def refused(desk: Desk, reason: str, **owner: Any) -> None:
    with desk.db.begin() as conn:
        row = {
            "contact_id": conn.scalar(select(contact.c.id)), "kind": "video", "content_type": "video/mp4",
            "state": "refused", "reason": reason, "size": 20_000_000, "url_enc": desk.db.vault.seal("x"),
            "at_carrier": False, "attempts": 0, "created_at": NOW, **owner,
        }  # fmt: skip
        conn.execute(insert(media_table).values(row))


def with_photo(desk: Desk, **given: Any) -> tuple[int, int]:
    """A story and the photo that came with it."""
    sealed = desk.db.vault.seal('[{"kind": "photo", "url": "https://api.twilio.com/x", "content_type": "image/jpeg"}]')
    made = desk.story(media_enc=sealed, **given)
    return made, kept(desk, damp_wall(), story_id=made)


def test_a_champion_sees_the_photo_and_no_address_of_another_place(desk: Desk) -> None:
    made, photo = with_photo(desk)
    shown = desk.signed_in("amina").get(f"/desk/stories/{made}")
    assert f'src="/desk/media/{photo}"' in shown
    assert "Show the photo" in shown
    assert "api.twilio.com" not in shown


def test_it_is_handed_over_so_that_nothing_keeps_or_runs_it(desk: Desk) -> None:
    _, photo = with_photo(desk)
    answered = desk.signed_in("amina").client.get(f"/desk/media/{photo}")
    assert answered.status_code == 200
    assert answered.content_type == "image/jpeg"
    assert answered.headers["Cache-Control"] == "private, no-store"
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answered.headers["Content-Disposition"] == f'inline; filename="photo-{photo}.jpg"'
    assert answered.data == look(damp_wall(), "image/jpeg").data


@pytest.mark.parametrize(("name", "status"), [("piotr", 200), ("sam", 200), ("ruth", 403), ("tara", 403)])
@pytest.mark.parametrize("given", [{"consent": "leaders", "status": "approved"}, {"consent": "champions"}])
def test_a_face_stays_with_the_champions(desk: Desk, name: str, status: int, given: dict[str, str]) -> None:
    """A lead may read an approved story, without a name: a photo could be one."""
    _, photo = with_photo(desk, **given)
    assert desk.signed_in(name).client.get(f"/desk/media/{photo}").status_code == status


def test_a_lead_is_not_even_told_that_there_is_one(desk: Desk) -> None:
    made, photo = with_photo(desk, consent="leaders", status="approved")
    shown = desk.signed_in("ruth").get(f"/desk/stories/{made}")
    assert "1 photo" not in shown
    assert f"/desk/media/{photo}" not in shown


def test_a_stranger_is_asked_to_sign_in(desk: Desk) -> None:
    _, photo = with_photo(desk)
    assert desk.visitor().client.get(f"/desk/media/{photo}").status_code == 302


def test_a_story_that_was_taken_back_takes_its_photo_with_it(desk: Desk) -> None:
    made, photo = with_photo(desk)
    with desk.db.begin() as conn:
        conn.execute(story.delete().where(story.c.id == made))
    assert desk.signed_in("amina").client.get(f"/desk/media/{photo}").status_code == 404


def test_a_player_gets_the_piece_it_asks_for(desk: Desk) -> None:
    voice = kept(desk, hum(), "audio/ogg", story_id=desk.story())
    client = desk.signed_in("amina").client
    piece = client.get(f"/desk/media/{voice}", headers={"Range": "bytes=100-199"})
    assert (piece.status_code, piece.data) == (206, hum()[100:200])
    assert piece.headers["Content-Range"] == f"bytes 100-199/{len(hum())}"
    tail = client.get(f"/desk/media/{voice}", headers={"Range": "bytes=-10"})
    assert (tail.status_code, tail.data) == (206, hum()[-10:])
    rest = client.get(f"/desk/media/{voice}", headers={"Range": "bytes=0-"})
    assert (rest.status_code, rest.data) == (206, hum())


def test_a_piece_that_is_not_there_is_refused(desk: Desk) -> None:
    voice = kept(desk, hum(), "audio/ogg", story_id=desk.story())
    answered = desk.signed_in("amina").client.get(f"/desk/media/{voice}", headers={"Range": "bytes=999999999-"})
    assert answered.status_code == 416
    assert answered.headers["Content-Range"] == f"bytes */{len(hum())}"


def test_a_document_is_only_ever_downloaded(desk: Desk) -> None:
    made = desk.story()
    paper = kept(desk, page(), "application/pdf", story_id=made)
    visitor = desk.signed_in("amina")
    answered = visitor.client.get(f"/desk/media/{paper}")
    assert answered.headers["Content-Disposition"] == f'attachment; filename="document-{paper}.pdf"'


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("too_large", "This file was too large (20 MB). Ask for a smaller one."),
        ("wrong_type", "This kind of file cannot be opened here."),
        ("broken", "This file is broken. Ask for it again."),
        ("elsewhere", "This file does not lie with Twilio, so it was not fetched."),
        ("not_there", "Twilio does not have this file any more."),
        ("no_answer", "Twilio did not give us this file"),
    ],
)
def test_what_is_not_there_says_why_and_what_to_do(desk: Desk, reason: str, sentence: str) -> None:
    sealed = desk.db.vault.seal('[{"kind": "video", "url": "u", "content_type": "video/mp4"}]')
    made = desk.story(media_enc=sealed)
    refused(desk, reason, story_id=made)
    assert sentence in desk.signed_in("amina").get(f"/desk/stories/{made}")


def test_a_photo_in_a_talk_stands_where_it_came(desk: Desk) -> None:
    talk = desk.talk("Look at this")
    with desk.db.read() as conn:
        line = conn.scalar(select(talk_line.c.id))
    photo = kept(desk, damp_wall(), talk_line_id=line)
    amina = desk.signed_in("amina")
    shown = amina.get(f"/desk/talks/{talk}")
    assert shown.index("Look at this") < shown.index(f'src="/desk/media/{photo}"')
    assert amina.client.get(f"/desk/media/{photo}").status_code == 200
    assert desk.signed_in("ruth").client.get(f"/desk/media/{photo}").status_code == 403
