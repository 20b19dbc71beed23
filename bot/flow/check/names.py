"""Names that mean something else already: what is kept under them can never be read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.braces import CONSTANTS, braced
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.written import Written
from bot.flow.model import WAITING, Verb

END = "end"


def taken_names(material: Material) -> Iterator[Finding]:
    """Steps called "end", and answers that are called like a command and then read in a text."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            if step.name == END and step.verb is not Verb.END:
                yield written.finding(
                    ("steps", at, "id"),
                    Severity.ERROR,
                    "name-taken",
                    '"go: end" ends the flow: it never leads to a step that is called "end".',
                    "Give this step another id.",
                )
        yield from _hidden_answers(written)


def _hidden_answers(written: Written) -> Iterator[Finding]:
    kept = {step.name for step in written.flow.steps if step.verb in WAITING}
    kept |= {name for step in written.flow.steps if step.verb is Verb.SET for name in step.values}
    for text in written.texts:
        for name in braced(text.msgid):
            if name in kept & CONSTANTS:
                yield text.finding(
                    Severity.ERROR,
                    "name-taken",
                    f"{{{name}}} does not show what is kept here as {name}: it is a word of the bot's own.",
                    "Keep it under another name.",
                    about=f"{{{name}}}",
                )
