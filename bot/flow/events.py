"""What a turn asks the rest of the house to do. The engine does none of it itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from bot.flow.media import Media
from bot.knowledge.learnable import Kept
from bot.knowledge.places import Deprivation
from bot.language.phrases import COMMANDS
from bot.story.consent import Consent
from bot.story.danger import Danger
from bot.story.gaps import Came


class Say(Struct, frozen=True):
    """One message to send, in the person's language. ``text`` is the whole of it, ``prompt`` the part above the
    options, ``options`` (button id, label) pairs for channels that show buttons, ``template`` the name of the template
    whose text it is."""

    text: str
    prompt: str = ""
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "reply"  # reply | danger | opt_out | template
    template: str = ""

    @property
    def offers_words(self) -> bool:
        """Whether its options are no answers, but command words that its text tells: they have no numbers."""
        return bool(self.options) and all(id.partition(".")[2] in COMMANDS for id, _ in self.options)


@dataclass(frozen=True, slots=True)
class StorySubmitted:
    """A story for the champions' queue. ``messages`` are the texts exactly as they came, ``media`` what was sent."""

    reference: str
    messages: tuple[str, ...]
    consent: Consent
    media: tuple[Media, ...] = ()
    deprivation: Deprivation | None = None
    area: str = ""  # where it belongs, when the flow asked her for that


@dataclass(frozen=True, slots=True)
class StoryCompleted:
    """What she added when her story was safe: what would have helped, whether she may be texted, and which town or
    district it is about. None: not said."""

    reference: str
    wish: str | None = None
    follow_up: bool | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class WordsForgotten:
    """She changed her mind: these texts of hers are not to be kept, nor where these photos and the like lie."""

    texts: tuple[str, ...]
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryTakenBack:
    """She takes back the story with this reference: its words are erased, here and wherever they were carried."""

    reference: str


@dataclass(frozen=True, slots=True)
class ReadersNarrowed:
    """From now on only the champions may read the story with this reference."""

    reference: str


@dataclass(frozen=True, slots=True)
class AboutYouKept:
    """What she told about herself, (name, code) each; what she skipped is not among them. Kept apart from all else."""

    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AboutYouErased:
    """What she told about herself is to be erased."""


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question for a champion, in the person's own words."""

    reference: str
    text: str
    deprivation: Deprivation | None = None
    due: date | None = None  # the day she was told to expect an answer by
    area: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """She looked for something that we do not have. ``came`` is how that showed; ``topic`` and ``area`` are "" when not
    known, the area no more exact than a postcode's district or a town."""

    came: Came
    topic: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class AnswerChosen:
    """Of the answers shown for a question she chose this one, or none of them (""). ``kept`` is what may be kept of her
    question: never more than words of our own texts."""

    kept: Kept
    key: str


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Someone may be in danger; a lead must know. ``text`` is what she wrote, or empty when it was chosen."""

    kind: Danger
    text: str


@dataclass(frozen=True, slots=True)
class ConsentKept:
    """She said yes (``given``) or no to a purpose, like "news". ``how`` is "flow" or "word"; ``wording`` is the
    question as she read it and ``revision`` the digest of the flows it stands in; "" when she was asked nothing."""

    purpose: str
    given: bool
    how: str = "flow"
    wording: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """She wants no more texts."""


@dataclass(frozen=True, slots=True)
class Started:
    """She had stopped and wants texts again."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Everything about her is to be erased; the messages of this turn are the last ones."""


@dataclass(frozen=True, slots=True)
class TimerSet:
    """Wake this conversation after this many milliseconds, if nothing has happened in it meanwhile.

    ``last_word``: count from her last message, and come while WhatsApp still lets us write.
    """

    after_ms: int
    last_word: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpSet:
    """Go on with this later: ``frames`` is what was under way, as JSON, in the flows of ``revision``.

    ``template`` is what may be said by WhatsApp when her 24 hours are over by then.
    """

    after_ms: int
    revision: str
    frames: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """She is with a person from here on. ``text`` is what she said it is about, or empty. ``again``: the talk of this
    reference is open already, and she comes back to it."""

    reference: str
    text: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class ToPerson:
    """What she texted to the champion. Empty when a photo or a voice note came without words. ``danger``: there were
    danger words in it."""

    reference: str
    text: str
    danger: bool = False
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The bot answers her again; the talk with the champion stays open."""

    reference: str


@dataclass(frozen=True, slots=True)
class Broke:
    """The flow failed; the sentence is for the log and holds no words of hers."""

    sentence: str


Event = (
    Say
    | StorySubmitted
    | StoryCompleted
    | WordsForgotten
    | StoryTakenBack
    | ReadersNarrowed
    | AboutYouKept
    | AboutYouErased
    | QuestionAsked
    | NotFound
    | AnswerChosen
    | AlertRaised
    | ConsentKept
    | Stopped
    | Started
    | Erased
    | TimerSet
    | FollowUpSet
    | HandedOver
    | ToPerson
    | TakenBack
    | Broke
)
