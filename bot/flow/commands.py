"""Words that work anywhere: MENU, BACK, MORE, DONE, LANGUAGE, STOP, START, DELETE, NEWS OFF and HELP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.flow import finds
from bot.flow.events import ConsentKept
from bot.flow.looking_back import reference_after
from bot.flow.model import Expect, Verb
from bot.flow.session import Frame
from bot.flow.walker import BACK
from bot.language import phrases
from bot.language.names import by_name

if TYPE_CHECKING:
    from bot.flow.engine import Conversation

LANGUAGE_FLOW = "change-language"
ERASE_FLOW = "erase-my-data"


def command(turn: Conversation) -> bool:
    """Carry out the command that the whole message is, if it is one. True when that was all there was to do."""
    said = turn.said
    if not said:
        return False
    name = turn.world.vocabulary.commands.get(said)
    if name:
        return COMMANDS[name](turn)
    if reference := reference_after(turn.words, turn.world.vocabulary.commands, "delete"):
        return _interrupt(turn, ERASE_FLOW, {"reference": reference})
    flow = turn.start_word(said, anywhere=True)
    return _interrupt(turn, flow) if flow else False


def switch_language(turn: Conversation) -> bool:
    """A message that is only a language's name changes the language and asks the open question again."""
    step = turn.waiting()
    if not turn.session.settled or (step and step.verb is Verb.ASK and step.expect is Expect.LANGUAGE):
        return False
    language = by_name(turn.said, turn.world.catalogues.languages)
    if language is None or language.code == turn.session.language:
        return False
    turn.set_language(language.code)
    turn.voice.say_phrase(phrases.LANGUAGE_SET)
    _ask_again(turn)
    return True


def _ask_again(turn: Conversation) -> None:
    """The open question once more; the menu when none is open, unless a person answers her."""
    if turn.session.frames:
        turn.walk(again=True)
    elif not turn.session.person:
        turn.start(turn.flows.home)


def _menu(turn: Conversation) -> bool:
    if not turn.session.settled:
        return False
    turn.start(turn.flows.home)
    return True


def _back(turn: Conversation) -> bool:
    session = turn.session
    step = turn.waiting()
    if step and step.verb is Verb.FIND:  # from one of a list to the list, from a page to the page before
        reading = session.wait.pop("told", False)
        if reading or finds.page_back(step, session.frames[-1]):
            session.more = ""
            finds.show(step, session.frames[-1], turn.voice)
            return True
    if len(session.trail) > 1:
        session.trail = session.trail[:-1]
        depth, at = session.trail[-1]
        if depth < len(session.frames):
            _put_story_aside(turn, depth)
        session.frames = session.frames[:depth]
        session.frames[-1].at = at
        turn.walk(again=True)
        return True
    return _back_to_parked(turn)


def _put_story_aside(turn: Conversation, depth: int) -> None:
    """Going back out of a flow must not lose the story that was being told in it."""
    kept, trail = turn.session.frames[:depth], turn.session.trail
    if turn.rest(None):
        turn.voice.say_phrase(phrases.STORY_KEPT)
    turn.session.frames, turn.session.trail = kept, trail


def _back_to_parked(turn: Conversation) -> bool:
    if turn.unpark():
        turn.walk(again=True)
        return True
    if not turn.session.settled:
        return False
    turn.voice.say_phrase(phrases.NOTHING_BEFORE)
    _ask_again(turn)
    return True


def _more(turn: Conversation) -> bool:
    step = turn.waiting()
    if step and step.verb is Verb.LISTEN:
        return False
    if step and step.verb is Verb.FIND:
        finds.more(step, turn.session.frames[-1], turn.session, turn.voice)
        return True
    if not turn.session.settled:
        return False
    if step:
        turn.walk(again=True)
    else:
        turn.voice.say_phrase(phrases.NO_MORE)
    return True


def _form(turn: Conversation, name: str) -> bool:
    """What she is reading, to hear or in easy words. Anywhere else the word means nothing, and may be an answer."""
    step, key = turn.waiting(), turn.session.wait.get("told")
    if step is None or step.verb is not Verb.FIND or not isinstance(key, str):
        return False
    if turn.reply.button not in {"", f"{step.name}.{name}"}:
        return False
    if not finds.form(name, step, key, turn.voice):
        turn.voice.say_phrase(phrases.NOT_IN_THIS_FORM)
    return True


def _listen(turn: Conversation) -> bool:
    return _form(turn, "listen")


def _easy(turn: Conversation) -> bool:
    return _form(turn, "easy")


def _done(turn: Conversation) -> bool:
    step = turn.waiting()
    if step and step.repeat and turn.session.frames[-1].values.get(step.name):
        turn.leave(step, "")
        return True
    if step is None or step.verb is Verb.ASK:
        if turn.session.settled:
            _ask_again(turn)
        return turn.session.settled
    frame = turn.session.frames[-1]
    if step.verb is Verb.LISTEN and not frame.values.get(step.name):
        turn.voice.say_phrase(phrases.LISTEN_EMPTY)
        return True
    frame.at = step.then
    turn.clear_wait()
    turn.walk()
    return True


def _language(turn: Conversation) -> bool:
    return turn.session.settled and _interrupt(turn, LANGUAGE_FLOW)


def _delete(turn: Conversation) -> bool:
    return _interrupt(turn, ERASE_FLOW)


def _interrupt(turn: Conversation, flow: str, given: dict[str, object] | None = None) -> bool:
    """Run a flow on top of what is under way; afterwards the open question is asked again.

    That says so first, but after another language: its "We now write in Polish." leads back by itself.
    """
    between = turn.waiting() is not None and flow != LANGUAGE_FLOW
    given = given or {}
    if turn.session.frames and turn.session.frames[-1].flow == flow:
        if given:
            _begin_again(turn, given)
        turn.walk(again=True)
        return True
    if not turn.session.frames:
        after = turn.session.settled and not turn.session.person
        turn.begin(turn.flows.home) if after else turn.begin(flow, given)
    if turn.session.frames[-1].flow != flow:
        turn.push(flow, given | ({BACK: True} if between else {}))
    turn.walk()
    return True


def _begin_again(turn: Conversation, given: dict[str, object]) -> None:
    """The flow that is open from its beginning, told something new: she names her story after all."""
    frame = turn.session.frames[-1]
    back = {name: value for name, value in frame.values.items() if name == BACK}
    turn.session.frames[-1] = Frame(frame.flow, 0, given | back)


def _stop(turn: Conversation) -> bool:
    turn.stop()
    return True


def _start(turn: Conversation) -> bool:
    if not turn.session.settled:
        return False
    turn.start(turn.flows.home)
    return True


def _help(turn: Conversation) -> bool:
    turn.voice.say_phrase(phrases.HELP)
    step = turn.waiting()
    if step and step.verb is not Verb.LISTEN:
        turn.walk(again=True)
    return True


def _news_off(turn: Conversation) -> bool:
    """No more news. What is under way goes on."""
    turn.voice.add(ConsentKept("news", given=False, how="word"))
    turn.session.spared = True
    turn.voice.say_phrase(phrases.NEWS_OFF_DONE)
    step = turn.waiting()
    if step and step.verb is not Verb.LISTEN:
        turn.walk(again=True)
    return True


COMMANDS: dict[str, Callable[[Conversation], bool]] = {
    "menu": _menu,
    "back": _back,
    "more": _more,
    "listen": _listen,
    "easy": _easy,
    "done": _done,
    "language": _language,
    "stop": _stop,
    "start": _start,
    "delete": _delete,
    "news_off": _news_off,
    "help": _help,
}
