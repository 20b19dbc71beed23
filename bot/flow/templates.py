"""Templates: the texts that WhatsApp approves beforehand, for people whose 24 hours are over (flows/templates.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from bot.flow.braces import CONSTANTS, braced
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.reading import Taken, read_records
from bot.knowledge.record import Record, Text, at_most, matching, one_of
from bot.knowledge.source import read_source

MOST_LETTERS = 1024
CATEGORIES = ("utility",)

_TOP = re.compile(rb"^templates:", re.MULTILINE)
_BESIDE = re.compile(r"\{[^{}]*\}\s*(\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class Template:
    """One text for WhatsApp to approve. ``text`` is the msgid: each language is approved by itself."""

    name: str
    about: str
    text: str


Fault = tuple[str, str]  # where in the text it is, a sentence


class TemplateRecord(Record):
    """An entry of flows/templates.yaml."""

    id: Annotated[
        str,
        at_most(60),
        BeforeValidator(
            matching(r"[a-z][a-z0-9_]*", "bad-name", "is no name for a template. WhatsApp takes a to z, 0 to 9 and _.")
        ),
    ]
    about: Text
    category: Annotated[str, BeforeValidator(one_of(CATEGORIES, "category"))]
    text: Annotated[str, at_most(MOST_LETTERS)]


def is_templates(file: str | bytes) -> bool:
    """True for a file of templates: it has ``templates:`` at the beginning of a line."""
    return bool(_TOP.search(file if isinstance(file, bytes) else file.encode()))


def read_templates(file: str | bytes, filename: str, taken: Taken | None = None) -> dict[str, Template]:
    """The templates of a file, by name. Raises ContentErrors with all that is wrong, its place and its mend.

    ``taken`` maps the names read so far, from other files, to "file:line".
    """
    records = read_records(file, filename, "templates", TemplateRecord, {} if taken is None else taken)
    source = read_source(file, filename)
    errors = [
        source.error(("templates", number, "text"), sentence, code="template", about=at)
        for number, record in enumerate(records)
        for at, sentence in faults(record.text)
    ]
    if errors:
        raise ContentErrors(errors)
    return {record.id: Template(record.id, record.about, record.text) for record in records}


def faults(text: str) -> Iterator[Fault]:
    """Why WhatsApp would not approve this text (twilio.com/docs/whatsapp/tutorial, template approvals; error 63040)."""
    for name in braced(text):
        if name not in CONSTANTS:  # those are filled in before the text is handed in for approval
            known = ", ".join(f"{{{one}}}" for one in sorted(CONSTANTS))
            yield f"{{{name}}}", f"{{{name}}} is not known when WhatsApp approves the text. These are: {known}."
    if beside := _BESIDE.search(text):
        yield beside[1], f"WhatsApp takes no two braces side by side. Put words before {beside[1]}."
    if text.startswith("{"):
        yield text[: text.find("}") + 1], "WhatsApp takes no text that begins with a brace. Put words before it."
    if text.endswith("}"):
        yield text[text.rfind("{") :], "WhatsApp takes no text that ends with a brace. Put words after it."
    if "\n" in text:
        yield "", "WhatsApp takes a template in one line only. Begin the text with >- to write it over several."
    if len(text) > MOST_LETTERS:
        yield "", f"WhatsApp takes {MOST_LETTERS} characters at most. Shorten it by {len(text) - MOST_LETTERS}."


def all_templates(sources: Mapping[str, str]) -> tuple[dict[str, Template], list[ContentError]]:
    """The templates of these files ({file name: text}), and what is wrong with them."""
    found: dict[str, Template] = {}
    errors: list[ContentError] = []
    taken: Taken = {}
    for filename, file in sorted(sources.items()):
        try:
            found |= read_templates(file, filename, taken)
        except ContentErrors as bad:
            errors.extend(bad.errors)
    return found, errors
