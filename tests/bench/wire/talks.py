"""What fifty residents text: whole conversations, each from its beginning to its end, so that any may follow any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

SENDERS = 50
PEOPLE_EACH = 20  # people who take turns at one sender's line
NEWCOMER_EVERY = 6  # conversations; the sixth is somebody who has never written
FIRST_NEWCOMER = 50_000_000

FIND_HELP = ("MENU", "1", "1", "ZZ1 1AA", "2")
QUESTION = ("MENU", "Can I see a doctor without papers?", "1", "how do i pay my gas bill, it went up again", "2")
STORY = (
    "MENU",
    "3",
    "1",
    "I went to the surgery with my mother and they said my son must translate for her. He is nine.",
    "She did not tell them where it hurts because she was ashamed, and we went home with nothing.",
    "DONE",
    "An interpreter",
    "Wexmoor",
    "1",
)
RIGHTS = ("MENU", "4", "1", "thank you")
TOWN = ("MENU", "1", "3", "Wexmoor", "MORE", "1")
WELCOME = ("Hello, I need help with food for my children please", "1", "MENU", "1", "1", "ZZ1 1AA")
RETURNING = (FIND_HELP, QUESTION, STORY, RIGHTS, TOWN)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one person."""

    address: str
    words: str


def number_of(person: int) -> str:
    """The phone number of a person, made up; every fifth person is on WhatsApp."""
    return f"{'whatsapp:' if person % 5 == 0 else ''}+44{7_000_000_000 + person}"


def texts(sender: int, people: range, *, newcomers_from: int) -> Iterator[Text]:
    """What one sender's line carries, without end: conversations of its people in turn, newcomers among them.

    Two lines share nobody, so that each person's texts keep their order.
    """
    mine = people[sender::SENDERS]
    newcomers = count(FIRST_NEWCOMER + newcomers_from + sender, SENDERS)
    for number in count(sender):
        new = number % NEWCOMER_EVERY == 0
        talk = WELCOME if new else RETURNING[number % len(RETURNING)]
        person = next(newcomers) if new else mine[number // len(RETURNING) % len(mine)]
        for words in talk:
            yield Text(number_of(person), words)
