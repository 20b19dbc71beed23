"""What a page asks the database does not grow with the desk's people, nor with the texts that went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bot.web import users
from tests.web.desk_stage import Desk


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, with its values."""
    said: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        said.append(f"{statement} {values}")

    event.listen(desk.db.engine, "before_cursor_execute", note)
    yield said
    event.remove(desk.db.engine, "before_cursor_execute", note)


def test_more_people_on_the_desk_take_no_more_statements(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    amina.get("/desk/stories")
    with statements(desk) as few:
        amina.get("/desk/stories")
    with desk.db.begin() as conn:
        for number in range(12):
            address = f"more{number}@desk.example.org"
            users.add(conn, email=address, name=f"More {number}", roles=["champion"], languages=["en"])
    with statements(desk) as many:
        amina.get("/desk/stories")
    assert len(many) == len(few)


def test_the_number_of_failed_texts_counts_none_that_went(desk: Desk) -> None:
    desk.failed_text()
    amina = desk.signed_in("amina")
    with statements(desk) as said:
        page = amina.get("/desk/questions")
    assert "outbound" in " ".join(said)
    assert not [one for one in said if "FROM outbound" in one and "'delivered'" in one]
    assert 'href="/desk/messages"' in page
