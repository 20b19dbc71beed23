"""A flow of any length, made of what champions write: questions with options or without, texts and conditions."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bot.flow.model import WAITING, Expect, Flow, FlowSet, Step

# Ten steps; every question and option has words of its own, so that nothing is shared between steps.
_TEN = """\
  - ask: "Question {n} on page {p}: what is it about?"
    id: about{n}
    options:
      - one: "Food, case {n}"
      - two: "Doctor {n}"
      - three: "Money and bills {n}"
      - four: "Something else {n}"
    go: {{four: more{n}}}
  - say: "Thank you. That was question {n}, on page {p}."
  - ask: "Tell us more about case {n}."
    id: more{n}
    expect: text
  - if: about{n} == "one"
    go: where{n}
  - say: "We help with case {n} too."
  - ask: "Where did case {n} happen?"
    id: where{n}
    options:
      - home: "At home, case {n}"
      - work: "At work, case {n}"
      - out: "Somewhere else, case {n}"
  - ask: "Did you tell somebody about case {n}?"
    id: told{n}
    expect: yes_no
  - if: told{n} == "no"
    go: last{n}
  - say: "Good that you told somebody about case {n}."
  - ask: "What would have helped in case {n}?"
    id: last{n}
    expect: text
    optional: yes
"""
NAME = "welcome"


def long_flow(steps: int) -> str:
    """The YAML of a flow of so many steps, a multiple of ten. It is its own first and home flow."""
    tens = "".join(_TEN.format(n=number, p=number // 7 + 1) for number in range(steps // 10))
    return f"flow: {NAME}\nabout: A long conversation of {steps} steps.\nhome: yes\nsteps:\n{tens}"


def places(flows: FlowSet) -> list[int]:
    """The steps at which somebody can be waited for."""
    return [at for at, step in enumerate(_flow(flows).steps) if step.verb in WAITING]


def answers(flows: FlowSet, at: int, luck: Random) -> Iterator[str]:
    """What somebody may text at this step."""
    step: Step = _flow(flows).steps[at]
    while True:
        if step.expect is Expect.TEXT:
            yield f"It was on a {luck.choice(('Monday', 'Friday'))}, number {luck.randrange(1000)}, and nobody came."
        elif step.expect is Expect.YES_NO:
            yield luck.choice(("yes", "1", "No", "2"))
        else:
            number = luck.randrange(len(step.options))
            yield luck.choice((str(number + 1), step.options[number].label.lower()))


def _flow(flows: FlowSet) -> Flow:
    return flows.flows[NAME]
