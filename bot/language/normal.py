"""One way to compare what people type: case, accents, look-alike letters and digits of every script folded together."""

from __future__ import annotations

import unicodedata

import regex

# Bengali and other Indic vowel signs are combining marks too; \p{M} keeps them inside their word.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_HARAKAT = regex.compile(r"[\u064B-\u065F\u0670\u0640\u200c\u200d]")
_LATIN_MARKS = regex.compile(r"(?<=\p{Latin})[\u0300-\u036F]+")
# Letters that NFKD leaves whole, and Arabic-script letters that keyboards mix up.
_LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
        "ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "ہ", "ة": "ہ", "ه": "ہ", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """The text in one comparable form: "Łódź" and "lodz", "２" and "২" and "2" become the same."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = _LATIN_MARKS.sub("", plain)
        plain = _HARAKAT.sub("", unicodedata.normalize("NFC", plain))
        plain = "".join(_digit(letter) for letter in plain.translate(_LETTERS))
    return plain.replace("'", "").replace("\u2019", "")


def words(text: str) -> list[str]:
    """The folded words of a text, without punctuation, emoji and symbols."""
    found: list[str] = _WORD.findall(fold(text))
    return found


def plain(text: str) -> str:
    """The folded words joined by single spaces: the form in which two short replies are compared."""
    return " ".join(words(text))


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
