"""Packed flows are the flows that were packed."""

from __future__ import annotations

import pytest

from bot.flow.compiled import pack, unpack
from bot.settings import SHIPPED
from bot.store.shelf import read_folder
from tests.flow.stage import Talk

ASKS = """
flow: talk
about: x
start_words: [start me]
takes: []
steps:
  - ask: How old are you?
    id: age
    expect: text
  - if: age == "9" or age in ["10", "11"]
    go: child
  - say: "You wrote {age}."
    end: true
  - id: child
    say: Hello.
    only: sms
"""


def test_every_shipped_flow_comes_back_as_it_was() -> None:
    flows = read_folder(SHIPPED / "flows", demo=True).flows
    again = unpack(pack(flows))
    assert again is not None
    assert pack(again) == pack(flows)
    assert (again.digest, again.home, again.first, set(again.flows)) == (
        flows.digest, flows.home, flows.first, set(flows.flows),
    )  # fmt: skip
    assert again.flows["share-story"].steps[0] == flows.flows["share-story"].steps[0]


def test_a_conversation_goes_the_same_way_in_packed_flows() -> None:
    for said, answer in (("10", "Hello."), ("44", "You wrote 44.")):
        talk = Talk(ASKS)
        packed = unpack(pack(talk.world.newest))
        assert packed is not None
        talk.use(packed)
        assert talk.says(said) == answer


@pytest.mark.parametrize("damaged", [b"", b"\xc1", b"\x93\x01\x02\x03", b"flow: menu"])
def test_what_was_never_packed_gives_nothing(damaged: bytes) -> None:
    assert unpack(damaged) is None
