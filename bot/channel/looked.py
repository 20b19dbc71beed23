"""What a file really is, by its first bytes, and the same file without what it tells of the place and the phone."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import filetype
from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2560  # pixels
QUALITY = 88
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
# Every type that is taken -> what people call it. What a browser plays or shows, and what phones send.
TAKEN: dict[str, str] = {
    JPEG: "photo",
    PNG: "photo",
    "image/webp": "photo",
    "image/gif": "photo",
    "audio/ogg": "voice",
    "audio/mpeg": "voice",
    "audio/mp4": "voice",
    "audio/aac": "voice",
    "audio/amr": "voice",
    "audio/x-wav": "voice",
    "video/mp4": "video",
    "video/3gpp": "video",
    PDF: "document",
}
# A film without pictures is what many phones call a voice note, and the other names of one and the same type.
SOUND_OF = {"video/mp4": "audio/mp4", "video/3gpp": "audio/mp4"}
NAMES = {
    "video/quicktime": "video/mp4",
    "video/x-m4v": "video/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
}
THIRD_GENERATION = frozenset({b"3gp", b"3g2", b"3gr"})  # brands of what older phones film (3GPP TS 26.244, 5.3)
PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})  # boxes of an MP4 that hold boxes
TELLING = frozenset({b"udta", b"meta", b"uuid"})  # where phones write the place, the owner and the phone's make


class WrongType(Exception):
    """Not one of the types that are taken."""


class Broken(Exception):
    """It says what it is, but cannot be read as that."""


@dataclass(frozen=True)
class Looked:
    """A file that may be shown: what it is, what people call it, and its bytes."""

    content_type: str
    kind: str
    data: bytes


def look(data: bytes, said: str) -> Looked:
    """The file as it may be kept. ``said`` is the type that came with it: believed only between sound and film.

    Raises WrongType and Broken.
    """
    content_type = _sniffed(data, said)
    kind = TAKEN.get(content_type)
    if kind is None:
        raise WrongType
    if kind == "photo":
        content_type, data = _drawn_anew(data)
    elif content_type in {"video/mp4", "video/3gpp", "audio/mp4"}:
        data = _without_telling(data)
    return Looked(content_type, kind, data)


def _sniffed(data: bytes, said: str) -> str:
    found = "video/3gpp" if data[4:8] == b"ftyp" and data[8:11] in THIRD_GENERATION else ""
    found = found or filetype.guess_mime(data[:8192]) or ""
    found = NAMES.get(found, found)
    is_sound = said.partition("/")[0].strip().lower() == "audio"
    return SOUND_OF.get(found, found) if is_sound else found


def _drawn_anew(data: bytes) -> tuple[str, bytes]:
    """The picture alone: place, time, phone, thumbnail and everything else beside it stay behind."""
    try:
        with Image.open(io.BytesIO(data), formats=PICTURES) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Broken
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clear = upright.has_transparency_data
            picture = upright.convert("RGBA" if clear else "RGB")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as bad:
        raise Broken from bad
    drawn = Image.new(picture.mode, picture.size)
    drawn.paste(picture)
    kept = io.BytesIO()
    drawn.save(kept, "PNG" if clear else "JPEG", quality=QUALITY, optimize=True)
    return (PNG if clear else JPEG), kept.getvalue()


def _without_telling(data: bytes) -> bytes:
    """An MP4 or 3GP whose notes are blanked where they stand: every other byte keeps its place (ISO/IEC 14496-12)."""
    film = bytearray(data)
    for name, start, end in _boxes(film, 0, len(film)):
        if name in TELLING:
            film[start - 4 : start] = b"free"
            film[start:end] = bytes(end - start)
    return bytes(film)


def _boxes(film: bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box with where its content begins and ends. Raises Broken for one that is longer than its holder."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", film, at)
        start = at + 8
        if size == 1 and at + 16 <= end:
            (size,), start = struct.unpack_from(">Q", film, start), at + 16
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            raise Broken
        if name in HOLDERS:
            yield from _boxes(film, start, stop)
        yield name, start, stop
        at = stop
