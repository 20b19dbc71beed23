"""Finds every text that people read, where it stands, and what a translator must know about it.

Babel extraction methods (babel.messages.extract) for conversations, answers, services and tables of fixed
sentences; the desk's Python and templates are read by Babel's own and Jinja's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

from babel.messages.extract import extract as babel_extract
from jinja2.exceptions import TemplateSyntaxError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.language.catalogue import placeholders
from bot.language.phrase_tables import PhraseTableError, phrase_tables

# What Babel asks of a method: line, function name, message(s), comments.
Extracted: TypeAlias = tuple[int, str | None, str | tuple[str, ...], list[str]]
Method: TypeAlias = Callable[..., Any]

STEP_TEXTS = {
    "say": "A message to the person.",
    "ask": "A question to the person.",
    "hand_over": "Said when a champion, a person in our team, takes over the conversation.",
    "listen": "Invites the person to write as many messages as she likes.",
}
OPTION_NOTE = "A choice in a numbered list, or a button. Short: at most 24 characters is best."
START_NOTE = "A word or two that start this conversation when they are the whole message."
# The parts of a step that hold no text and no further steps.
NO_TEXTS = frozenset({"with", "set", "do", "if", "go", "run", "expect"})
ANSWER_TEXTS = {
    "title": "Shown in a numbered list. At most 48 characters.",
    "questions": "One way in which people ask this. Write it as people would text it in your language.",
    "short": "The answer in brief. At most 300 characters.",
    "detail": "The rest of the answer. At most 700 characters.",
    "say": "The words to say at the counter, so that the other side understands. At most 200 characters.",
}
SERVICE_TEXTS = {
    "summary": "What the service does. At most 120 characters.",
    "cost_note": "What it costs.",
    "who": "Who it is for. At most 80 characters.",
    "hours_note": "More about the opening hours.",
    "reach": "How to get in. At most 100 characters.",
    "say": "The words to say at the counter, so that the other side understands. At most 200 characters.",
}
CODEBOOK_TEXTS = {
    "name": "The name of a tag, or of a content note, on the desk. Two to five words.",
    "covers": "What belongs to a tag, for champions.",
}
TEMPLATE_NOTE = (
    "WhatsApp must approve this text before it can go out: it asks a person to write back. Words at both ends, no new "
    "line, at most 1024 characters."
)
SMS_NOTE = "Goes out by SMS: keep it short and plain. Keep every number as it is."
CHANNEL_NOTES = {
    "whatsapp": "Goes out by WhatsApp only. Keep every number as it is.",
    "typed": "People type it: small letters, no full stop. The English one is always known too.",
}
WORDS_NOTE = "A list with commas between. Give your language's own words; the English ones are always known too."
PLACEHOLDER_NOTES = {
    "service_name": "the name of this service",
    "language_name": "the name of a language, in that language",
    "story_ref": "the reference number of a story",
    "link": "a web address",
    "question_ref": "the reference number of a question",
}
COMMANDS = frozenset(
    {"menu", "back", "more", "listen", "easy", "done", "language", "stop", "start", "delete", "news_off", "help"}
)

KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


class ExtractionError(ValueError):
    """A file whose texts cannot be found. The sentence names the file and the line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One text to translate. ``file`` is relative to the project, with forward slashes."""

    msgid: str
    plural: str | None
    context: str | None
    file: str
    line: int
    notes: tuple[str, ...]


# Sentences for the desk stand where the trouble is: beside an error code, or where a move is refused; and where its
# people are texted and e-mailed.
DESK_ROOMS = ("web", "channel", "store", "flow/draw", "background")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where texts come from: the conversations' folder and the package's folder."""

    flows: Path
    package: Path


def messages(sources: Sources, domain: str) -> list[Message]:
    """Every message of a domain (catalogue.DOMAINS), in the order of files and lines.

    Raises ExtractionError for a file that cannot be read.
    """
    found = [message for file, name, method in _files(sources, domain) for message in _read(file, name, method)]
    return sorted(found, key=lambda message: (message.file, message.line))


def _files(sources: Sources, domain: str) -> Iterator[tuple[Path, str, Method | str]]:
    """Each file of a domain, its name in the catalogue, and how it is read."""
    flows, package = sources.flows, sources.package
    globs: dict[str, list[tuple[Path, str, Method | str]]] = {
        "bot": [(flows, "*.yaml", extract_flow), (flows, "*.yaml", extract_templates)]
        + [(package, f"{room}/**/*.py", extract_phrases) for room in ("language", "knowledge", "flow", "story")],
        "answers": [(flows, "answers/**/*.yaml", extract_answers)],
        "services": [
            (flows, "services/**/*.yaml", extract_services),
            (flows, "demo/services.yaml", extract_services),
        ],
        "desk": [
            *((package, f"{room}/**/*.py", "python") for room in DESK_ROOMS),
            (package, "web/**/*.html", "jinja2"),
            (flows, "codebook/*.yaml", extract_codebook),
        ],
    }
    for folder, pattern, method in globs[domain]:
        for file in sorted(folder.glob(pattern)):
            yield file, f"{folder.name}/{file.relative_to(folder).as_posix()}", method


def _read(file: Path, name: str, method: Method | str) -> Iterator[Message]:
    # Jinja's reader skips a broken template without a word unless silent is the text "false".
    options = {"silent": "false"}
    try:
        with file.open("rb") as handle:
            for line, text, notes, context in babel_extract(method, handle, KEYWORDS, ("NOTE:",), options):
                singular, plural = (text, None) if isinstance(text, str) else (text[0], text[1])
                yield Message(singular, plural, context, name, line, tuple(notes))
    except (ExtractionError, PhraseTableError) as bad:
        raise ExtractionError(f"{name}:{bad}") from bad
    except TemplateSyntaxError as bad:
        raise ExtractionError(f"{name}:{bad.lineno}: this template cannot be read ({bad.message}).") from bad
    except (SyntaxError, UnicodeDecodeError) as bad:
        raise ExtractionError(f"{name}: its texts cannot be found ({bad}). Mend the file first.") from bad


