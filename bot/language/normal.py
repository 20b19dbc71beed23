"""One way to compare what people type: case, accents, look-alike letters and digits of every script folded together."""

from __future__ import annotations

import unicodedata

import regex

# Bengali and other Indic vowel signs are combining marks too; \p{M} keeps them inside their word.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_HARAKAT = regex.compile(r"[\u064B-\u065F\u0670\u0640\u200c\u200d]")
_LATIN_MARKS = regex.compile(r"(?<=\p{Latin})[\u0300-\u036F]+")
# Letters that NFKD leaves whole, and Arabic-script letters that keyboards mix up.
_LETTERS = {
    "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
    "ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "ہ", "ة": "ہ", "ه": "ہ", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و",
}  # fmt: skip
LAST_DIGITS = 0x20000  # Unicode has no decimal digits above; asking all its million characters takes 70 ms
_DIGITS = {digit: str(unicodedata.decimal(digit)) for digit in map(chr, range(128, LAST_DIGITS)) if digit.isdecimal()}
_FOLDED = str.maketrans(_DIGITS | _LETTERS)
# One byte for one: most messages are plain letters, and this is five times as fast as the way through Unicode.
_ASCII = bytes(ord(letter.lower()) if (letter := chr(code)).isalnum() else ord(" ") for code in range(128)).ljust(256)


def fold(text: str) -> str:
    """The text in one comparable form: "Łódź" and "lodz", "２" and "২" and "2" become the same."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = _LATIN_MARKS.sub("", plain)
        plain = _HARAKAT.sub("", unicodedata.normalize("NFC", plain))
        plain = plain.translate(_FOLDED)
    return plain.replace("'", "").replace("\u2019", "")


def words(text: str) -> list[str]:
    """The folded words of a text, without punctuation, emoji and symbols."""
    if text.isascii():
        return text.encode().translate(_ASCII, b"'").decode().split()
    found: list[str] = _WORD.findall(fold(text))
    return found


def plain(text: str) -> str:
    """The folded words joined by single spaces: the form in which two short replies are compared."""
    return " ".join(words(text))
