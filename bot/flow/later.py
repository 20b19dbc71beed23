"""What comes by itself: the question after a silence, the last word, and what a ``wait`` put off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from bot.flow.events import Erased, FollowUpSet, Say, TimerSet
from bot.flow.hours import WINDOW_MS
from bot.flow.model import Verb
from bot.flow.phrasebook import composed
from bot.flow.session import frames_from_json
from bot.flow.walker import HELD
from bot.language import phrases

if TYPE_CHECKING:
    from bot.flow.engine import Conversation

UNTIL_SHE_WRITES_MS = 6 * 3_600_000  # so often we look whether she has: with a night between, still within her 24 hours
LAST_WORD_MS = 22 * 3_600_000  # within the 24 hours in which WhatsApp lets us write


def rang(turn: Conversation) -> None:
    """A timer: what was put off, or a silence while a story is told. Then we first ask whether that is all, and later
    say where it lies."""
    if turn.reply.follow_up:
        _go_on_with(turn, turn.reply.follow_up)
        return
    step = turn.waiting()
    if step is None or step.verb is not Verb.LISTEN or not turn.session.frames[-1].values.get(step.name):
        return
    if turn.session.wait.get("asked"):
        turn.rest()
        turn.voice.say_phrase(phrases.STORY_WAITS)
    else:
        turn.session.wait["asked"] = True
        turn.voice.say_phrase(phrases.LISTEN_QUIET)
        turn.voice.add(TimerSet(LAST_WORD_MS))


def watch_the_silence(turn: Conversation) -> None:
    """While a story is being told, every turn begins the waiting anew; one question about the silence is enough."""
    step = turn.waiting()
    if turn.reply.stopped or turn.reply.timer or step is None or step.verb is not Verb.LISTEN or not step.quiet_ms:
        return
    if turn.session.frames[-1].values.get(step.name) and not any(isinstance(e, Erased) for e in turn.voice.events):
        turn.voice.add(TimerSet(step.quiet_ms))


def answered_template(turn: Conversation) -> None:
    """She wrote, so the follow-up goes on; but a start word is what she wants now, and that comes later."""
    if started := turn.start_word(turn.said):
        turn.start(started)
        return
    turn.clear_wait()
    turn.walk()
    if not any(isinstance(event, Say) for event in turn.voice.events):
        turn.idle()


def _go_on_with(turn: Conversation, later: FollowUpSet) -> None:
    """What a ``wait`` put off. A flow whose revision is gone for good is not gone on with."""
    flows = turn.world.pinned(later.revision)
    if flows is None:
        return
    closed = turn.reply.channel == "whatsapp" and turn.reply.silent_ms >= WINDOW_MS
    if closed and (turn.held or not later.template):
        turn.voice.add(replace(later, after_ms=UNTIL_SHE_WRITES_MS))
        return
    turn.rest()
    turn.flows, turn.session.revision = flows, later.revision
    turn.session.frames = frames_from_json(later.frames)
    if closed:
        _hold(turn, later.template)
    else:
        turn.walk()
    turn.session.wait["came_back"] = True  # this question is new, however long ago her last message was


def _hold(turn: Conversation, template: str) -> None:
    """WhatsApp takes no free text now: only the approved one, and the rest waits until she writes."""
    said = composed(turn.voice.phrase(turn.flows.templates[template].text), turn.voice.language, kind="template")
    turn.voice.add(structs.replace(said, template=template))
    turn.session.wait = {HELD: template}
