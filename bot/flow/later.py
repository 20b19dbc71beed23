"""What comes by itself: the question after a silence, the last word, and what a ``wait`` put off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from bot.flow import asks
from bot.flow.events import AlertRaised, Erased, FollowUpSet, Say, TimerSet
from bot.flow.hours import WINDOW_MS
from bot.flow.lexicon import as_number
from bot.flow.model import Step, Verb
from bot.flow.phrasebook import composed
from bot.flow.session import frames_from_json
from bot.flow.visits import What
from bot.flow.walker import HELD
from bot.language import phrases

if TYPE_CHECKING:
    from bot.flow.engine import Conversation

UNTIL_SHE_WRITES_MS = 6 * 3_600_000  # so often we look whether she has: with a night between, still within her 24 hours
STALE_MS = 2 * WINDOW_MS  # a word about what she wrote before that only puzzles
LAST_WORD_MS = 22 * 3_600_000  # within the 24 hours in which WhatsApp lets us write
LAST_WORD = TimerSet(LAST_WORD_MS, last_word=True)


def rang(turn: Conversation) -> None:
    """A timer: what was put off, or a silence. Who is telling a story is first asked whether that is all; any other
    question, and the story later, is put aside with a last word."""
    if turn.reply.follow_up:
        _go_on_with(turn, turn.reply.follow_up)
        return
    step = turn.waiting()
    if step is None:
        return
    if _is_told(turn, step) and step.quiet_ms and not turn.session.wait.get("asked"):
        turn.session.wait["asked"] = True
        _say_in_window(turn, phrases.LISTEN_QUIET)
        turn.voice.add(LAST_WORD)
    elif _expires(turn, step):
        _expire(turn)


def watch_the_silence(turn: Conversation) -> None:
    """Every turn begins the waiting anew. While a story is being told, one question about the silence is enough."""
    if turn.reply.stopped or turn.reply.timer:
        return
    step = turn.waiting()
    if step is None or _has(turn, Erased):
        return
    if step.quiet_ms and _is_told(turn, step):
        turn.voice.add(TimerSet(step.quiet_ms))
    elif _expires(turn, step):
        turn.voice.add(LAST_WORD)


def takes_up(turn: Conversation) -> bool:
    """True when her text is one of the answers on offer at the question that was put aside: then it is open again."""
    session, flows, revision = turn.session, turn.flows, turn.session.revision
    if not session.expired or not turn.unpark():
        return False
    step = turn.waiting()
    if step and step.verb is Verb.ASK and _answers(turn, step):
        return True
    turn.park(session.frames, expired=True)
    session.frames, session.revision, turn.flows = [], revision, flows
    return False


def _answers(turn: Conversation, step: Step) -> bool:
    """True for a line of the list, or its number: in other words she may mean something else."""
    if asks.offers(turn.reply, turn.said, step, turn.voice):
        return True
    return as_number(turn.reply.text) is not None and isinstance(asks.answer(step, turn.reply, turn.voice), asks.Got)


def forget_expired(turn: Conversation) -> None:
    """After days she no longer means the question that was put aside."""
    if turn.session.expired:
        turn.session.parked, turn.session.parked_revision, turn.session.expired = [], "", False


def _is_told(turn: Conversation, step: Step) -> bool:
    """True while a story is told of which something has come."""
    return step.verb is Verb.LISTEN and bool(turn.session.frames[-1].values.get(step.name))


def _expires(turn: Conversation, step: Step) -> bool:
    """True for a question that should not be left hanging. Not for the menu or a list, where nothing is begun; nor
    where a late text may be seen by who must not see it."""
    if _is_told(turn, step):
        return True
    if (step.verb is not Verb.ASK and step.verb is not Verb.LISTEN) or step.optional or not turn.session.settled:
        return False
    flow = None
    for frame in turn.session.frames:
        flow = turn.flows.flows.get(frame.flow)
        if flow and not flow.last_word:
            return False
    return not (flow and flow.home) and not _has(turn, AlertRaised)


def _has(turn: Conversation, kind: type) -> bool:
    """True when such an event came of this turn. Every turn asks, so without a generator."""
    for event in turn.voice.events:  # noqa: SIM110 - any() costs five times as much
        if type(event) is kind:
            return True
    return False


def _expire(turn: Conversation) -> None:
    """Put it aside, and say how she comes back to it."""
    session = turn.session
    frames = session.frames
    if not turn.rest(What.PUT_DOWN) and (session.expired or not session.parked):
        turn.park(frames, expired=True)
    _say_in_window(turn, phrases.QUESTION_ENDS if session.expired else phrases.STORY_WAITS)


def _say_in_window(turn: Conversation, sentence: str) -> None:
    """Nothing when it would come too late: WhatsApp takes no free text any more, or days have gone by."""
    if not _is_closed(turn) and turn.reply.silent_ms < STALE_MS:
        turn.voice.say_phrase(sentence)


def _is_closed(turn: Conversation) -> bool:
    return turn.reply.channel == "whatsapp" and turn.reply.silent_ms >= WINDOW_MS


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
    closed = _is_closed(turn)
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
