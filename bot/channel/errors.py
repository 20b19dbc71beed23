"""What to do about each way a text can fail, and one sentence about it for the person at the desk.

The codes are Twilio's (www.twilio.com/docs/api/errors); those in words are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.language.catalogue import N_


class Action(StrEnum):
    """What the outbox does next with a text that did not go."""

    RETRY = "retry"
    RETRY_FEW = "retry_few"
    LATER = "later"
    TEMPLATE = "template"
    STOP_CONTACT = "stop_contact"
    CONFIGURATION = "configuration"
    GIVE_UP = "give_up"


@dataclass(frozen=True)
class Problem:
    """One error code: what we do by ourselves, and what a person can know or do."""

    code: str
    action: Action
    sentence: str


OPTED_OUT = "21610"
OUTSIDE_WINDOW = "63016"
TOO_MANY = "20429"
NO_SENDER = "no_sender"
NO_ANSWER = "no_answer"
NO_CONNECTION = "no_connection"
SERVER_ERROR = "server_error"
UNREADABLE = "unreadable"
STOPPED = "stopped"
UNAPPROVED = "unapproved"
ITS_TURN = "its_turn"  # it was given a moment of its own (next_try_at)
IN_QUEUE = "in_queue"  # so much waits that it was given none yet
NOT_ALLOWED_THERE = "21408"
MAIL_AWAY = "mail_away"
MAIL_REFUSED = "mail_refused"
MAIL_SETUP = "mail_setup"

PROBLEMS: dict[str, Problem] = {
    code: Problem(code, action, sentence)
    for code, action, sentence in (
        (TOO_MANY, Action.RETRY, N_("Twilio asked us to slow down: the text goes by itself in a moment.")),
        ("30001", Action.RETRY, N_("Twilio's queue is full: the text goes by itself when there is room.")),
        ("30410", Action.RETRY, N_("The phone network did not answer in time: we are trying again by ourselves.")),
        ("63012", Action.RETRY, N_("WhatsApp had a fault of its own: we are trying again by ourselves.")),
        (SERVER_ERROR, Action.RETRY, N_("Twilio had a fault of its own: we are trying again by ourselves.")),
        (NO_CONNECTION, Action.RETRY, N_("We could not reach Twilio: we are trying again by ourselves.")),
        (
            NO_ANSWER,
            Action.RETRY,
            N_(
                "Twilio did not say whether it took this text: we ask before sending again. "
                "If this has failed, look at the conversation, then send it again."
            ),
        ),
        (
            "30003",
            Action.RETRY_FEW,
            N_("The phone is off or out of reach: we try a few more times, and when they write to us."),
        ),
        (
            "30008",
            Action.RETRY_FEW,
            N_("The phone network lost the text and did not say why: we try a few more times."),
        ),
        ("63018", Action.RETRY_FEW, N_("WhatsApp's limit for our number was reached: we try a few more times.")),
        ("63049", Action.LATER, N_("WhatsApp chose not to deliver this now: we try again tomorrow.")),
        (
            OUTSIDE_WINDOW,
            Action.TEMPLATE,
            N_(
                "WhatsApp lets us write only within 24 hours of a person's last message: "
                "this goes when they write next."
            ),
        ),
        (
            "21211",
            Action.STOP_CONTACT,
            N_("This is not a phone number that can be texted: reach the person another way."),
        ),
        (
            OPTED_OUT,
            Action.STOP_CONTACT,
            N_("This person has said STOP, so nothing more is sent unless they text START to our number."),
        ),
        (
            "21614",
            Action.STOP_CONTACT,
            N_("This number cannot get texts, it may be a landline: reach the person another way."),
        ),
        ("30005", Action.STOP_CONTACT, N_("This number is not in use any more: reach the person another way.")),
        (
            "30006",
            Action.STOP_CONTACT,
            N_("This is a landline or a network that cannot get texts: reach the person another way."),
        ),
        ("63003", Action.STOP_CONTACT, N_("There is no WhatsApp at this address: reach the person another way.")),
        (
            "63014",
            Action.STOP_CONTACT,
            N_("This person has blocked our WhatsApp number, so nothing more is sent there."),
        ),
        ("63024", Action.STOP_CONTACT, N_("WhatsApp cannot deliver to this person: reach the person another way.")),
        (
            "20003",
            Action.CONFIGURATION,
            N_(
                "Twilio does not accept our account or token: ask your developer to check TWILIO_ACCOUNT_SID and "
                "TWILIO_AUTH_TOKEN."
            ),
        ),
        (
            "21408",
            Action.CONFIGURATION,
            N_(
                "Our Twilio account may not text this country: ask your developer to allow it under Geo permissions "
                "in the Twilio console."
            ),
        ),
        (
            "21606",
            Action.CONFIGURATION,
            N_(
                "Our sending number cannot send this: ask your developer to check TWILIO_SMS_FROM or "
                "TWILIO_MESSAGING_SERVICE_SID."
            ),
        ),
        (
            "63007",
            Action.CONFIGURATION,
            N_("Twilio does not know our WhatsApp number: ask your developer to check TWILIO_WHATSAPP_FROM."),
        ),
        (
            NO_SENDER,
            Action.CONFIGURATION,
            N_(
                "No number is set up to send this: ask your developer to set the Twilio sender for SMS or for WhatsApp."
            ),
        ),
        (
            UNREADABLE,
            Action.CONFIGURATION,
            N_(
                "This text is locked with a key that we no longer have: ask your developer to put the old key back "
                "in DATA_KEYS."
            ),
        ),
        (
            UNAPPROVED,
            Action.GIVE_UP,
            N_("WhatsApp has not approved this text yet, so it did not go: the rest comes when they write next."),
        ),
        (ITS_TURN, Action.RETRY, N_("Many texts are going out: this one goes by itself when it is its turn.")),
        (IN_QUEUE, Action.RETRY, N_("Many texts are going out: this one goes by itself when it is its turn.")),
        (MAIL_AWAY, Action.RETRY, N_("We could not reach the e-mail server: we are trying again by ourselves.")),
        (MAIL_REFUSED, Action.GIVE_UP, N_("The e-mail server refused this address: check it on the rota.")),
        (
            MAIL_SETUP,
            Action.GIVE_UP,
            N_("The e-mail server did not let us in: ask your developer to check SMTP_URL and MAIL_FROM."),
        ),
        (STOPPED, Action.STOP_CONTACT, N_("This person said STOP before the text had gone, so it was not sent.")),
    )
}


CONFIGURATION_CODES = frozenset(one.code for one in PROBLEMS.values() if one.action is Action.CONFIGURATION)


def problem(code: str) -> Problem:
    """What to do about this code. One we do not know is tried a few times, then left to a person."""
    known = PROBLEMS.get(code)
    if known:
        return known
    sentence = (
        f"The text was refused with error {code}: ask your developer to look it up at www.twilio.com/docs/api/errors."
    )
    return Problem(code, Action.RETRY_FEW, sentence)


def sentence(code: str | None) -> str:
    """What a person at the desk can know or do about this code; nothing when there is no code."""
    return problem(code).sentence if code else ""
