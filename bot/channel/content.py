"""What WhatsApp shows with buttons: a question as Twilio's Content API wants it. Sends and keeps nothing.

Limits: www.twilio.com/docs/content/twilio-quick-reply (without approval three buttons; 1,024 characters above them) and
www.twilio.com/docs/content/twiliolist-picker (ten items, only within the 24 hours). A button's 20 characters are
WhatsApp's own limit.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BODY_LIMIT = 1024
QUICK_REPLIES, QUICK_REPLY_LETTERS = 3, 20
ITEMS, ITEM_LETTERS, DESCRIPTION_LETTERS = 10, 24, 72
ID_LETTERS = 200
BUTTON_LETTERS = 20
# A variable's value may have 1,600 characters, and Twilio advises less than 250
# (www.twilio.com/docs/content/using-variables-with-content-api); of variables a content has 100 at most.
VALUE_LETTERS = 250
VARIABLES = 20
BREAKS = re.compile("[\x00-\x1f\x7f\u2028\u2029]")
SEPARATORS = (" - ", ": ", ", ", " (")

Option = tuple[str, str]  # (id, label)


@dataclass(frozen=True, slots=True)
class Content:
    """What is made once at Twilio: the buttons, and a body that holds a variable for each line of words.

    The words themselves come with each message: what somebody was told is not left lying in a content.
    """

    kind: str  # "twilio/quick-reply" or "twilio/list-picker"
    language: str
    body: str
    options: tuple[Option, ...]
    button: str = ""  # opens the list

    @property
    def key(self) -> str:
        """The same for the same content, of whichever message: SHA-256."""
        said = [self.kind, self.language, self.body, self.options, self.button]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """The JSON that POST /v1/Content takes (www.twilio.com/docs/content/content-api-resources)."""
        shown: dict[str, Any] = {"body": self.body}
        if self.button:
            shown |= {"button": self.button, "items": [_item(*option) for option in self.options]}
        else:
            shown |= {"actions": [{"type": "QUICK_REPLY", "title": label, "id": id} for id, label in self.options]}
        count = self.body.count("{{")
        return {
            "friendly_name": f"options_{self.language}_{self.key[:16]}",
            "language": self.language,
            "variables": {str(number): "..." for number in range(1, count + 1)},
            "types": {self.kind: shown},
        }


@dataclass(frozen=True, slots=True)
class Filled:
    """A content and the words of one message: {variable's number: words}."""

    content: Content
    variables: dict[str, str]


def with_buttons(prompt: str, options: Sequence[Option], language: str, button: str) -> Filled | None:
    """The question with quick replies, or with a list that ``button`` opens; None when it must go with numbers."""
    body = _body(prompt)
    if body is None or not options or not _are_fit(options):
        return None
    pairs = tuple((id, label) for id, label in options)
    if len(pairs) <= QUICK_REPLIES and all(letters(label) <= QUICK_REPLY_LETTERS for _, label in pairs):
        return Filled(Content("twilio/quick-reply", language, body[0], pairs), body[1])
    if len(pairs) <= ITEMS and 0 < letters(button) <= BUTTON_LETTERS and all(_split(label) for _, label in pairs):
        return Filled(Content("twilio/list-picker", language, body[0], pairs, button), body[1])
    return None


def letters(text: str) -> int:
    """Characters as WhatsApp's clients may count them: a letter beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le")) // 2


def _are_fit(options: Sequence[Option]) -> bool:
    """Ids and labels that Twilio takes. Two buttons of one name would be refused."""
    ids, labels = {id for id, _ in options}, {label for _, label in options}
    if len(ids) < len(options) or len(labels) < len(options):
        return False
    return all(0 < len(id) <= ID_LETTERS and _is_one_line(label) for id, label in options)


def _is_one_line(text: str) -> bool:
    return bool(text.strip()) and not BREAKS.search(text) and "{{" not in text and "}}" not in text


def _split(label: str) -> tuple[str, str] | None:
    """An item's name, and its description when the label is too long for the name alone; None when it does not fit."""
    if letters(label) <= ITEM_LETTERS:
        return label, ""
    for separator in SEPARATORS:
        name, found, more = label.partition(separator)
        if found and letters(name) <= ITEM_LETTERS and 0 < letters(more) <= DESCRIPTION_LETTERS and name.strip():
            return name, more.removesuffix(")") if found == " (" else more
    return None


def _item(id: str, label: str) -> dict[str, str]:
    name, description = _split(label) or (label, "")
    return {"id": id, "item": name, **({"description": description} if description else {})}


def _body(prompt: str) -> tuple[str, dict[str, str]] | None:
    """The body with a variable a line, and their words; None when WhatsApp would not take it so.

    Within a variable WhatsApp takes no line break, no tab and no four blanks in a row (error 63013), and nothing empty
    (error 21656): so each line is a variable, and the breaks between them stand in the body.
    """
    lines = [line.strip() for line in prompt.strip().split("\n")]
    words = [line for line in lines if line]
    if not words or letters(prompt) > BODY_LIMIT or len(words) > VARIABLES:
        return None
    if any(letters(line) > VALUE_LETTERS or "\t" in line or "    " in line or "{{" in line for line in words):
        return None
    variables = {str(number): line for number, line in enumerate(words, 1)}
    numbers = iter(variables)
    return "\n".join(f"{{{{{next(numbers)}}}}}" if line else "" for line in lines), variables
