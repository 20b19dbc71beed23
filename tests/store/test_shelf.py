"""A turn never waits until a changed directory has been read: it has the old one, and the new one a moment later."""

from __future__ import annotations

import time
from threading import Event

from bot.app import House, build
from bot.store.content import keep_answer
from bot.store.shelf import LOOK_EVERY_S, Shelf

PATIENCE_S = 30.0
NEW = "swimming-for-women"


def keep(house: House) -> None:
    """As another process does it, whose own copy is not ours."""
    other = build(house.parts.settings)
    with other.parts.db.begin() as conn:
        keep_answer(
            conn, key=NEW, language="en", topic="health", title="Swimming for women", short="At the pool.",
            questions=["Where can women swim?"], user_id=1, now_ms=1,
        )  # fmt: skip
    other.parts.db.close()


def held_back(shelf: Shelf, until: Event, begun: Event) -> None:
    """Let reading take as long as ``until`` takes, as with a very large directory."""
    read = shelf._fresh

    def slowly() -> object:
        begun.set()
        until.wait(PATIENCE_S)
        return read()

    shelf._fresh = slowly  # type: ignore[method-assign,assignment]


def test_what_another_process_changed_is_read_while_turns_go_on_with_what_there_was(house: House) -> None:
    shelf, until, begun = house.shelf, Event(), Event()
    before = shelf.directory()
    keep(house)
    held_back(shelf, until, begun)
    time.sleep(LOOK_EVERY_S)
    assert shelf.directory() is before
    assert begun.wait(PATIENCE_S)
    assert shelf.world().directory is before  # another turn, in the middle of the reading
    until.set()
    ends = time.monotonic() + PATIENCE_S
    while shelf.directory() is before and time.monotonic() < ends:
        time.sleep(0.01)
    assert NEW in shelf.directory().answers


def test_who_changed_something_here_has_it_at_once(house: House) -> None:
    assert NEW not in house.shelf.directory().answers
    keep(house)
    house.shelf.look_again()
    assert NEW in house.shelf.directory().answers
