"""Whose texts wait is handed to the queue together, and nobody is left out when a process ends."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from pathlib import Path
from threading import Event

import pytest

from bot.waking import Waking


def test_whoever_is_woken_meanwhile_is_handed_over_together_and_once() -> None:
    handed: list[list[int]] = []
    waking = Waking(lambda ids: handed.append(list(ids)))
    for contact_id in (3, 5, 3, 8):
        waking.wake(contact_id)
    waking.start()
    waking.stop()
    assert handed == [[3, 5, 8]]


def test_the_first_waits_for_nobody_and_the_next_go_together() -> None:
    handed: list[list[int]] = []
    taken, go_on = Event(), Event()

    def take(ids: Iterable[int]) -> None:
        handed.append(list(ids))
        taken.set()
        assert go_on.wait(10)

    waking = Waking(take)
    waking.start()
    waking.wake(3)
    assert taken.wait(10)
    for contact_id in (5, 8, 5):
        waking.wake(contact_id)
    go_on.set()
    waking.stop()
    assert handed == [[3], [5, 8]]


def test_it_goes_on_after_a_hand_over() -> None:
    handed, came = list[int](), Event()

    def take(ids: Iterable[int]) -> None:
        handed.extend(ids)
        came.set()

    waking = Waking(take)
    waking.start()
    for contact_id in (3, 5):
        came.clear()
        waking.wake(contact_id)
        assert came.wait(10)
    waking.stop()
    assert handed == [3, 5]


def wake_and_end(file: str) -> None:
    """What a server process does last."""
    waking = Waking(lambda ids: Path(file).write_text(" ".join(map(str, ids))))
    waking.start()
    waking.wake(7)


@pytest.mark.parametrize("begun", ["fork", "spawn"])
def test_a_process_that_ends_hands_over_what_it_has(tmp_path: Path, begun: str) -> None:
    """granian forks its processes, "bot serve" spawns them."""
    file = tmp_path / "handed"
    process = multiprocessing.get_context(begun).Process(target=wake_and_end, args=(str(file),))  # type: ignore[attr-defined]
    process.start()
    process.join(30)
    assert file.read_text() == "7"
