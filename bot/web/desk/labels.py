"""The desk's words for states, topics and dangers, each with the tone of its tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil

from bot.channel.message import DeliveryStatus
from bot.language.catalogue import N_
from bot.store.media import Item, Reason, State
from bot.story.consent import Consent
from bot.story.danger import Danger
from bot.story.status import QuestionStatus, StoryStatus, TalkStatus
from bot.web.wording import gettext

# What came with a story: one of a kind, and more of it.
MEDIA: dict[str, tuple[str, str]] = {
    "photo": (N_("1 photo"), N_("{count} photos")),
    "voice": (N_("1 voice note"), N_("{count} voice notes")),
    "video": (N_("1 video"), N_("{count} videos")),
    "document": (N_("1 document"), N_("{count} documents")),
}
NAMED: dict[str, str] = {
    "photo": N_("A photo"),
    "voice": N_("A voice note"),
    "video": N_("A video"),
    "document": N_("A document"),
}
FETCHING: dict[str, str] = {
    "photo": N_("The photo is being fetched. It comes here by itself."),
    "voice": N_("The voice note is being fetched. It comes here by itself."),
    "video": N_("The video is being fetched. It comes here by itself."),
    "document": N_("The document is being fetched. It comes here by itself."),
}
NOT_KEPT: dict[Reason, str] = {
    Reason.TOO_LARGE: N_("This file was too large ({count} MB). Ask for a smaller one."),
    Reason.WRONG_TYPE: N_("This kind of file cannot be opened here. Ask for a photo, a voice note or a PDF."),
    Reason.BROKEN: N_("This file is broken. Ask for it again."),
    Reason.ELSEWHERE: N_("This file does not lie with Twilio, so it was not fetched."),
    Reason.NOT_THERE: N_("Twilio does not have this file any more. Ask for it again."),
    Reason.NO_ANSWER: N_("Twilio did not give us this file, though we tried for hours. Ask for it again."),
}
STORY: dict[StoryStatus, tuple[str, str]] = {
    StoryStatus.RECEIVED: (N_("To read"), "teal"),
    StoryStatus.NEEDS_LEAD: (N_("A lead is asked"), "lead"),
    StoryStatus.APPROVED: (N_("Approved"), "good"),
    StoryStatus.DECLINED: (N_("Declined"), "plain"),
    StoryStatus.WITHDRAWN: (N_("Taken back"), "plain"),
}
QUESTION: dict[QuestionStatus, tuple[str, str]] = {
    QuestionStatus.WAITING: (N_("Waiting"), "teal"),
    QuestionStatus.ANSWERED: (N_("Answered"), "good"),
    QuestionStatus.CLOSED: (N_("Closed"), "plain"),
}
TALK: dict[TalkStatus, tuple[str, str]] = {
    TalkStatus.WAITING: (N_("Waiting"), "teal"),
    TalkStatus.TAKEN: (N_("Taken"), "good"),
    TalkStatus.FINISHED: (N_("Finished"), "plain"),
}
DELIVERY: dict[DeliveryStatus, tuple[str, str]] = {
    DeliveryStatus.WAITING: (N_("Waiting to go"), "plain"),
    DeliveryStatus.SENDING_NOW: (N_("Going now"), "plain"),
    DeliveryStatus.ACCEPTED: (N_("On its way"), "teal"),
    DeliveryStatus.SCHEDULED: (N_("On its way"), "teal"),
    DeliveryStatus.QUEUED: (N_("On its way"), "teal"),
    DeliveryStatus.SENDING: (N_("On its way"), "teal"),
    DeliveryStatus.SENT: (N_("Sent"), "teal"),
    DeliveryStatus.DELIVERED: (N_("Delivered"), "good"),
    DeliveryStatus.READ: (N_("Read"), "good"),
    DeliveryStatus.UNDELIVERED: (N_("Did not arrive"), "bad"),
    DeliveryStatus.FAILED: (N_("Did not arrive"), "bad"),
    DeliveryStatus.CANCELED: (N_("Not sent, because of STOP"), "warn"),
}
DANGER: dict[Danger, str] = {
    Danger.SELFHARM: N_("May harm themselves"),
    Danger.CHILD: N_("A child may be in danger"),
    Danger.ABUSE: N_("May be hurt at home"),
    Danger.NOW: N_("May be in danger now"),
    Danger.HATE: N_("Attacked for who they are"),
}
CONSENT: dict[Consent, str] = {
    Consent.LEADERS: N_("Champions and health leaders may read it, without a name."),
    Consent.CHAMPIONS: N_("Only the community champions may read it."),
    Consent.NOBODY: N_("Nobody may read it."),
}
TOPICS: dict[str, str] = {
    "food": N_("Food"),
    "health": N_("Doctor and health"),
    "mind": N_("Mental health and worry"),
    "money": N_("Money, debt and bills"),
    "home": N_("Housing"),
    "safety": N_("Staying safe"),
    "family": N_("Children and carers"),
    "company": N_("Company and community"),
    "advice": N_("Rights and legal advice"),
    "english": N_("Interpreters and English"),
}
KINDS: dict[str, str] = {
    "reply": N_("From the bot"),
    "champion": N_("From a champion"),
    "danger": N_("Danger numbers"),
    "opt_out": N_("Goodbye after STOP"),
    "bulk": N_("News for many"),
    "template": N_("Asking them to write back"),
}


def topic_name(topic: str) -> str:
    """A topic in the desk's language."""
    return gettext(TOPICS[topic]) if topic in TOPICS else topic


def topic_options() -> list[tuple[str, str]]:
    """Every topic, for a list to choose from."""
    return [(topic, gettext(name)) for topic, name in TOPICS.items()]


def danger_name(kind: str) -> str:
    """A kind of danger in the desk's language."""
    known = next((name for danger, name in DANGER.items() if danger.value == kind), None)
    return gettext(known or N_("Danger words"))


def delivery(status: str) -> tuple[str, str]:
    """An outbound message's state in the desk's language, and its tone."""
    name, tone = DELIVERY[DeliveryStatus(status)]
    return gettext(name), tone


def media_sentence(item: Item) -> str:
    """Why there is nothing to see of this yet, or any more; "" when there is."""
    if item.state is State.KEPT:
        return ""
    if item.reason is None:
        return gettext(FETCHING[item.kind])
    return gettext(NOT_KEPT[item.reason], count=ceil(item.size / 1_000_000))


def media_name(kind: str) -> str:
    """A kind of media in the desk's language, with its article."""
    return gettext(NAMED[kind])


def counted_media(kinds: Iterable[str]) -> list[str]:
    """How many of each kind came with a story, like ["2 photos", "1 voice note"]."""
    found = Counter(kinds)
    return [gettext(labels[found[kind] > 1], count=found[kind]) for kind, labels in MEDIA.items() if found[kind]]
