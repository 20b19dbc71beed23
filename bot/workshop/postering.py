"""``bot poster``: posters of the service, as pictures and as a page to print, in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.flow.poster.picture import page, poster
from bot.flow.poster.words import Numbers, Words, poster_words, read_number
from bot.language.catalogue import Catalogues
from bot.settings import Settings


class NoNumber(ValueError):
    """Nobody could write to what is on the poster. The sentence says how to give a number."""


def numbers_of(settings: Settings, sms: str | None, whatsapp: str | None) -> Numbers:
    """The numbers as they were given, else those of the settings. Raises NoNumber."""
    try:
        found = Numbers(
            settings.twilio_sms_from if sms is None else read_number(sms),
            settings.twilio_whatsapp_from if whatsapp is None else read_number(whatsapp),
        )
    except ValueError as bad:
        raise NoNumber(str(bad)) from None
    if not found:
        raise NoNumber(
            "A poster needs the number that people write to. Give it with --number, or set TWILIO_SMS_FROM or "
            "TWILIO_WHATSAPP_FROM."
        )
    return found


def write_posters(settings: Settings, languages: Iterable[str], numbers: Numbers, out: Path) -> list[Path]:
    """A picture and a page for each language, and with several languages one page with all. Gives what was written.

    Raises OSError, and CatalogueError for a catalogue that cannot be read.
    """
    catalogues = Catalogues(settings.locales_dir, settings.languages)
    every = [poster_words(catalogues, code, settings.service_name, numbers) for code in languages]
    out.mkdir(parents=True, exist_ok=True)
    written = [file for words in every for file in _write(words, out)]
    if len(every) > 1:
        written.append(_kept(out / "posters.html", page(every, settings.service_name)))
    return written


def _write(words: Words, out: Path) -> list[Path]:
    name = f"poster-{words.language}"
    return [
        _kept(out / f"{name}.svg", poster(words)),
        _kept(out / f"{name}.html", page([words], f"{words.service_name}: {words.title}")),
    ]


def _kept(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file
