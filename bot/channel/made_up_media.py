"""What a made-up person's phone sends: a small picture, a short sound, a page. Drawn here, fetched from nowhere."""

from __future__ import annotations

import io
import math
import struct
import wave

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
RATE = 8000  # samples a second
NOTES = (392.0, 523.25, 440.0, 329.63)  # Hz, a third of a second each
GPS, LATITUDE_REF, LATITUDE = 0x8825, 1, 2  # EXIF


class MadeUpMedia:
    """The simulated phone's own store."""

    def fetch(self, url: str, content_type: str) -> bytes:
        """A file of about this type."""
        kind = content_type.partition("/")[0]
        if kind == "image":
            return damp_wall()
        return hum() if kind in {"audio", "video"} else page()

    def delete(self, url: str) -> None:
        """Nothing lies anywhere."""


def damp_wall() -> bytes:
    """A JPEG of a wall with damp in its corner. Like a phone's, it says where it was taken."""
    wall = Image.new("RGB", (WIDTH, HEIGHT), "#e6dccb")
    pen = ImageDraw.Draw(wall)
    for ring in range(14):
        spread = 260 - ring * 17
        shade = (196 - ring * 7, 186 - ring * 7, 160 - ring * 8)
        pen.ellipse((-spread, -spread, int(spread * 1.3), spread), fill=shade)
    for spot in range(60):
        x, y = spot * 37 % 230, spot * 53 % 170
        if x * x / 1.7 + y * y < 200 * 200:
            pen.ellipse((x, y, x + 5 + spot % 9, y + 4 + spot % 7), fill="#4c5140")
    pen.rectangle((0, HEIGHT - 46, WIDTH, HEIGHT), fill="#f4efe6", outline="#b9ae9b")
    pen.rectangle((410, 120, 590, 330), fill="#bcd3da", outline="#8b7f6c", width=10)
    pen.line((500, 120, 500, 330), fill="#8b7f6c", width=8)
    exif = Image.Exif()
    exif.get_ifd(GPS).update({LATITUDE_REF: "N", LATITUDE: (52.0, 3.0, 30.0)})
    kept = io.BytesIO()
    wall.save(kept, "JPEG", quality=85, exif=exif)
    return kept.getvalue()


def hum() -> bytes:
    """A WAV of four soft notes."""
    samples = []
    for note in NOTES:
        length = RATE // 3
        for at in range(length):
            loud = 9000 * math.sin(math.pi * at / length)
            samples.append(int(loud * math.sin(2 * math.pi * note * at / RATE)))
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return kept.getvalue()


def page() -> bytes:
    """A PDF of one empty page."""
    kept = io.BytesIO()
    Image.new("RGB", (595, 842), "white").save(kept, "PDF")
    return kept.getvalue()
