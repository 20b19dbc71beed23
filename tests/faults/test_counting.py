"""The fault suite's own parts: a ledger that sees what is amiss, a clock that jumps, a process that comes back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.kinds import FAULTS, shuffled
from tests.faults.ledger import Kept, Reply, counted
from tests.faults.report import head, row, verdict
from tests.faults.run import Result
from tests.faults.senders import Line, sid_of
from tests.faults.supervised import Supervised
from tests.whole.serving import until

CLOCK = Path(__file__).parent / "clock"
HER = Line(1, [(1,), (2,), (3,)])
HEARD = ["Heard note 1 after nothing.", "Heard note 2 after note 1.", "Heard note 3 after note 2."]


def found(bodies: list[str], taken: tuple[int, ...] = (1, 2, 3), line: Line = HER) -> tuple[int, int, int, int]:
    sids = [sid_of(line.person, number) for number in taken]
    replies = [Reply(line.address, body, float(at)) for at, body in enumerate(bodies)]
    count = counted([line], Kept(sids, dict.fromkeys(sids, 1)), replies)
    return count.lost, count.repeated, count.out_of_order, count.strange


def test_three_texts_answered_in_order_are_nothing_amiss() -> None:
    assert found(HEARD) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("what", "bodies", "amiss"),
    [
        ("the last reply is missing", HEARD[:2], (1, 0, 0, 0)),
        ("a reply went twice", [*HEARD, HEARD[2]], (0, 1, 0, 0)),
        ("two replies changed places", [HEARD[0], HEARD[2], HEARD[1]], (0, 0, 2, 0)),
        ("a text was forgotten in between", [*HEARD[:2], "Heard note 3 after note 1."], (0, 0, 1, 0)),
        ("she got what nobody meant for her", [*HEARD, "Sorry, something went wrong."], (0, 0, 0, 1)),
    ],
)
def test_what_is_amiss_is_seen(what: str, bodies: list[str], amiss: tuple[int, int, int, int]) -> None:
    assert found(bodies) == amiss, what


def test_a_text_that_was_never_taken_is_lost() -> None:
    assert found(HEARD[:2], taken=(1, 2))[0] == 1


def test_texts_taken_in_another_order_than_sent_are_out_of_order() -> None:
    assert found(HEARD, taken=(1, 3, 2))[2] > 0


def test_webhooks_that_race_are_in_order_when_their_replies_are_as_they_were_taken() -> None:
    racing = Line(1, [(1,), (2, 3)])
    bodies = ["Heard note 1 after nothing.", "Heard note 3 after note 1.", "Heard note 2 after note 3."]
    assert found(bodies, taken=(1, 3, 2), line=racing) == (0, 0, 0, 0)
    assert found(bodies, taken=(1, 2, 3), line=racing)[2] > 0


def test_shuffled_webhooks_leave_no_text_out() -> None:
    volleys = shuffled(Random(3), 100)
    assert {number for volley in volleys for number in volley} == set(range(1, 101))
    assert sum(map(len, volleys)) > 100


def test_a_process_follows_the_clock_it_is_given(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    says = "import time\nwhile True: print(int(time.time()), flush=True); time.sleep(0.05)"
    environ = os.environ | {"PYTHONPATH": str(CLOCK), "FAULTS_CLOCK": str(clock)}
    with subprocess.Popen([sys.executable, "-c", says], stdout=subprocess.PIPE, env=environ) as process:
        assert process.stdout

        def ahead() -> float:
            return int(process.stdout.readline()) - time.time()  # type: ignore[union-attr] # it is a pipe

        assert until(lambda: abs(ahead()) < 5)
        clock.write_text("3600")
        assert until(lambda: abs(ahead() - 3600) < 5)
        clock.write_text("-600")
        assert until(lambda: abs(ahead() + 600) < 5)
        process.kill()


def test_what_is_killed_is_started_again(tmp_path: Path) -> None:
    process = Supervised([sys.executable, "-c", "import time; time.sleep(60)"], {}, tmp_path / "log")
    process.kill_first()
    assert until(lambda: process.starts == 2)
    process.end()
    assert process.starts == 2


def test_the_report_says_how_many() -> None:
    result = Result("none", "sqlite", 5000, 0, 0, 1, 2, 0, 3, 4, 5.5, 60.0, {"200": 5000})
    assert len(row(result)) == len(head().splitlines()[0])
    assert FAULTS["none"].about in row(result)
    assert verdict([result, result]) == "Of 10,000 messages: lost 0, repeated 2, out of order 4."
