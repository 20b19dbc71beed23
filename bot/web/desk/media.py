"""What people sent beside words, to those who may see it: a photo, a voice note, a video, a PDF to keep."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from bot.store import media, stories
from bot.store.media import Item, State
from bot.store.schema import talk_line
from bot.web.context import parts
from bot.web.desk.labels import media_name, media_sentence
from bot.web.desk.stories.gate import readable
from bot.web.permissions import Permission, may, needs

bp = Blueprint("media", __name__, url_prefix="/desk/media")

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "bytes",
}


def init_app(app: Flask) -> None:
    """Attach the files, and the words for them."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(media_sentence=media_sentence, media_name=media_name)


@bp.get("/<int:media_id>")
@needs(Permission.SEE_MEDIA)
def file(media_id: int) -> ResponseReturnValue:
    """One file, or the piece of it that a player asks for (RFC 9110, 14.2)."""
    with parts().db.read() as conn:
        item = media.get(conn, media_id)
        if item is None or item.state is not State.KEPT or not _may_see(conn, item):
            abort(404)
        piece = request.range.range_for_length(item.size) if request.range else None
        if request.range and piece is None:
            return Response(status=416, headers={**HEADERS, "Content-Range": f"bytes */{item.size}"})
        start, end = piece or (0, item.size)
        data = media.read(conn, parts().db.vault, item, start, end)
    headers = {**HEADERS, "Content-Disposition": _disposition(item)}
    if piece:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{item.size}"
    return Response(data, 206 if piece else 200, headers, content_type=item.content_type)


def _may_see(conn: Connection, item: Item) -> bool:
    """Through the gate of what it came with."""
    if item.story_id:
        found = stories.get(conn, parts().db.vault, item.story_id)
        return found is not None and readable(found)
    line = select(talk_line.c.id).where(talk_line.c.id == (item.talk_line_id or 0))
    return may(Permission.TALK) and conn.scalar(line) is not None


def _disposition(item: Item) -> str:
    shown = "attachment" if item.kind == "document" else "inline"
    ending = ENDINGS.get(item.content_type, item.content_type.partition("/")[2])
    return f'{shown}; filename="{item.kind}-{item.id}.{ending}"'
