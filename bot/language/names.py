"""The languages we can speak of: what each calls itself, and which way it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.language.normal import plain

Direction = Literal["ltr", "rtl"]


class UnknownLanguageError(ValueError):
    """A code that is not in the table."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language. ``other_names`` are what its speakers may also type for it, mostly in Latin letters."""

    code: str
    own_name: str
    english_name: str
    direction: Direction = "ltr"
    other_names: tuple[str, ...] = ()


_TABLE = (
    Language("en", "English", "English", other_names=("angielski", "angrezi", "ingreji")),
    Language("pl", "Polski", "Polish", other_names=("po polsku", "polska", "jezyk polski")),
    Language("ur", "اردو", "Urdu", "rtl", ("urdo", "اُردو")),
    Language("bn", "বাংলা", "Bangla", other_names=("bengali", "sylheti", "বাঙলা")),
    Language("pa", "ਪੰਜਾਬੀ", "Punjabi", other_names=("panjabi", "پنجابی")),
    Language("gu", "ગુજરાતી", "Gujarati"),
    Language("hi", "हिन्दी", "Hindi", other_names=("हिंदी",)),
    Language("ta", "தமிழ்", "Tamil", other_names=("tamizh",)),
    Language("ar", "العربية", "Arabic", "rtl", ("عربي", "arabi", "arabiya")),
    Language("fa", "فارسی", "Farsi", "rtl", ("persian", "dari", "دری")),
    Language("ckb", "کوردیی ناوەندی", "Kurdish Sorani", "rtl", ("sorani", "سۆرانی", "کوردی")),
    Language("ku", "Kurmancî", "Kurdish Kurmanji", other_names=("kurmanji", "kurdi")),
    Language("ps", "پښتو", "Pashto", "rtl", ("pushto", "pukhto")),
    Language("so", "Soomaali", "Somali", other_names=("af soomaali", "afsoomaali")),
    Language("sw", "Kiswahili", "Swahili"),
    Language("am", "አማርኛ", "Amharic", other_names=("amarinya", "amarigna")),
    Language("ti", "ትግርኛ", "Tigrinya", other_names=("tigrigna",)),
    Language("tr", "Türkçe", "Turkish"),
    Language("ro", "Română", "Romanian", other_names=("romaneste",)),
    Language("pt", "Português", "Portuguese"),
    Language("es", "Español", "Spanish", other_names=("castellano",)),
    Language("fr", "Français", "French"),
    Language("sq", "Shqip", "Albanian"),
    Language("cy", "Cymraeg", "Welsh"),
    Language("uk", "Українська", "Ukrainian", other_names=("ukrainska", "ukrayinska")),
    Language("ru", "Русский", "Russian", other_names=("russkiy", "russki")),
    Language("zh", "中文", "Chinese", other_names=("mandarin", "cantonese", "普通话", "粵語", "zhongwen")),
    Language("vi", "Tiếng Việt", "Vietnamese"),
    Language("ne", "नेपाली", "Nepali"),
    Language("yo", "Yorùbá", "Yoruba"),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _TABLE}


def language(code: str) -> Language:
    """The language of a code such as "pl". Raises UnknownLanguageError for one that is not in the table."""
    try:
        return LANGUAGES[code]
    except KeyError:
        raise UnknownLanguageError(
            f'There is no language "{code}" here. The codes are: {", ".join(LANGUAGES)}.'
        ) from None


def named(text: str, offered: Iterable[str]) -> Language | None:
    """The offered language whose name is exactly this text, in any capitals, with or without its accents.

    Codes do not count as names: "so", "am" and "no" are words. Raises UnknownLanguageError for an offered code.
    """
    return by_name(plain(text), tuple(offered))


def by_name(said: str, offered: tuple[str, ...]) -> Language | None:
    """``named`` for a text that is folded already."""
    return _by_name(offered).get(said)


@lru_cache(maxsize=16)
def _by_name(offered: tuple[str, ...]) -> dict[str, Language]:
    """Every name of these languages; the first of two that share one has it."""
    found: dict[str, Language] = {}
    for one in map(language, offered):
        for name in (one.own_name, one.english_name, *one.other_names):
            found.setdefault(plain(name), one)
    return found
