"""A poster as SVG, one A4 page, and posters as a page to print. One file, no scripts, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import segno

from bot.flow.draw.ink import letters
from bot.flow.draw.lettering import line_height, lines, width
from bot.flow.poster.words import Code, Words
from bot.language.names import LANGUAGES

WIDTH, HEIGHT = 840.0, 1188.0  # four units a millimetre
MARGIN = 60.0
ROOM = WIDTH - 2 * MARGIN
BAND = 376.0  # the coloured part at the top
HEAD, AIR = 84.0, 14.0
EDGE = 36.0  # nearer to the paper's edge than 9 mm some printers print nothing
ENGLISH = 15.5
QR = 236.0
QUIET = 4  # modules of white that a code needs around it (ISO/IEC 18004, 6.3.8)
INK, SOFT, TEAL, PAPER, SUN = "#1d2b2b", "#4b5a59", "#12494a", "#ffffff", "#f6d27a"
_SENTENCE = re.compile(r"(?<=[.?!؟।۔])\s+")
_PAGE = """@page { size: A4 portrait; margin: 0; }
html, body { margin: 0; background: #fff; }
.sheet { width: 210mm; height: 297mm; break-after: page; overflow: hidden; }
.sheet:last-child { break-after: auto; }
.sheet svg { display: block; width: 210mm; height: 297mm; }
@media screen { html { background: #ddd8cc; } body { background: none; } .sheet { margin: 8mm auto; } }
"""


def poster(words: Words) -> str:
    """The poster as an SVG document of 210 by 297 mm; the same words give the same bytes."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_Poster(words).svg(), ""])


def page(posters: Iterable[Words], title: str) -> str:
    """The posters as one HTML page that prints each on a sheet of A4."""
    every = list(posters)
    sheets = "\n".join(f'<div class="sheet">{"".join(_Poster(words).svg())}</div>' for words in every)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_PAGE}</style>'
    code = every[0].language if len(every) == 1 else "en"
    return f'<!doctype html>\n<html lang="{code}">\n<head>{head}</head>\n<body>\n{sheets}\n</body>\n</html>\n'


@dataclass(frozen=True)
class _Poster:
    words: Words

    @property
    def _is_rtl(self) -> bool:
        return LANGUAGES[self.words.language].direction == "rtl"

    def svg(self) -> Iterator[str]:
        words = self.words
        faces, fonts = letters(words.language)
        named = quoteattr(f"{words.title} {words.number}")
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
            f'class="poster-{words.language}" lang="{words.language}" role="img" aria-label={named}>'
        )
        # Named by the language: on a page of several posters each style holds for all of them.
        mine = f".poster-{words.language} text"
        yield f"<style>{faces}{mine} {{ font-family: {fonts}; fill: {INK}; }}</style>"
        yield f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{PAPER}"/>'
        yield f'<rect width="{WIDTH:g}" height="{BAND:g}" fill="{TEAL}"/>'
        yield from self._head()
        yield from self._number()
        yield from self._codes()
        yield from self._foot()
        yield "</svg>"

    def _head(self) -> Iterator[str]:
        words = self.words
        yield self._text(words.service_name, MARGIN + 2, 24, fill=SUN, weight=700, language="en")
        title, what_for = self._head_sizes()
        top = self._block(self._sentences(title), title, HEAD, fill=PAPER, weight=700)
        yield from top.drawn
        told = lines(words.what_for, what_for, ROOM)
        yield from self._block(told, what_for, top.ends + AIR, fill=PAPER).drawn

    def _head_sizes(self) -> tuple[float, float]:
        """The largest sizes at which the title and what it is for fit into the band."""
        title = 78.0
        while title > 36:
            what_for = max(24.0, title * 0.4)
            told = lines(self.words.what_for, what_for, ROOM)
            tall = self._tall(self._sentences(title), title) + AIR + self._tall(told, what_for)
            if tall <= BAND - HEAD - AIR:
                break
            title -= 2
        return title, what_for

    def _sentences(self, size: float) -> tuple[str, ...]:
        """The title's lines; a sentence begins a new one."""
        return tuple(line for sentence in _SENTENCE.split(self.words.title) for line in lines(sentence, size, ROOM))

    def _number(self) -> Iterator[str]:
        words, middle = self.words, WIDTH / 2
        yield self._centred(words.text_word, middle, BAND + 52, 27, fill=SOFT)
        yield self._centred(words.start, middle, BAND + 118, 60, fill=TEAL, weight=700)
        yield self._centred(words.to_number, middle, BAND + 164, 27, fill=SOFT)
        size = min(92.0, 92.0 * ROOM / width(words.number, 92))
        yield (
            f'<text x="{middle:g}" y="{BAND + 254:g}" font-size="{size:.1f}" font-weight="700" '
            f'style="font-family:sans-serif" '
            f'text-anchor="middle" direction="ltr" unicode-bidi="isolate">{escape(words.number)}</text>'
        )

    def _codes(self) -> Iterator[str]:
        codes = self.words.codes[::-1] if self._is_rtl else self.words.codes
        room = ROOM / len(codes)
        for number, code in enumerate(codes):
            middle = MARGIN + room * (number + 0.5)
            yield _code(code, middle - QR / 2, BAND + 280)
            size, told = self._fitting(code.caption, 27, 20, most=1, room=room - 16)
            yield self._centred(told[0], middle, BAND + 280 + QR + 32, size, fill=TEAL, weight=700)

    def _foot(self) -> Iterator[str]:
        words, top = self.words, BAND + 280 + QR + 58
        yield f'<rect x="{MARGIN:g}" y="{top:g}" width="{ROOM:g}" height="2" fill="{SUN}"/>'
        english = lines(words.english, ENGLISH, ROOM) if words.english else ()
        ends = HEIGHT - EDGE - len(english) * ENGLISH * 1.35
        size, blocks = self._closing(ends - top)
        y = top + 10
        for told, ink, weight in blocks:
            block = self._block(told, size, y, fill=ink, weight=weight)
            yield from block.drawn
            y = block.ends + size * 0.22
        for number, line in enumerate(english, 1):
            yield self._text(line, ends + number * ENGLISH * 1.35, ENGLISH, fill=SOFT, language="en")

    def _closing(self, room: float) -> tuple[float, list[tuple[tuple[str, ...], str, int]]]:
        """The size at which the last lines fit into what is left of the page, and these lines."""
        texts = [(self.words.danger, TEAL, 700), *((text, INK, 400) for text in self.words.closing)]
        for size in (22.0, 20.0, 18.5, 17.0, 15.5, 14.0):
            blocks = [(lines(text, size, ROOM), ink, weight) for text, ink, weight in texts]
            if sum(self._tall(told, size) + size * 0.22 for told, _, _ in blocks) <= room - 10:
                break
        return size, blocks

    def _fitting(
        self, text: str, largest: float, smallest: float, *, most: int, room: float = ROOM
    ) -> tuple[float, tuple[str, ...]]:
        """The largest size at which the text has so few lines, and the lines."""
        size = largest
        while size > smallest and len(lines(text, size, room)) > most:
            size -= 2
        return size, lines(text, size, room)

    def _tall(self, told: tuple[str, ...], size: float) -> float:
        return len(told) * size * self._leading

    @property
    def _leading(self) -> float:
        return line_height(self.words.language) * 0.92

    def _block(self, told: tuple[str, ...], size: float, top: float, *, fill: str, weight: int = 400) -> _Block:
        step = size * self._leading
        base = top + step / 2 + size * 0.34
        drawn = [
            self._text(line, base + number * step, size, fill=fill, weight=weight) for number, line in enumerate(told)
        ]
        return _Block(drawn, top + step * len(told))

    def _text(self, text: str, y: float, size: float, *, fill: str, weight: int = 400, language: str = "") -> str:
        rtl = self._is_rtl and not language
        x, way = (WIDTH - MARGIN, "rtl") if rtl else (MARGIN, "ltr")
        return (
            f'<text x="{x:g}" y="{y:.1f}" font-size="{size:g}" font-weight="{weight}" style="fill:{fill}" '
            f'direction="{way}" unicode-bidi="plaintext">{escape(text)}</text>'
        )

    def _centred(self, text: str, x: float, y: float, size: float, *, fill: str, weight: int = 400) -> str:
        way = "rtl" if self._is_rtl else "ltr"
        return (
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" style="fill:{fill}" '
            f'text-anchor="middle" direction="{way}">{escape(text)}</text>'
        )


@dataclass(frozen=True)
class _Block:
    """Lines that were drawn, and where they end."""

    drawn: list[str]
    ends: float


def _code(code: Code, x: float, y: float) -> str:
    """The code as one path: level M, so that it is still read with a seventh of it torn or wet."""
    made = segno.make_qr(code.opens, error="m", encoding="utf-8", boost_error=True)
    modules = [list(row) for row in made.matrix]
    step = QR / (len(modules) + 2 * QUIET)
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, line in enumerate(modules)
        for column, dark in enumerate(line)
        if dark
    )
    return (
        f'<g transform="translate({x:.2f} {y:.2f}) scale({step:.5f})" shape-rendering="crispEdges">'
        f'<rect width="{len(modules) + 2 * QUIET}" height="{len(modules) + 2 * QUIET}" fill="{PAPER}"/>'
        f'<path d="{path}" fill="#000"/></g>'
    )
