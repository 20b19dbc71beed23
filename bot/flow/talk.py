"""A talk with a champion: whose is what she texts, and what becomes of her place when a person writes.

Who texted her last is who she answers: after ``hand_over`` and after a champion's text that is the champion, after
MENU the bot. A question that the bot asks in between (about DELETE, or another language) is answered first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.flow import asks
from bot.flow.commands import switch_language
from bot.flow.events import TakenBack, ToPerson
from bot.flow.looking_back import reference_after
from bot.flow.model import Verb
from bot.flow.session import Person
from bot.flow.world import FromDesk
from bot.language import phrases

if TYPE_CHECKING:
    from bot.flow.engine import Conversation

# These leave the champion for the bot; the other command words do their work and she stays where she is. BACK, MORE and
# DONE mean nothing where nothing is open: there they are words like others.
LEAVES = frozenset({"menu", "start"})
STAYS = frozenset({"language", "delete", "help", "stop"})


def heard(turn: Conversation, *, danger: bool = False) -> None:
    """What she texted goes to the champion, as it came."""
    turn.voice.add(ToPerson(turn.session.talk, turn.reply.text, danger, turn.reply.media))


def leave(turn: Conversation) -> None:
    """The bot answers her again. The talk stays open: what she wrote still waits for the champion."""
    if turn.session.person:
        turn.session.person = Person.NONE
        turn.voice.add(TakenBack(turn.session.talk))


def answered(turn: Conversation) -> bool:
    """What she texts while a champion reads her. True when that was all; False: the bot goes on with it."""
    name = turn.world.vocabulary.commands.get(turn.said)
    if name in LEAVES or (name == "back" and turn.session.parked):
        _goes_back(turn)
        return False
    if name in STAYS or turn.reply.handled_help or _takes_back(turn):
        return False
    if turn.session.frames:
        return _asked_in_between(turn)
    if turn.reply.button:  # only the bot has buttons
        _goes_back(turn)
        return False
    if switch_language(turn):
        heard(turn)  # it may also be what the champion asked
        return True
    if _begins(turn):
        return False
    return _told(turn)


def _takes_back(turn: Conversation) -> bool:
    """DELETE with a reference does its work in between, as DELETE does."""
    return bool(reference_after(turn.words, turn.world.vocabulary.commands, "delete"))


def _goes_back(turn: Conversation) -> None:
    leave(turn)
    turn.voice.say_phrase(phrases.PERSON_STAYS)


def _asked_in_between(turn: Conversation) -> bool:
    """The bot's own question is open. What is no answer to it was meant for the champion."""
    step = turn.waiting()
    if step is None or step.verb is not Verb.ASK:
        return False
    if isinstance(asks.answer(step, turn.reply, turn.voice, turn.session.wait.get("only", ())), asks.Got):
        return False
    if step.otherwise is not None:  # it listens to free words itself, like the one about danger
        heard(turn)
        return False
    turn.rest()
    return _told(turn)


def _begins(turn: Conversation) -> bool:
    """A start word will begin its flow, and stands in the talk too: it may be a champion's answer."""
    name = turn.start_word(turn.said)
    flow = turn.flows.flows.get(name)
    if flow is None or any(step.verb is Verb.HAND_OVER for step in flow.steps):
        return False
    heard(turn)
    if not flow.anywhere:
        _goes_back(turn)
    return True


def _told(turn: Conversation) -> bool:
    """To the champion, and not a word from the bot; only the first time that one will read it."""
    if not (turn.reply.text.strip() or turn.reply.media):
        turn.voice.say_phrase(phrases.ONLY_WORDS_LOCATION if turn.reply.location else phrases.EMPTY)
        return True
    heard(turn)
    if turn.session.person is Person.READS or turn.reply.away:
        turn.session.person = Person.TOLD
        turn.voice.say_phrase(phrases.PERSON_READS)
    return True


def from_desk(turn: Conversation) -> None:
    """A champion did something, or nobody did for two days. Of a talk that she erased, or that is over, nothing."""
    if turn.reply.desk is FromDesk.WROTE:
        _wrote(turn)
    elif turn.reply.talk != turn.session.talk:
        return
    elif turn.reply.desk is FromDesk.FINISHED:
        _finished(turn)
    elif not turn.reply.stopped:
        turn.voice.say_phrase(phrases.PERSON_LATE)


def _wrote(turn: Conversation) -> None:
    """What she texts next answers the champion. What she was in the middle of with the bot makes room."""
    was_with_bot = not turn.session.person
    kept = was_with_bot and turn.rest(None)  # we came between: she has not left
    turn.session.talk, turn.session.person = turn.reply.talk, Person.TOLD
    if was_with_bot:
        turn.voice.say_phrase(phrases.PERSON_WRITES)
    if kept:
        turn.voice.say_phrase(phrases.STORY_KEPT)


def _finished(turn: Conversation) -> None:
    """The bot answers her again; who went back to it before is not disturbed."""
    was_with_person = bool(turn.session.person)
    turn.session.talk, turn.session.person = "", Person.NONE
    if was_with_person and not turn.reply.stopped:
        turn.voice.say_phrase(phrases.PERSON_FINISHED)
