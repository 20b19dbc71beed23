"""The flow language as a JSON Schema, so that an editor can complete words, explain them and mark what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from bot.flow.actions import ACTIONS
from bot.flow.budget import BUDGETS
from bot.flow.model import Verb
from bot.flow.written import ALLOWED, VERB_ORDER, FlowFile

GSM, UCS = BUDGETS.values()
# What an editor shows when you point at a word.
FLOW_WORDS = {
    "flow": "The name of this flow: small letters, digits and hyphens.",
    "about": "What this flow is for. Only people who write flows see it.",
    "start_words": "Words that begin this flow when they are the whole text.",
    "takes": "What another flow must hand over when it runs this one.",
    "gives": "What this flow hands back to the flow that ran it.",
    "home": "yes on one flow only: the one that MENU brings.",
    "anywhere": "yes: its start words work in the middle of other flows, and then the open question comes again.",
    "private": "yes: what is answered in this flow is not kept with her texts.",
    "last_word": "no: who leaves a question of this flow open is not texted about it: others may see that.",
    "budget": f"The most SMS parts that one text of this flow may take. Without it: {GSM}, or {UCS} in other letters.",
    "steps": "The steps, from top to bottom. Each does one thing.",
}
STEP_WORDS = {
    "id": "A name for this step. Jumps go to it, and the answer to a question is kept under it.",
    "note": "A word to other people who write flows. Nobody else sees it.",
    "only": "This step is for one channel only.",
    "say": "Send this text. With find: the line above the list.",
    "ask": "Ask this, and wait for the answer.",
    "listen": "Ask for a story: many texts, until DONE.",
    "find": "Look for services, answers, both (help) or rights, and show them a few at a time.",
    "if": 'Go to a step only when this is so, like: topic == "food"',
    "set": "Keep a value under a name.",
    "do": "Do something real: hand over a story, a question or an alert.",
    "wait": "Go on by itself after so long, like: 2 days",
    "template": "What is said by WhatsApp when she has not written for a day: a name from templates.yaml.",
    "hand_over": "Say this, and give her to a champion. The bot is back when she texts MENU or they finish.",
    "run": "Run another flow, then come back. Or one flow for each option.",
    "go": "The step that comes next. Or one step for each option.",
    "end": "yes: this flow is over after this step.",
    "options": "What people can choose: one line each, - name: What people see",
    "expect": "What kind of answer is wanted when there is no list of options, or beside it.",
    "min": "With expect: number. The smallest number that counts. Without it: 0.",
    "max": "With expect: number. The biggest number that counts.",
    "decimals": "With expect: number. yes: numbers like 2.5 count too.",
    "toward": "With expect: date. Whether a day without a year is the last one (past) or the next one (future).",
    "kinds": "What counts, like [photo, voice]. With expect: media: all four without it. With listen: none.",
    "optional": 'yes: adds "I do not want to say". The answer is then empty.',
    "repeat": "The question may be answered up to so many times. Every answer is kept.",
    "clear": "yes on questions of consent and safety: only an answer that cannot be mistaken counts.",
    "else": "The step to go to when the reply fits nothing, or when the if is not so.",
    "quiet": "After so long without a text we ask whether that is all, like: 20 minutes",
    "with": "What is handed over, name: value. A value that is a known name stands for what is kept under it.",
    "into": "Keep what the flow gives back: my_name: its_name",
    "about": "The step whose answer is looked up. With hand_over: whose words go to the champion first.",
    "page": "How many lines are shown at a time.",
    "none": "The step to go to when nothing is found.",
    "stay": "yes: the list stays open after one line was read.",
    "budget": "The most SMS parts that this text may take, instead of the flow's.",
}
DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that every editor reads


class _ForEditors(GenerateJsonSchema):
    """What an editor shows is our words, so no title for each of them; and a word with nothing behind it is marked."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def flow_schema() -> JsonSchemaValue:
    """The JSON Schema (draft 7) of a flow file. What needs more than one step to be seen is left to ``bot check``."""
    schema = FlowFile.model_json_schema(by_alias=True, schema_generator=_ForEditors)
    step = schema["$defs"]["StepFile"]
    step["properties"]["expect"] = schema["$defs"].pop("Expect")  # beside a $ref no editor shows our words
    _explain(schema, "A flow: one conversation, from its first text to its end.", FLOW_WORDS)
    _explain(step, "One step. It has one verb, and the words that go with that verb.", STEP_WORDS)
    step["properties"]["do"]["enum"] = sorted(ACTIONS)
    step["anyOf"] = [{"required": [verb.value]} for verb in VERB_ORDER]
    step |= _fitting(VERB_ORDER)
    schema["properties"]["steps"]["items"] = {"anyOf": [schema["properties"]["steps"]["items"], {"const": "end"}]}
    return {"$schema": DIALECT, **schema}


def _explain(schema: JsonSchemaValue, whole: str, words: dict[str, str]) -> None:
    schema["description"] = whole
    schema.pop("title", None)
    for name, shown in schema["properties"].items():
        shown |= {"description": words[name]} if name in words else {}
        shown.pop("title", None)
        if not shown.get("default"):
            shown.pop("default", None)


def _fitting(verbs: Sequence[Verb]) -> JsonSchemaValue:
    """Which words may stand beside the step's verb, which is the first of these that it names."""
    verb, *others = verbs
    fits = {"propertyNames": {"enum": sorted({verb.value, *ALLOWED[verb]})}}
    rest = {"else": _fitting(others)} if others else {}
    return {"if": {"required": [verb.value]}, "then": fits, **rest}
