"""The gap map: what people looked for and did not find, by topic. Every number has been through the one gate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask import Blueprint, Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from bot.knowledge.topics import TOPICS
from bot.language.catalogue import N_
from bot.store import gaps
from bot.story.gaps import OTHER, UNKNOWN, By, Came, Missing, by_month, table
from bot.story.insight import ALL, FEWEST, Shown
from bot.web.context import parts
from bot.web.desk.labels import topic_name
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, language_name, locale, today

bp = Blueprint("gaps", __name__, url_prefix="/desk/gaps")
FORMULA = ("=", "+", "-", "@", "\t", "\r")

MONTHS_SHOWN = 6
BY: dict[str, str] = {
    By.CAME.value: N_("What became of it"),
    By.LANGUAGE.value: N_("Language"),
    By.AREA.value: N_("Area"),
    "month": N_("Month by month"),
}
CAME: dict[str, str] = {
    Came.NOTHING: N_("Nothing was found"),
    Came.NONE: N_("Nothing that was found fitted"),
    Came.ASKED: N_("A champion was asked, no answer yet"),
    Came.ANSWERED: N_("A champion answered"),
    Came.CLOSED: N_("Closed without an answer"),
}


@dataclass(frozen=True)
class Line:
    """One row of the picture: its name, its numbers, and how long the bar of its total is, in hundredths."""

    name: str
    numbers: tuple[int | None, ...]
    total: int | None
    bar: int


@dataclass(frozen=True)
class Picture:
    """The table as a page or a file shows it. A number that is None stands for fewer than ``FEWEST`` people, or for one
    that would give such a number away."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[int | None, ...]
    total: int | None
    hides: bool


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.GAPS)
def page() -> ResponseReturnValue:
    """What was missing in a month, as a picture."""
    months, month, by = _asked()
    picture = _picture(months, month, by) if month else None
    return render_template(
        "desk/gaps.html",
        picture=picture,
        months=[(one, month_name(one)) for one in months],
        month=month,
        month_name=month_name(month) if month else "",
        by=by,
        ways=[(key, gettext(name)) for key, name in BY.items()],
        fewest=FEWEST,
        columns_are=gettext(BY[by]),
    )


@bp.get("/table.csv")
@needs(Permission.GAPS)
def table_csv() -> ResponseReturnValue:
    """The same numbers for a spreadsheet, through the same gate."""
    months, month, by = _asked()
    out = io.StringIO()
    writer = csv.writer(out)
    if month:
        writer.writerows(_csv_rows(_picture(months, month, by)))
    name = f"gaps-{month or 'none'}-{by}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def month_name(month: str) -> str:
    """A month in the desk's language: "May 2026"."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale())


def _asked() -> tuple[list[str], str, str]:
    """The months that are over and have something in them, the one that is asked for, and what the columns are."""
    with parts().db.read() as conn:
        months = gaps.months(conn, before=today(), simulated=parts().settings.demo)
    month, by = request.args.get("month", ""), request.args.get("by", "")
    return months, month if month in months else (months[0] if months else ""), by if by in BY else By.CAME.value


def _picture(months: list[str], month: str, by: str) -> Picture:
    simulated = parts().settings.demo
    with parts().db.read() as conn:
        if by == "month":
            wanted = months[months.index(month) :][:MONTHS_SHOWN][::-1]
            return _over_time({one: gaps.of_month(conn, one, simulated=simulated) for one in wanted}, month)
        return _by_columns(table(gaps.of_month(conn, month, simulated=simulated), By(by), TOPICS), By(by))


def _by_columns(shown: Shown, by: By) -> Picture:
    rows = [row for row in shown.rows if shown.of(row) != 0]
    columns = [column for column in shown.columns if shown.of(column=column) != 0]
    most = max((shown.of(row) or 0 for row in rows), default=0)
    lines = [
        Line(_row_name(row), tuple(shown.of(row, one) for one in columns), shown.of(row), _bar(shown.of(row), most))
        for row in sorted(rows, key=lambda row: -(shown.of(row) or 0))
    ]
    totals = tuple(shown.of(column=column) for column in columns)
    return Picture(tuple(_column_name(one, by) for one in columns), tuple(lines), totals, shown.of(), shown.hides)


def _over_time(missing: dict[str, list[Missing]], month: str) -> Picture:
    """A month a column. What a topic has in all of them is not added up: the same person may be in several."""
    found = by_month(missing, TOPICS)
    topics = [one for one in (*TOPICS, UNKNOWN) if any(found[name][one] != 0 for name in found)]
    most = max((found[month][one] or 0 for one in topics), default=0)
    lines = []
    for one in sorted(topics, key=lambda topic: -(found[month][topic] or 0)):
        now = found[month][one]
        lines.append(Line(_row_name(one), tuple(found[name][one] for name in found), now, _bar(now, most)))
    totals = tuple(found[name][ALL] for name in found)
    hides = any(number is None for line in found.values() for number in line.values())
    return Picture(tuple(month_name(name) for name in found), tuple(lines), totals, found[month][ALL], hides)


def _bar(number: int | None, most: int) -> int:
    return round(100 * number / most) if number and most else 0


def _row_name(topic: str) -> str:
    return gettext("Topic not known") if topic == UNKNOWN else topic_name(topic)


def _column_name(column: str, by: By) -> str:
    if by is By.CAME:
        return gettext(CAME[column])
    if column == UNKNOWN:
        return gettext("Not known")
    if column == OTHER:
        return gettext("All others")
    return language_name(column) if by is By.LANGUAGE else column


def _csv_rows(picture: Picture) -> Iterator[list[str]]:
    yield [gettext("Topic"), *map(_cell, picture.columns), gettext("People")]
    for line in picture.lines:
        yield [_cell(line.name), *map(_said, line.numbers), _said(line.total)]
    yield [gettext("All topics"), *map(_said, picture.totals), _said(picture.total)]


def _cell(text: str) -> str:
    """A spreadsheet would take a text that begins so for a formula (owasp.org, CSV Injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _said(number: int | None) -> str:
    return gettext("hidden") if number is None else str(number)
