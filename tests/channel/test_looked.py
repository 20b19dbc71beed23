"""What a file really is, and that it no longer tells where it was made."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from bot.channel.looked import MOST_PIXELS, Broken, WrongType, look
from bot.channel.made_up_media import damp_wall, hum, page

GPS = 0x8825


def picture(form: str, mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, (40, 30), "teal").save(kept, form)
    return kept.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def film(brand: bytes, *, place: bytes = b"\xa9xyz+52.0583+001.1555/") -> bytes:
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", box(b"udta", place)) + box(b"mdat", b"pictures")


def test_where_a_photo_was_taken_does_not_come_with_it() -> None:
    before = Image.open(io.BytesIO(damp_wall()))
    assert before.getexif().get_ifd(GPS)
    looked = look(damp_wall(), "image/jpeg")
    after = Image.open(io.BytesIO(looked.data))
    assert (looked.content_type, looked.kind, after.size) == ("image/jpeg", "photo", before.size)
    assert not after.getexif()
    assert not {"exif", "icc_profile", "comment", "photoshop", "xmp"} & after.info.keys()


def test_a_photo_that_lay_on_its_side_stands_upright() -> None:
    turned, kept = Image.Exif(), io.BytesIO()
    turned[0x0112] = 6
    Image.new("RGB", (40, 30)).save(kept, "JPEG", exif=turned)
    assert Image.open(io.BytesIO(look(kept.getvalue(), "image/jpeg").data)).size == (30, 40)


@pytest.mark.parametrize(
    ("data", "said", "content_type", "kind"),
    [
        (picture("PNG"), "image/png", "image/jpeg", "photo"),
        (picture("PNG", "RGBA"), "image/png", "image/png", "photo"),
        (picture("WEBP"), "image/webp", "image/jpeg", "photo"),
        (picture("GIF"), "image/gif", "image/jpeg", "photo"),
        (picture("JPEG"), "application/octet-stream", "image/jpeg", "photo"),
        (b"OggS" + bytes(60), "audio/ogg; codecs=opus", "audio/ogg", "voice"),
        (b"ID3" + bytes(60), "audio/mpeg", "audio/mpeg", "voice"),
        (b"#!AMR\n" + bytes(60), "audio/amr", "audio/amr", "voice"),
        (hum(), "audio/ogg", "audio/x-wav", "voice"),
        (film(b"isom"), "video/mp4", "video/mp4", "video"),
        (film(b"mp42"), "audio/mp4", "audio/mp4", "voice"),
        (film(b"3gp5"), "video/3gpp", "video/3gpp", "video"),
        (page(), "application/pdf", "application/pdf", "document"),
    ],
)
def test_what_is_taken(data: bytes, said: str, content_type: str, kind: str) -> None:
    looked = look(data, said)
    assert (looked.content_type, looked.kind) == (content_type, kind)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"just words", b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(200), b"PK\x03\x04" + bytes(60), b"BEGIN:VCARD\nFN:Ana",
    ],
)  # fmt: skip
def test_what_is_not_taken_whatever_is_said_of_it(data: bytes) -> None:
    with pytest.raises(WrongType):
        look(data, "image/jpeg")


@pytest.mark.parametrize("data", [damp_wall()[:300], b"\x89PNG\r\n\x1a\n" + bytes(30), film(b"isom")[:-4]])
def test_a_broken_file_is_told(data: bytes) -> None:
    with pytest.raises(Broken):
        look(data, "video/mp4" if b"ftyp" in data else "image/jpeg")


def test_a_small_file_that_unpacks_to_a_huge_picture_is_not_unpacked() -> None:
    kept = io.BytesIO()
    Image.new("1", (10_000, MOST_PIXELS // 10_000 + 1)).save(kept, "PNG")
    with pytest.raises(Broken):
        look(kept.getvalue(), "image/png")


def test_where_a_film_was_made_is_blanked_and_every_other_byte_keeps_its_place() -> None:
    before = film(b"isom")
    after = look(before, "video/mp4").data
    assert b"xyz" in before
    assert b"xyz" not in after
    assert b"+52.0583" not in after
    assert len(after) == len(before)
    assert after.index(b"pictures") == before.index(b"pictures")
