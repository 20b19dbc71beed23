"""What each message costs by SMS in each language, against its budget; and how WhatsApp can show its options."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.flow.budget import budget
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.written import Text, Written
from bot.flow.model import Expect, Step, Verb
from bot.knowledge.bidi import isolated
from bot.language import phrases
from bot.language.catalogue import SOURCE_LANGUAGE
from bot.language.names import LANGUAGES
from bot.language.segments import Size, measure

FOUND_LINE = "x" * 48  # the longest title of an answer: what a search finds is not known here
REFERENCE = "x" * 6
HER_WORDS = "x" * 20  # what she wrote herself, as it is usually
# Twilio: quick replies and list picker (messaging.md, Outbound).
BUTTONS, BUTTON_LETTERS = 3, 20
LIST_ITEMS, LIST_LETTERS = 10, 24

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def budgets(material: Material) -> Iterator[Finding]:
    """Messages that take more segments than they may, with their options, once for each language."""
    for written in material.written:
        for text in written.said():
            if text.by_sms:
                for language in material.languages:
                    yield from _too_dear(text, language, written, material)


def _too_dear(text: Text, language: str, written: Written, material: Material) -> Iterator[Finding]:
    whole = message(text, language, written, material)
    if language != SOURCE_LANGUAGE and whole == message(text, SOURCE_LANGUAGE, written, material):
        return  # nothing of it is translated: it is told once, for English
    size = measure(whole)
    allowed = budget(size.encoding, written.flow, written.flow.steps[text.step])
    if size.segments <= allowed:
        return
    name = LANGUAGES[language].english_name
    told = (
        f"In {name} this message takes {size.segments} SMS parts{_options_too(text, written)}; {allowed} is the most."
    )
    catalogue = material.languages[language]
    entry = catalogue.entries.get((None, text.msgid)) if catalogue else None
    if catalogue and entry is not None and catalogue.text(text.msgid):
        yield catalogue.finding(entry, Severity.WARNING, "budget", told, _shorter(size, allowed))
    else:
        yield text.finding(Severity.WARNING, "budget", told, _shorter(size, allowed))


def message(text: Text, language: str, written: Written, material: Material) -> str:
    """The whole message as it would go out: variables filled in with usual values, options and hints below."""
    step = written.flow.steps[text.step]
    said = material.text(text.msgid, language)
    if step.expect is Expect.LANGUAGE:
        said = " / ".join(dict.fromkeys(material.text(text.msgid, code) for code in material.languages))
    lines = [isolated(_filled(said, language, written, material), language)]
    lines += [f"{number}. {label}" for number, label in enumerate(_labels(step, text, language, written, material), 1)]
    if step.verb is Verb.FIND:
        lines.append(_filled(material.text(phrases.PICK_HINT, language), language, written, material))
    return "\n".join(lines)


def _labels(step: Step, text: Text, language: str, written: Written, material: Material) -> list[str]:
    if step.verb not in {Verb.ASK, Verb.FIND}:
        return []
    if step.expect is Expect.LANGUAGE:
        return [LANGUAGES[code].own_name for code in material.languages]
    labels = [material.text(option.msgid, language) for option in written.options(text.step) if option.by_sms]
    if step.optional and len(labels) < len(step.options):
        labels.append(material.text(phrases.SKIP, language))
    if step.expect is Expect.YES_NO and not labels:
        labels = [material.text(word, language) for word in ("Yes", "No")]
    return [FOUND_LINE] * (step.page if step.verb is Verb.FIND else 0) + labels


def _filled(text: str, language: str, written: Written, material: Material) -> str:
    return _PLACEHOLDER.sub(lambda found: _usual(found[1], language, written, material), text)


def _usual(name: str, language: str, written: Written, material: Material) -> str:
    """What a variable usually becomes."""
    if name in phrases.COMMANDS:
        return material.words(phrases.COMMANDS[name], phrases.COMMAND, language)[0]
    if name == "service_name":
        return material.service_name
    if name == "language_name":
        return LANGUAGES[language].own_name
    if name.endswith("_ref"):
        return REFERENCE
    keys = [option.key for step in written.flow.steps if step.name == name for option in step.options]
    return max(keys, key=len, default=HER_WORDS)


def _options_too(text: Text, written: Written) -> str:
    return " with its options" if written.options(text.step) else ""


def _shorter(size: Size, allowed: int) -> str:
    room = allowed * (153 if size.encoding == "GSM-7" else 67)
    return f"Take out about {max(size.units - room, 1)} characters, or make two messages of it."


def whatsapp_options(material: Material) -> Iterator[Finding]:
    """Questions whose options fit neither WhatsApp's buttons nor its lists, in which languages, and by which label."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            options = written.options(at)
            if options and step.verb is Verb.ASK:
                yield from _as_numbers(options, material)


def _as_numbers(options: list[Text], material: Material) -> Iterator[Finding]:
    labels = [(material.text(option.msgid, code), code, option) for option in options for code in material.languages]
    long = [(label, code, option) for label, code, option in labels if len(label) > LIST_LETTERS]
    if len(options) > LIST_ITEMS:
        yield options[0].finding(
            Severity.INFO,
            "whatsapp-numbers",
            f"{len(options)} options are too many for a WhatsApp list: they are shown as numbers.",
            f"Offer at most {LIST_ITEMS}.",
        )
    elif long:
        label, _, option = max(long, key=lambda row: len(row[0]))
        names = ", ".join(LANGUAGES[code].english_name for code in dict.fromkeys(code for _, code, _ in long))
        yield option.finding(
            Severity.INFO,
            "whatsapp-numbers",
            f'On WhatsApp these options are shown as numbers in {names}: "{label}" has {len(label)} letters.',
            f"Labels of at most {BUTTON_LETTERS} letters make buttons (up to {BUTTONS}), of {LIST_LETTERS} a list.",
        )
