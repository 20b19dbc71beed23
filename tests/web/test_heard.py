"""``/heard``, the public board: only what its tellers let everybody read, and only in the words that two let out."""

from __future__ import annotations

import json

import pytest

from tests.web.desk_stage import NOW, Desk

MONTH = 31 * 24 * 3_600_000


def board(desk: Desk, path: str = "/heard", **headers: str) -> str:
    answered = desk.app.test_client().get(path, headers=headers)
    assert answered.status_code == 200
    return answered.get_data(as_text=True)


def test_everybody_reads_the_prepared_words_of_stories_told_for_everybody(desk: Desk) -> None:
    """And nothing else: not who told it, nor its reference, nor its day."""
    desk.out("A doctor was rude", consent="board", reference="SECRET12")
    page = board(desk)
    assert "A doctor was rude" in page
    assert "This was read by two champions. Names were taken out as far as we could." in page
    assert "June 2026" in page
    for hidden in ("The original", "SECRET12", "calm-heron", "2 June", "11:00", "10:00"):
        assert hidden not in page


@pytest.mark.parametrize("consent", ["leaders", "champions"])
def test_what_was_told_for_fewer_is_not_there(desk: Desk, consent: str) -> None:
    desk.out("Not for all", consent=consent)
    assert "Not for all" not in board(desk)
    assert "Nothing is here yet" in board(desk)


@pytest.mark.parametrize("status", ["received", "needs_second", "needs_lead", "declined", "withdrawn"])
def test_what_is_not_approved_is_not_there(desk: Desk, status: str) -> None:
    desk.out("Not yet", consent="board", status=status)
    assert "Not yet" not in board(desk)


def test_what_was_made_up_on_the_practice_phone_is_not_there(desk: Desk) -> None:
    desk.out("Made up", consent="board", simulated=True)
    assert "Made up" not in board(desk)


def test_what_came_with_a_story_is_never_there(desk: Desk) -> None:
    sent = json.dumps([{"kind": "photo", "url": "u", "content_type": ""}])
    desk.out("With a photo", consent="board", media_enc=desk.db.vault.seal(sent))
    page = board(desk)
    assert "With a photo" in page
    assert "<img" not in page
    assert "/desk/media" not in page


def test_a_script_in_a_story_is_words(desk: Desk) -> None:
    desk.out("<script>alert(1)</script>", consent="board")
    assert "<script>alert" not in board(desk)


def test_the_newest_come_first_and_the_rest_on_further_pages(desk: Desk) -> None:
    for number in range(21):
        desk.out(f"Story number {number}.", consent="board", decided_at=NOW + number)
    first, second = board(desk, "/heard?language=en"), board(desk, "/heard?language=en&page=2")
    assert first.index("Story number 20.") < first.index("Story number 1.")
    assert "Story number 0." not in first
    assert "Story number 0." in second
    assert "language=en&amp;page=2" in first


def test_the_reader_chooses_the_language_by_the_address_or_the_browser(desk: Desk) -> None:
    """The desk's own choice of language has nothing to do with it."""
    assert '<html lang="ur" dir="rtl"' in board(desk, "/heard?language=ur")
    assert '<html lang="pl" dir="ltr"' in board(desk, **{"Accept-Language": "pl"})
    assert '<html lang="en"' in board(desk, "/heard?language=xx", Cookie="desk_language=ur")


def test_a_copy_is_kept_for_a_minute_and_by_no_search_engine(desk: Desk) -> None:
    desk.out("A doctor was rude", consent="board")
    client = desk.app.test_client()
    answered = client.get("/heard")
    assert answered.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert answered.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in answered.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answered.headers
    assert client.get("/heard", headers={"If-None-Match": answered.headers["ETag"]}).status_code == 304
