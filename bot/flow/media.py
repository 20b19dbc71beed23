"""What comes with a message beside words: a photo, a voice note, a video, a document. Nothing is fetched here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

# The first half of a content type -> what people call it; anything else is a document.
_KINDS = {"image": "photo", "audio": "voice", "video": "video"}
KINDS = ("photo", "voice", "video", "document")

NAMES = {"photo": "a photo", "voice": "a voice note", "video": "a video", "document": "a document"}
COUNTED: dict[str, tuple[str, str]] = {
    "photo": ("1 photo", "{count} photos"),
    "voice": ("1 voice note", "{count} voice notes"),
    "video": ("1 video", "{count} videos"),
    "document": ("1 document", "{count} documents"),
}
_NAME = "One of a list of what someone can send us by WhatsApp."
_ONE = "What someone sent us."
_MANY = "What someone sent us. {count} is any number from 2: choose words that are right for all of them."
PHRASES: dict[str, str] = {
    "a photo": _NAME,
    "a voice note": _NAME,
    "a video": _NAME,
    "a document": _NAME,
    "1 photo": _ONE,
    "{count} photos": _MANY,
    "1 voice note": _ONE,
    "{count} voice notes": _MANY,
    "1 video": _ONE,
    "{count} videos": _MANY,
    "1 document": _ONE,
    "{count} documents": _MANY,
}


@dataclass(frozen=True)
class Media:
    """A photo, voice note, video or document that came with a message, where the carrier keeps it."""

    url: str
    content_type: str

    @property
    def kind(self) -> str:
        """One of KINDS, by the content type that the carrier gave; a document when it gave none."""
        return _KINDS.get(self.content_type.partition("/")[0].lower(), "document")

    def kept(self) -> dict[str, str]:
        """As a session and a story keep it."""
        return {"kind": self.kind, "url": self.url, "content_type": self.content_type}


def counted(kinds: Iterable[str], say: Callable[[str, Mapping[str, object]], str]) -> list[str]:
    """How many of each kind, like ["2 photos", "1 voice note"]; ``say`` translates a msgid and fills it in."""
    found = Counter(kinds)
    return [say(COUNTED[kind][found[kind] > 1], {"count": found[kind]}) for kind in KINDS if found[kind]]