def extract_flow(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of a conversation (a YAML file with ``flow:`` at the top); nothing from any other file."""
    top = _mapping(_compose(file))
    if "flow" not in top or "steps" not in top:
        return
    place = f"Flow {_text(top['flow'])}"
    if "start_words" in top:
        yield from _variants(top["start_words"], f"{place}. {START_NOTE}", "typed")
    yield from _steps(top["steps"], place)


def extract_templates(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of a file of templates; nothing from any other file."""
    yield from _records(_compose(file), "templates", "Template", {"text": TEMPLATE_NOTE}, "whatsapp")


def extract_answers(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of an answers file."""
    yield from _records(_compose(file), "answers", "Answer", ANSWER_TEXTS)


def extract_services(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of a services file. Names, addresses and numbers stay as they are."""
    yield from _records(_compose(file), "services", "Service", SERVICE_TEXTS)


def extract_codebook(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The names and the explanations of a codebook's tags and content notes."""
    for part in (part for part in _mapping(_compose(file)).values() if isinstance(part, SequenceNode)):
        for record in map(_mapping, part.value):
            for key in CODEBOOK_TEXTS.keys() & record.keys():
                yield _line(record[key]), None, _text(record[key]), [CODEBOOK_TEXTS[key]]


def extract_phrases(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The keys of a Python module's PHRASES {msgid: note} and WORDS {(context, msgid): note}."""
    tables = phrase_tables(file.read().decode())
    for phrase in tables.phrases:
        yield phrase.line, None, phrase.msgid, _notes(phrase.note, phrase.msgid, SMS_NOTE)
    for words in tables.words:
        notes = [f"{words.note} {WORDS_NOTE}".strip()]
        yield words.line, "pgettext", (words.context, words.msgid), notes


def _steps(node: Node, place: str) -> Iterator[Extracted]:
    """The texts of steps, and of steps inside them."""
    for item in node.value if isinstance(node, SequenceNode) else [node]:
        step = _mapping(item)
        here = f"{place}, step {_text(step['id'])}" if "id" in step else place
        channel = _text(step["only"]) if "only" in step else "sms"
        for key, value in step.items():
            if key in STEP_TEXTS:
                yield from _variants(value, f"{here}. {STEP_TEXTS[key]}", channel)
            elif key == "options":
                yield from _labels(value, f"{here}. {OPTION_NOTE}", channel)
            elif key not in NO_TEXTS and not isinstance(value, ScalarNode):
                yield from _steps(value, here)


def _variants(node: Node, note: str, channel: str) -> Iterator[Extracted]:
    """A text, a list of texts to choose from, or one for each channel ({sms: ..., whatsapp: ...})."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _variants(item, note, channel)
    elif isinstance(node, MappingNode):
        for name, value in _mapping(node).items():
            yield from _variants(value, note, name)
    elif text := _text(node):
        yield _line(node), None, text, _notes(note, text, CHANNEL_NOTES.get(channel, SMS_NOTE))


def _labels(node: Node, note: str, channel: str) -> Iterator[Extracted]:
    """The labels of options, written as a mapping {key: label} or as a list of such mappings."""
    for item in node.value if isinstance(node, SequenceNode) else [node]:
        for label in _mapping(item).values():
            yield from _variants(label, note, channel)


def _records(
    top: Node | None, name: str, kind: str, texts: Mapping[str, str], channel: str = "sms"
) -> Iterator[Extracted]:
    listed = _mapping(top).get(name)
    for item in listed.value if isinstance(listed, SequenceNode) else []:
        record = _mapping(item)
        here = f"{kind} {_text(record['id'])}" if "id" in record else kind
        for key in texts.keys() & record.keys():
            yield from _variants(record[key], f"{here}, {key}. {texts[key]}", channel)


def _notes(note: str, text: str, closing: str) -> list[str]:
    """What a translator reads above a message. A placeholder that the note explains is not explained twice."""
    names = [name for name in sorted(placeholders(text)) if f"{{{name}}}" not in note]
    return [note, *map(_placeholder_note, names), closing]


def _placeholder_note(name: str) -> str:
    if name in COMMANDS:
        return f"{{{name}}} becomes the command word {name.upper()} in your language: keep it in its braces."
    meaning = PLACEHOLDER_NOTES.get(name, "filled in by the bot")
    return f"{{{name}}} is {meaning}: keep it as it is."


def _compose(file: IO[bytes]) -> Node | None:
    try:
        # The safe reader: the round-trip one leaves a bell character at every fold of a ">-" text.
        node: Node | None = YAML(typ="safe", pure=True).compose(file)
    except MarkedYAMLError as bad:
        line = bad.problem_mark.line + 1 if bad.problem_mark else 1
        raise ExtractionError(f"{line}: this is not readable YAML ({bad.problem}). Mend the line first.") from bad
    except YAMLError as bad:
        raise ExtractionError(f"1: this is not readable YAML ({bad}). Mend the file first.") from bad
    return node


def _mapping(node: Node | None) -> dict[str, Node]:
    pairs = node.value if isinstance(node, MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(key, ScalarNode)}


def _text(node: Node) -> str:
    """What is written there, without the space around it; nothing for an empty value or a group."""
    if not isinstance(node, ScalarNode) or (node.style is None and node.value in {"~", "null"}):
        return ""
    return str(node.value).strip()


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
