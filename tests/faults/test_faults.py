"""Each fault among a few hundred messages: nothing lost, nothing repeated, nothing out of order.

The runs go side by side, since each waits more than it works, and in a hurry: the processes' clock is put forward where
the full runs (``make faults``) wait for a lease to end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.faults.kinds import FAULTS
from tests.faults.run import ANSWERS, Plan, Result, run

MESSAGES = 200
AT_ONCE = 3
SEED = 1

Case = tuple[str, str]
# Without "none", which is there to compare with.
CASES: list[Case] = [(name, database) for name in FAULTS if name != "none" for database in FAULTS[name].databases]


def marked(case: Case) -> object:
    return pytest.param(case, marks=pytest.mark.postgres if case[1] == "postgresql" else (), id="-".join(case))


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Mapping[Case, Future[Result]]]:
    """All runs that were asked for, under way."""
    asked = {item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            case: pool.submit(run, Plan(FAULTS[case[0]], case[1], MESSAGES, SEED, hurry=True))
            for case in CASES
            if case in asked
        }


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_nothing_is_lost_repeated_or_out_of_order(runs: Mapping[Case, Future[Result]], case: Case) -> None:
    result = runs[case].result()
    assert not result.amiss
    assert (result.lost, result.repeated, result.out_of_order, result.strange) == (0, 0, 0, 0)
    assert set(result.answers) <= ANSWERS, "every answer is taken, come again with Retry-After, or a line that broke"
    assert case[0] != "disk" or result.answers.get("503"), "a full disk is answered with come again"
    assert result.strikes == FAULTS[case[0]].strikes(MESSAGES)
