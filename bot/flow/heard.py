"""What reading an answer gives: the value, or the sentence to say back. A value is never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")

NOT_A_NUMBER = "Please text one number, like 3."
NOT_WHOLE = "Please text a whole number, like 3."
OUT_OF_RANGE = "Please text a number from {low} to {high}."
TOO_SMALL = "Please text {low} or a bigger number."
NOT_A_DATE = "I could not read that date. Please text the day, the month and the year, like 25/12/2026."
NO_SUCH_DATE = "There is no such date. Please text first the day, then the month and the year, like 25/12/2026."
WHICH_DATE = "I am not sure which day you mean. Please text the date, like 25/12/2026."
NO_DAY = "Please text the day as well, like 25/12/2026."
WEEKDAY_DIFFERS = "That date is another day of the week. Please text the date again, like 25/12/2026."
NOT_A_POSTCODE = "That does not look like a postcode. Please text it again, like IP1 1AA."
TWO_POSTCODES = "Please text one postcode only."
NOT_A_PHONE = (
    "That does not look like a phone number. Please text it again, like 07700 900123. "
    "If it is not a UK number, begin with + and the country code."
)
SHORT_PHONE = "That number is too short for us. Please text a full phone number, like 07700 900123."
NAME_NOT_PHONE = "That is a WhatsApp name. Please text the phone number, like 07700 900123."
TWO_PHONES = "Please text one phone number only."
NOT_MEDIA = "Please send one of these here: {kinds}."
UNDERSTOOD = "I read this as {understood}. If that is wrong, text {back}."

# Every reason is a msgid; the value is the note that translators see.
REASONS: dict[str, str] = {
    NOT_A_NUMBER: "When a question wants a number. Never blame the person.",
    NOT_WHOLE: "When someone texts 2.5 and only whole numbers make sense.",
    OUT_OF_RANGE: "{low} and {high} become the smallest and the biggest number we can take.",
    TOO_SMALL: "When someone texts 3 and we can only take bigger numbers. {low} becomes the smallest one we can take.",
    NOT_A_DATE: "When a question wants a date. The example stays in this order: day, month, year.",
    NO_SUCH_DATE: "When someone texts 31/2/2026, or the month before the day. The example stays in this order.",
    WHICH_DATE: "When someone texts 'Friday' or a word that means yesterday as well as tomorrow.",
    NO_DAY: "When someone texts only a month.",
    WEEKDAY_DIFFERS: "When someone texts 'Friday 25 December' and that day is not a Friday.",
    NOT_A_POSTCODE: "When a question wants a postcode. Keep the example as it is.",
    TWO_POSTCODES: "When someone texts two postcodes.",
    NOT_A_PHONE: "When a question wants a phone number. Keep the example as it is.",
    SHORT_PHONE: "When someone texts a number like 999 or 60777. Keep the example as it is.",
    NAME_NOT_PHONE: "When someone texts a WhatsApp user name where we need the number. Keep the example as it is.",
    TWO_PHONES: "When someone texts two phone numbers.",
    NOT_MEDIA: "When a question wants a photo and something else came. {kinds} becomes a list like 'a photo, a video'.",
}
PHRASES: dict[str, str] = {
    **REASONS,
    UNDERSTOOD: "When a date might be another one. {understood} becomes the date; {back} becomes the command word.",
}


@dataclass(frozen=True, slots=True)
class Read(Generic[Value]):
    """An answer that was understood. One that is not ``sure`` is told back to her."""

    value: Value
    sure: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Unread(Generic[Value]):
    """One that was not: the sentence to say (a msgid of REASONS), what fills it in, and what it may have meant."""

    reason: str
    fills: dict[str, object] = field(default_factory=dict)
    maybe: tuple[Value, ...] = ()
