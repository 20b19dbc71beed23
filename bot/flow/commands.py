"""Words that work anywhere, in every language: MENU, BACK, MORE, DONE, LANGUAGE, STOP, START, DELETE and HELP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.flow import finds
from bot.flow.model import Expect, Verb
from bot.flow.session import Frame
from bot.language import phrases
from bot.language.names import named
from bot.language.normal import plain

if TYPE_CHECKING:
    from bot.flow.engine import _Turn as Turn

LANGUAGE_FLOW = "change-language"
ERASE_FLOW = "erase-my-data"


def command(turn: Turn) -> bool:
    """Carry out the command that the whole message is, if it is one. True when that was all there was to do."""
    if turn.reply.handled_help:
        return True
    said = plain(turn.reply.text)
    name = turn.world.vocabulary.commands.get(said) if said else None
    if name is None or _is_an_option(turn, said):
        return False
    return COMMANDS[name](turn)


def _is_an_option(turn: Turn, said: str) -> bool:
    """An open question comes first when one of its options is that very word ("no more" of a list, say)."""
    step = turn.waiting()
    if step is None or step.verb is not Verb.ASK:
        return False
    return any(said in turn.world.vocabulary.labels(option.label) for option in step.options)


def switch_language(turn: Turn) -> bool:
    """A message that is only a language's name changes the language and asks the open question again."""
    step = turn.waiting()
    if not turn.session.settled or (step and step.verb is Verb.ASK and step.expect is Expect.LANGUAGE):
        return False
    language = named(turn.reply.text, turn.world.catalogues.languages)
    if language is None or language.code == turn.session.language:
        return False
    turn.set_language(language.code)
    turn.voice.say_phrase(phrases.LANGUAGE_SET)
    if turn.session.frames:
        turn.walk()
    else:
        turn.start(turn.flows.home)
    return True


def _menu(turn: Turn) -> bool:
    if not turn.session.settled:
        return False
    step = turn.waiting()
    if step and step.verb is Verb.LISTEN and turn.session.frames[-1].values.get(step.name):
        turn.session.parked = turn.session.frames
        turn.voice.say_phrase(phrases.STORY_KEPT)
    turn.start(turn.flows.home)
    return True


def _back(turn: Turn) -> bool:
    session = turn.session
    if session.wait.get("told"):  # she reads one of a list: back to the list
        step = turn.waiting()
        if step:
            session.wait["told"], session.more = False, ""
            finds.show(step, session, turn.voice)
            return True
    if len(session.trail) > 1:
        session.trail = session.trail[:-1]
        depth, at = session.trail[-1]
        session.frames = session.frames[:depth]
        session.frames[-1].at = at
        turn.walk()
        return True
    return _back_to_parked(turn)


def _back_to_parked(turn: Turn) -> bool:
    session = turn.session
    if session.parked:
        session.frames, session.parked = session.parked, []
        session.trail = []
        turn.walk()
        return True
    if not session.settled:
        return False
    turn.voice.say_phrase(phrases.NOTHING_BEFORE)
    if session.frames:
        turn.walk()
    else:
        turn.start(turn.flows.home)
    return True


def _more(turn: Turn) -> bool:
    step = turn.waiting()
    if step and step.verb is Verb.FIND:
        finds.next_page(step, turn.session, turn.voice)
        return True
    if step and step.verb is Verb.LISTEN:
        return False
    if turn.session.settled:
        turn.voice.say_phrase(phrases.NO_MORE)
    return turn.session.settled


def _done(turn: Turn) -> bool:
    step = turn.waiting()
    if step is None or step.verb is Verb.ASK:
        return False
    frame = turn.session.frames[-1]
    if step.verb is Verb.LISTEN and not frame.values.get(step.name):
        turn.voice.say_phrase(phrases.LISTEN_EMPTY)
        return True
    frame.at = step.then
    turn.clear_wait()
    turn.walk()
    return True


def _language(turn: Turn) -> bool:
    if not turn.session.settled:
        return False
    return _interrupt(turn, LANGUAGE_FLOW)


def _delete(turn: Turn) -> bool:
    return _interrupt(turn, ERASE_FLOW)


def _interrupt(turn: Turn, flow: str) -> bool:
    """Run a flow on top of what is under way; afterwards the open question is asked again."""
    if turn.session.frames and turn.session.frames[-1].flow == flow:
        turn.walk()
        return True
    if not turn.session.frames:
        turn.flows = turn.world.newest
        turn.session.revision = turn.flows.digest
        if turn.session.settled:
            turn.session.frames = [Frame(turn.flows.home, 0)]
    turn.push(flow, {})
    turn.walk()
    return True


def _stop(turn: Turn) -> bool:
    turn.stop()
    return True


def _start(turn: Turn) -> bool:
    if not turn.session.settled:
        return False
    turn.start(turn.flows.home)
    return True


def _help(turn: Turn) -> bool:
    turn.voice.say_phrase(phrases.HELP)
    return True


COMMANDS: dict[str, Callable[[Turn], bool]] = {
    "menu": _menu,
    "back": _back,
    "more": _more,
    "done": _done,
    "language": _language,
    "stop": _stop,
    "start": _start,
    "delete": _delete,
    "help": _help,
}
