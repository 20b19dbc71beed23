"""Flow files as people write them: the words a step may hold, and a sentence for what does not fit."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from bot.flow.media import KINDS
from bot.flow.model import Expect, Verb
from bot.knowledge.layout import squeezed

CHANNELS = ("sms", "whatsapp")

_ANYWHERE = frozenset({"id", "go", "end", "note", "only"})
ALLOWED: dict[Verb, frozenset[str]] = {
    Verb.SAY: _ANYWHERE | {"budget"},
    Verb.ASK: _ANYWHERE
    | {"options", "expect", "clear", "else", "run", "optional", "repeat", "budget"}
    | {"min", "max", "decimals", "toward", "kinds"},
    Verb.LISTEN: _ANYWHERE | {"quiet", "kinds", "budget"},
    Verb.FIND: _ANYWHERE | {"say", "with", "about", "options", "page", "none", "stay", "else", "run", "budget"},
    Verb.IF: _ANYWHERE | {"else"},
    Verb.SET: _ANYWHERE,
    Verb.DO: _ANYWHERE | {"with"},
    Verb.RUN: _ANYWHERE | {"with", "into"},
    Verb.WAIT: _ANYWHERE | {"template"},
    Verb.HAND_OVER: frozenset({"id", "note", "only", "about"}),
    Verb.GO: frozenset({"id", "note", "only"}),
    Verb.END: frozenset({"id", "note", "only"}),
}
# The verb of a step is the first of these that it names: ``find`` has a say, ``ask`` may have a run.
VERB_ORDER = (
    Verb.ASK,
    Verb.LISTEN,
    Verb.FIND,
    Verb.IF,
    Verb.SET,
    Verb.DO,
    Verb.SAY,
    Verb.WAIT,
    Verb.HAND_OVER,
    Verb.RUN,
    Verb.GO,
    Verb.END,
)


def _to_bool(value: object) -> object:
    return {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower(), value)


def _to_number(value: object) -> int | float:
    """A whole number, or one with a point: never "inf" and the like."""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", str(value)):
        raise ValueError("it must be a number, like 18 or 2.5")
    return float(str(value)) if "." in str(value) else int(str(value))


def _to_variants(value: object) -> object:
    """One text, several that take turns, or one (or several) for each channel."""
    if isinstance(value, str):
        return {"": [value]}
    if isinstance(value, list):
        return {"": value}
    if isinstance(value, dict) and value and set(value) <= set(CHANNELS):
        return {channel: [texts] if isinstance(texts, str) else texts for channel, texts in value.items()}
    raise ValueError("it must be one text, a list of texts, or a text each for sms: and whatsapp:")


def _to_kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(f'"{value}" is not one of {", ".join(KINDS)}')
    return value


# What editors are told (flow/schema.py). They read 999 and true as more than words; here every scalar is a text.
_WORD = {"type": ["string", "number", "boolean"]}
_WORDINGS = {"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}
_SAID = {
    "anyOf": [
        *_WORDINGS["anyOf"],
        {
            "type": "object",
            "properties": dict.fromkeys(CHANNELS, _WORDINGS),
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}

Word = Annotated[str, WithJsonSchema(_WORD)]
Flag = Annotated[bool, BeforeValidator(_to_bool), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
Said = Annotated[
    dict[str, Annotated[list[str], Field(min_length=1)]], BeforeValidator(_to_variants), WithJsonSchema(_SAID)
]
Texts = dict[str, Word]
Bound = Annotated[float, BeforeValidator(_to_number), WithJsonSchema({"type": "number"})]
Kind = Annotated[str, AfterValidator(_to_kind), WithJsonSchema({"enum": list(KINDS)})]


class StepFile(BaseModel):
    """A step as it is written."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_-]*$")
    note: str | None = None
    only: Literal["sms", "whatsapp"] | None = None
    say: Said | None = None
    ask: Said | None = None
    listen: Said | None = None
    find: Literal["services", "answers", "help", "rights"] | None = None
    if_: str | None = Field(default=None, alias="if")
    set: Texts | None = None
    do: str | None = None
    run: str | Texts | None = None
    go: str | Texts | None = None
    end: Flag = False
    options: list[Texts] | None = None
    expect: Expect | None = None
    optional: Flag = False
    repeat: Annotated[int, Field(ge=2, le=20)] | None = None
    min: Bound | None = None
    max: Bound | None = None
    decimals: Flag = False
    toward: Literal["past", "future"] | None = None
    kinds: Annotated[list[Kind], Field(min_length=1)] | None = None
    clear: Flag = False
    else_: str | None = Field(default=None, alias="else")
    quiet: str | None = None
    wait: str | None = None
    template: str | None = None
    hand_over: Said | None = None
    with_: Texts | None = Field(default=None, alias="with")
    into: Texts | None = None
    about: str | None = None
    page: Annotated[int, Field(ge=1, le=9)] = 3
    none: str | None = None
    stay: Flag = False
    budget: Annotated[int, Field(ge=1, le=20)] | None = None


