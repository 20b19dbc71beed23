"""A person's own copy of all that is kept about her: a ZIP with a page to read, in her language, the same as JSON, and
her photos and the like. Made when it is asked for, handed over, and kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import Connection

from bot.flow.hours import HERE
from bot.knowledge.present import locale_of
from bot.language.catalogue import N_, Catalogues
from bot.language.names import language as language_of
from bot.store.media import State
from bot.store.person import Held, Record, file_bytes, name_of
from bot.store.vault import Vault, VaultError

PAGE = "read-me.html"
TEMPLATES = Path(__file__).resolve().parent / "templates"
TEXT_SHOWN = ("text", "wish", "answer", "reason")
NAMES: dict[str, str] = {
    "age": N_("Your age"),
    "ethnic_group": N_("Your ethnic group"),
    "disability": N_("Disability"),
    "carer": N_("Looking after someone"),
    "area": N_("Your area"),
}


def zipped(conn: Connection, vault: Vault, catalogues: Catalogues, one: Held, service_name: str) -> bytes:
    """The copy. A file that no key opens is listed and left out."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        file.writestr(PAGE, page(catalogues, one, service_name))
        file.writestr("everything.json", json.dumps(whole(one), ensure_ascii=False, indent=2))
        for item in one.files:
            if item.state is State.KEPT:
                try:
                    file.writestr(name_of(item), file_bytes(conn, vault, item))
                except VaultError:
                    continue
    return out.getvalue()


def whole(one: Held) -> dict[str, object]:
    """All of it, for a program."""
    return {"called": one.pseudonym, "language": one.language, "about_you": dict(one.about_you), **one.tables}


def page(catalogues: Catalogues, one: Held, service_name: str) -> str:
    """The same to read, in her language: what she wrote, what we wrote, what she allowed."""
    code = one.language
    translate = catalogues.compiled(code, "desk").gettext

    def say(text: str, **fills: object) -> str:
        return translate(text).format(**fills) if fills else translate(text)

    look = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("person_copy.html")
    return look.render(
        _=say, one=one, language=language_of(code), service_name=service_name, lines=_lines(one), names=NAMES,
        when=_when(code), said=_said, kept=State.KEPT, name_of=name_of,
    )  # fmt: skip


def _lines(one: Held) -> list[tuple[str, bool, str]]:
    """Her texts and ours, in order: when, whether it was hers, the words."""
    hers = [(str(row["received_at"]), True, str(row["text"])) for row in one.tables.get("inbound", ())]
    ours = [(str(row["created_at"]), False, str(row["text"])) for row in one.tables.get("outbound", ())]
    return sorted(hers + ours)


def _when(code: str) -> Callable[[str], str]:
    return lambda iso: format_datetime(
        datetime.fromisoformat(iso), "d MMMM y, HH:mm", tzinfo=HERE, locale=locale_of(code)
    )


def _said(row: Record) -> list[str]:
    """The words of a row: of a story each text by itself."""
    found: list[str] = []
    for name in TEXT_SHOWN:
        words = str(row.get(name) or "")
        try:
            read = json.loads(words) if words.startswith("[") else words
        except ValueError:
            read = words
        found += [str(each) for each in read] if isinstance(read, list) else [read]
    return [words for words in found if words]
