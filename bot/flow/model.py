"""A flow as the engine walks it: steps in a row, every jump already an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from bot.flow.condition import Condition
from bot.flow.templates import Template


class Verb(StrEnum):
    """What a step does (design.md, section 3)."""

    SAY = "say"
    ASK = "ask"
    LISTEN = "listen"
    FIND = "find"
    IF = "if"
    SET = "set"
    DO = "do"
    RUN = "run"
    WAIT = "wait"
    HAND_OVER = "hand_over"
    GO = "go"
    END = "end"


class Expect(StrEnum):
    """What kind of answer an ``ask`` wants when its options do not say it all."""

    TEXT = "text"
    PLACE = "place"
    LANGUAGE = "language"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    POSTCODE = "postcode"
    PHONE = "phone"
    MEDIA = "media"


# What is read from what she sends; the others have their own lists.
FREE = frozenset(Expect) - {Expect.LANGUAGE, Expect.YES_NO}
WAITING = frozenset({Verb.ASK, Verb.LISTEN, Verb.FIND})


class Option(NamedTuple):
    """One choice: ``key`` is what conditions see, ``label`` the msgid that people see."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Given:
    """What ``set`` or ``with`` hands over: a variable of the flow, or a text as it is written."""

    written: str
    is_variable: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be. Of a number: from ``low`` to ``high`` (None: no end), whole unless ``decimals``. Of a
    date: the side of today that a day without a year is on, "past" or "future". Of media: which ``kinds``; () is all.
    """

    low: float | None = None
    high: float | None = None
    decimals: bool = False
    toward: Literal["past", "future", ""] = ""
    kinds: tuple[str, ...] = ()


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``then`` is the index that follows; jumps are indexes into the same flow's steps."""

    verb: Verb
    name: str
    line: int
    then: int
    text: str = ""  # the first wording
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by channel; {} when there is but one
    only: str = ""  # the one channel that this step is for
    optional: bool = False
    repeat: int = 0  # how often the question may be answered, each answer kept
    into: Mapping[str, str] = field(default_factory=dict)  # my variable: what the run flow gives
    options: tuple[Option, ...] = ()
    go: Mapping[str, int] = field(default_factory=dict)
    run: Mapping[str, str] = field(default_factory=dict)
    otherwise: int | None = None  # else: where a reply goes that fits nothing, or an "if" that does not hold
    expect: Expect | None = None
    limits: Limits = NO_LIMITS
    clear: bool = False  # a consent or safety question: only an unmistakable answer counts
    condition: Condition | None = None
    values: Mapping[str, Given] = field(default_factory=dict)  # set: and with:
    action: str = ""
    flow: str = ""
    find: str = ""
    about: str = ""
    page: int = 3
    none: int | None = None
    stay: bool = False
    quiet_ms: int | None = None
    wait_ms: int = 0
    budget: int | None = None  # SMS parts, where the step says so itself
    template: str = ""  # what is said by WhatsApp when the wait outlived its 24 hours


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation. An index equal to ``len(steps)`` means its end."""

    name: str
    file: str
    about: str
    steps: tuple[Step, ...]
    takes: tuple[str, ...] = ()
    start_words: tuple[str, ...] = ()
    home: bool = False
    anywhere: bool = False  # its start words work in the middle of anything, and bring back to it
    gives: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()  # the variables in which stories are heard
    budget: int | None = None  # SMS parts, where the flow says so itself
    last_word: bool = True  # who leaves one of its questions open is told at last that it is put aside
    private: bool = False  # what she answers here stands nowhere but in her session, until it is done


@dataclass(frozen=True, slots=True)
class FlowSet:
    """All conversations of one revision. ``digest`` names the revision: the content's hash."""

    digest: str
    flows: Mapping[str, Flow]
    home: str
    first: str
    templates: Mapping[str, Template] = field(default_factory=dict)

    def step(self, flow: str, at: int) -> Step | None:
        """The step at this index; None at the end of the flow."""
        steps = self.flows[flow].steps
        return steps[at] if at < len(steps) else None