class FlowFile(BaseModel):
    """A flow file as it is written."""

    model_config = ConfigDict(extra="forbid")

    flow: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    about: str
    start_words: list[Word] = []
    takes: list[str] = []
    gives: list[str] = []
    home: Flag = False
    anywhere: Flag = False
    last_word: Flag = True
    private: Flag = False
    budget: Annotated[int, Field(ge=1, le=20)] | None = None
    steps: list[StepFile] = Field(min_length=1)


def names_verb(step: StepFile, verb: Verb) -> bool:
    """True when the step has this verb's word."""
    if verb is Verb.END:
        return step.end
    return getattr(step, "if_" if verb is Verb.IF else verb.value) is not None


OPTION = 'An option is one line: a short name, a colon and what people see. Write it like "- yes: Yes, I do".'
# A word -> how it is written.
EXAMPLES = {
    "options": OPTION,
    "set": '"set" is a name and what is kept under it. Write it like set: {door: "the blue door"}.',
    "with": '"with" hands over something by its name. Write it like with: {text: matter}.',
    "into": '"into" is a name here and the name of what comes back. Write it like into: {count: seats}.',
    "start_words": '"start_words" is a list. Write it in square brackets, like start_words: [lunch, free lunch].',
    "kinds": '"kinds" is a list. Write it in square brackets, like kinds: [photo, voice].',
    "takes": '"takes" is a list. Write it in square brackets, like takes: [question].',
    "gives": '"gives" is a list. Write it in square brackets, like gives: [seats].',
    "steps": '"steps" is a list. Begin each step with a hyphen, like "- say: Thank you."',
    "else": '"else" is the name of one step. Write it like else: other.',
}


def shape_sentence(name: str, kind: str, problem: Any) -> str:
    """What is wrong with the value of ``name``, from pydantic's error, in words for the person who wrote it."""
    value = problem["input"]
    if value is None:
        return f'Something is empty in "{name}". Write it behind the hyphen, or take this line out.'
    found = squeezed(value, 1) if isinstance(value, str) and kind in {"model_type", "dict_type"} else None
    if found:
        return f"{found.sentence} {found.mend}"
    if kind in {"model_type", "model_attributes_type"}:
        return f'"{value}" is no step. Begin it with a verb, a colon and a space, like "- say: Thank you."'
    if kind in {"int_parsing", "int_type", "greater_than_equal", "less_than_equal"}:
        return f'"{name}" cannot be "{value}": it must be a whole number that fits here. Write it like {name}: 3.'
    if kind == "value_error":
        return f'"{name}" cannot be read: {problem["ctx"]["error"]}.'
    if kind in {"bool_parsing", "bool_type"}:
        return _flag_sentence(name, value)
    if kind in {"string_type", "dict_type", "list_type"}:
        return EXAMPLES.get(name, f'"{name}" is one text here. Write it like {name}: a text.')
    if kind == "string_pattern_mismatch":
        return _name_sentence(str(value), "-" if name == "flow" else "_")
    if kind == "too_short":
        return f'"{name}" is empty. Add at least one.'
    return f'"{name}" cannot be "{value}": {problem["msg"].lower()}.'


def _flag_sentence(name: str, value: object) -> str:
    if name == "end":
        return f'"end" should be true or false. To end write "end: yes"; for another step write "go: {value}".'
    return f'"{name}" should be true or false. Write "{name}: yes", or take this line out.'


def _name_sentence(value: str, between: str) -> str:
    name = re.sub(r"[^a-z0-9]+", between, value.casefold()).strip("-_")
    told = f'"{value}" cannot be a name here: names have small letters and digits, a letter first.'
    return f'{told} Call it "{name}".' if name[:1].isalpha() else f"{told} Choose another."
