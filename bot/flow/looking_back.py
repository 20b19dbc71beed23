"""What an action needs to know of before this conversation: the stories that she told, and that she was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date

from bot.flow.actions import REFERENCE_LENGTH, REFERENCE_LETTERS
from bot.flow.lexicon import as_number
from bot.flow.session import Frame
from bot.knowledge.present import locale_of
from bot.language.normal import plain
from bot.story.told import SHORT_LIST, Told, chosen, named

if TYPE_CHECKING:
    from bot.flow.walker import Walker

NOBODY_LOOKED = "what she told before is needed and was not looked up"


class ToldUnknown(LookupError):
    """The turn cannot go on without her stories: it is to be taken again, with ``Reply.told``."""


LONGEST_REFERENCE = 8  # a mistyped one


def reference_after(said: Sequence[str], commands: Mapping[str, str], command: str) -> str:
    """The reference in "DELETE ABC 123": what follows this command's word, in any language; "" when none does.

    Six of the letters that references are made of; or four to eight with a digit among them, as of a reference that
    was mistyped: then she must hear that we do not know it.
    """
    for at in range(_short_rest(said), len(said)):
        if commands.get(" ".join(said[:at])) == command:
            rest = "".join(said[at:]).upper()
            if len(rest) == REFERENCE_LENGTH and set(rest) <= set(REFERENCE_LETTERS):
                return rest
            if (
                rest.isascii()
                and rest.isalnum()
                and 4 <= len(rest) <= LONGEST_REFERENCE
                and any(one.isdigit() for one in rest)
            ):
                return rest
    return ""


def _short_rest(said: Sequence[str]) -> int:
    """From where on no more follows than a reference has: most messages need not be looked through."""
    at, length = len(said), 0
    while at > 1 and (length := length + len(said[at - 1])) <= LONGEST_REFERENCE:
        at -= 1
    return at


def look_back(turn: Walker, action: str, given: Mapping[str, object]) -> dict[str, object]:
    """What the action gives; nothing for one that does not look back. Raises ToldUnknown."""
    look = LOOKS.get(action)
    return look(turn, given) if look else {}


def forget_telling(frames: list[Frame], reference: str) -> list[Frame]:
    """Without the conversation in which this story was told, and all below it: nothing is to be added to it now."""
    at = max((n for n, frame in enumerate(frames) if frame.values.get("story_ref") == reference), default=-1)
    return frames[at + 1 :]


def _my_stories(turn: Walker, given: Mapping[str, object]) -> dict[str, object]:
    told = _told(turn)
    reference = str(given.get("reference") or "")
    one = named(told, reference) if reference else told[0] if len(told) == 1 else None
    many = {0: "none", 1: "one"}.get(len(told), "more")
    return {**_named(one), "how_many": many, "stories": _listed(told, turn.voice.language or "en")}


def _pick_story(turn: Walker, given: Mapping[str, object]) -> dict[str, object]:
    said = str(given["said"])
    number = as_number(said)
    return _named(chosen(_told(turn), said, number if number is not None else _number_word(turn, said)))


def _number_word(turn: Walker, said: str) -> int | None:
    return turn.world.vocabulary.number(plain(said))


def _note_asked_about_you(turn: Walker, given: Mapping[str, object]) -> dict[str, object]:
    turn.session.asked_about_you = True
    return {}


def _told(turn: Walker) -> Sequence[Told]:
    if turn.told is None:
        raise ToldUnknown(NOBODY_LOOKED)
    return turn.told


def _named(one: Told | None) -> dict[str, object]:
    return {"story": one.reference if one else "", "told_on": one.day if one else ""}


def _listed(told: Sequence[Told], language: str) -> str:
    """The short list, a line each: its number, its reference, its day."""
    days = (format_date(date.fromisoformat(one.day), "d MMMM", locale=locale_of(language)) for one in told)
    lines = zip(range(1, SHORT_LIST + 1), told, days, strict=False)
    return "".join(f"\n{number}. {one.reference}, {day}" for number, one, day in lines)


LOOKS: dict[str, Callable[[Walker, Mapping[str, object]], dict[str, object]]] = {
    "my_stories": _my_stories,
    "pick_story": _pick_story,
    "note_asked_about_you": _note_asked_about_you,
}
