"""A conversation moves on by one reply: (world, session, reply, luck) in, (session, events) out. No IO."""

from __future__ import annotations

from random import Random

from msgspec import Struct

from bot.flow import asks, deprived, finds, free, later, talk
from bot.flow.commands import command, switch_language
from bot.flow.events import AlertRaised, Broke, Erased, Event, Say, Started, Stopped, StoryTakenBack
from bot.flow.lexicon import Ambiguous
from bot.flow.looking_back import ToldUnknown, reference_after
from bot.flow.model import Expect, Step, Verb
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.visits import Visit, What, words_to_keep
from bot.flow.walker import FlowBroke, Walker
from bot.flow.world import Reply, World
from bot.language import phrases
from bot.language.names import by_name
from bot.language.normal import words
from bot.story.danger import Danger

LETTERS_OF_A_QUESTION = 3
ANSWER = "answer"  # of a flow whose answers are not kept with her texts


class Turn(Struct, frozen=True):
    """What one reply led to. ``private`` is the kind of answer that tells where or who she is, like "place": then the
    reply's words are not to be kept. "" for any other reply.

    ``path`` is what it did at which steps; ``at_step`` the step that waits now, "" when nothing is under way.
    ``asks_told``: nothing was done, as her stories must be known; it is to be taken again with ``Reply.told``.
    """

    session: Session
    events: tuple[Event, ...]
    private: str = ""
    path: tuple[Visit, ...] = ()
    at_step: str = ""
    asks_told: bool = False


def resume(world: World, session: Session, reply: Reply, random: Random) -> Turn:
    """Move the conversation on by one reply. Never raises for what a person or a flow does: a flow that breaks
    sends one kind sentence, leaves the session idle and says so in a ``Broke`` event. ``session`` is changed."""
    turn = Conversation(world, session, reply, random)
    try:
        turn.run()
    except ToldUnknown:
        return Turn(session, (), asks_told=True)
    except FlowBroke as broke:
        turn.voice.events = [event for event in turn.voice.events if not isinstance(event, Say)]
        turn.voice.add(Broke(str(broke)))
        if not reply.timer:  # she waits for an answer; without that nothing has gone wrong for her
            turn.voice.say_phrase(phrases.WENT_WRONG)
        turn.rest()
        turn.path.clear()  # she did not leave: the flow did
    session.stamp += 1
    step = turn.waiting()
    at_step = step.name if step else ""
    return Turn(turn.session, tuple(turn.voice.events), turn.private, tuple(turn.path), at_step)


class Conversation(Walker):
    """One turn on its way."""

    def __init__(self, world: World, session: Session, reply: Reply, random: Random) -> None:
        language = session.language or reply.guess or "en"
        voice = Speaker(world, language, reply.channel, random, reply.today, reply.now_ms)
        super().__init__(world, session, voice)
        self.reply, self.told = reply, reply.told
        self.words = words(reply.text)
        self.said = " ".join(self.words)
        self.private = ""

    # the order of things ---------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Danger first, then stopping, then commands, then the question that is open."""
        offered = not self.reply.timer and self._offered()
        danger = None if self.reply.timer or offered else self.world.danger.look_through(self.words)
        if danger:
            self._danger(danger)
        elif self.reply.desk:
            talk.from_desk(self)
        elif self.reply.stopped or self.reply.handled_stop:
            self._stopped()
        elif self.reply.timer:
            later.rang(self)
        else:
            self._answered(offered=offered)
        later.watch_the_silence(self)

    def _offered(self) -> bool:
        """True when the reply is a line that we offered ourselves, like "Forced marriage": that is a choice, no cry."""
        step = self.waiting()
        if step is None or step.verb is Verb.LISTEN:
            return False
        if step.verb is Verb.FIND:
            return finds.offers(self.reply, self.said, step, self.session.frames[-1], self.voice)
        return asks.offers(self.reply, self.said, step, self.voice)

    def _danger(self, kind: Danger) -> None:
        """The right number at once, a person told, nothing else asked. What she wrote stays part of her story."""
        step = self.waiting()
        if step and step.verb is Verb.LISTEN:
            self._heard(step)
        self.voice.add(AlertRaised(kind, self.reply.text))
        self.session.spared = True
        if self.session.person:
            talk.heard(self, danger=True)
        if not self.reply.stopped:
            self.say_danger(kind)

    def _stopped(self) -> None:
        """She has stopped: only START is answered, never a later "thanks" (messaging.md, Stopping); DELETE is done in
        silence."""
        said = self.world.vocabulary.commands.get(self.said)
        if self.reply.handled_stop:
            self.voice.add(Stopped())
            self.rest()
            talk.leave(self)
        elif said == "start":
            self.voice.add(Started())
            self.voice.say_phrase(phrases.STARTED)
            self.rest()
        elif said == "delete":
            self.voice.add(Erased())
        elif reference := reference_after(self.words, self.world.vocabulary.commands, "delete"):
            self.voice.add(StoryTakenBack(reference))
        elif self.session.talk and self.reply.text.strip():
            talk.heard(self)

    def _answered(self, *, offered: bool) -> None:
        """``offered``: the reply is an answer that we offered. At a question that comes before any command."""
        away = self.reply.away and not self.session.wait.get("came_back")
        if away and self.session.frames and self.rest(What.PUT_DOWN):
            self.voice.say_phrase(phrases.STORY_KEPT)
        if away:
            later.forget_expired(self)
        if self.reply.media and self.said and not self._wants_media():
            self.voice.say_phrase(phrases.ONLY_WORDS)  # the words that came with it are taken below
        if self.session.person and talk.answered(self):
            return
        chosen = offered and self._is_asked()
        if self.reply.handled_help or (not chosen and (command(self) or switch_language(self))):
            return
        if self.held:
            later.answered_template(self)
        elif not self.session.settled and not self.session.frames:
            self._first()
        elif self.session.frames or later.takes_up(self):
            self._step_answered()
        else:
            self.idle()

    def _is_asked(self) -> bool:
        step = self.waiting()
        return step is not None and step.verb is Verb.ASK

    def _wants_media(self) -> bool:
        if self.session.person:
            return True  # a champion sees it
        step = self.waiting()
        if step is None:
            return False
        return step.expect is Expect.MEDIA or (step.verb is Verb.LISTEN and bool(self._taken(step)))

    # beginnings ------------------------------------------------------------------------------------------------------
    def _first(self) -> None:
        """A new person: the welcome, with what she wrote kept for after it when it says more than hello.

        A start word: its flow lies below the welcome and begins when that ends. The name of a language, from a poster
        perhaps, is no question, and tells in which language to go on.
        """
        own = by_name(self.said, self.world.catalogues.languages)
        named = own.code if own else ""
        self.session.language = guess = named or self.reply.guess
        self.voice.language = guess or "en"
        wanted = self.start_word(self.said)
        opening = self.reply.text.strip() if self._could_be_a_question() and not wanted and not named else ""
        if wanted:
            self.begin(wanted)
        known: dict[str, object] = {"guess": guess, "opening": opening, "wanted": wanted, "named": named}
        self.begin(self.world.newest.first, known)
        self.walk()

    def idle(self) -> None:
        """Nothing is under way: a start word, thanks, a question in her own words, or the menu."""
        said = self.said
        if started := self.start_word(said):
            self.start(started)
        elif said in self.world.vocabulary.thanks:
            self.voice.say_phrase(phrases.WELCOME)
        elif not self._could_be_a_question():
            self._say_what_cannot_be_read()
            self.start(self.flows.home)
        else:
            self.begin(self.flows.home)
            self._step_answered()

    def _say_what_cannot_be_read(self) -> None:
        if self.said:
            return
        if self.reply.media:
            self.voice.say_phrase(phrases.ONLY_WORDS)
        elif self.reply.location:
            self.voice.say_phrase(phrases.ONLY_WORDS_LOCATION)

    def start_word(self, said: str, *, anywhere: bool = False) -> str:
        """The flow that begins with this word; "" when none does. ``anywhere``: only those that may interrupt."""
        return self.world.vocabulary.start_words(self.flows, anywhere=anywhere).get(said, "")

    def _could_be_a_question(self) -> bool:
        said = self.said
        social = said in self.world.vocabulary.greetings or said in self.world.vocabulary.thanks
        return not social and sum(map(str.isalpha, said)) >= LETTERS_OF_A_QUESTION

    # the open question -----------------------------------------------------------------------------------------------
    def _step_answered(self) -> None:
        """What she says to the step that waits."""
        step = self.waiting()
        if step is None:
            return
        if step.verb is Verb.LISTEN:
            self._listened(step)
        elif step.verb is Verb.FIND:
            self._find_answered(step)
        else:
            self._ask_answered(step)

    def _listened(self, step: Step) -> None:
        said = self.said
        if self.session.wait.pop("asked", False) and said in self.world.vocabulary.yes:
            self.leave(step, "")  # "Is that everything?" - "Yes"
        elif said or self._taken(step):
            if self._heard(step):
                self.voice.say_phrase(phrases.LISTENING)
        else:
            self._note_missed(step)
            kind = phrases.ONLY_WORDS if self.reply.media else phrases.EMPTY
            self.voice.say_phrase(phrases.ONLY_WORDS_LOCATION if self.reply.location else kind)

    def _heard(self, step: Step) -> bool:
        """Add the words and what came with them to what she tells; True for the first of it."""
        told = self.session.frames[-1].values.setdefault(step.name, [])
        begins = not told
        told += [*([self.reply.text] if self.reply.text.strip() else []), *self._taken(step)]
        return begins

    def _taken(self, step: Step) -> list[dict[str, str]]:
        """The photos and the like that this step takes beside words."""
        return [item.kept() for item in self.reply.media if item.kind in step.limits.kinds]

    def _ask_answered(self, step: Step) -> None:
        got = asks.answer(step, self.reply, self.voice, self.session.wait.get("only", ()))
        if self.flows.flows[self.session.frames[-1].flow].private:
            self.private = ANSWER
        elif step.expect in free.PRIVATE:
            self._keep_private(step, got)
        if isinstance(got, asks.Got):
            self._take(step, got)
        elif step.otherwise is None or got.maybe:
            self._missed(step, got)
        elif started := self.start_word(self.said):
            self.start(started)
        elif self._could_be_a_question() or self._no_such_place(step):
            self._otherwise(step)
        else:
            self._social_or_missed(step, got)

    def _keep_private(self, step: Step, got: asks.Got | asks.Missed) -> None:
        """Where she is, and whose number she gave, stands nowhere but in her session."""
        tells = not got.key if isinstance(got, asks.Got) else free.tells_who_or_where(step, self.reply.text)
        if tells:
            self.private = str(step.expect)

    def _take(self, step: Step, got: asks.Got) -> None:
        if got.told:
            self.voice.say(got.told)
        if step.expect is Expect.MEDIA and self.reply.media and self.said:
            self.session.frames[-1].values["said"] = self.reply.text.strip()  # the words that came with it
        if step.repeat and got.key != "skip":
            self._take_another(step, got)
            return
        frame = self.session.frames[-1]
        frame.values[step.name] = got.value
        deprived.note(step, frame, self.world.directory)
        if step.expect is Expect.LANGUAGE:
            self.set_language(str(got.value))
        self.leave(step, got.key)

    def _take_another(self, step: Step, got: asks.Got) -> None:
        """One of several answers to a question that may be answered more than once."""
        frame = self.session.frames[-1]
        more = got.value if isinstance(got.value, list) else [got.value]  # one message may bring several photos
        frame.values[step.name] = [*frame.values.get(step.name, ()), *more]
        if len(frame.values[step.name]) >= step.repeat:
            self.leave(step, "")
        else:
            asks.show(step, frame, self.session, self.voice, before=self.voice.phrase(phrases.ANOTHER))

    def leave(self, step: Step, key: str) -> None:
        """Go on after this step: by the chosen option's jump, into its flow, or to the next step."""
        self.session.frames[-1].at = step.go.get(key, step.then)
        self.clear_wait()
        if key in step.run:
            self.push(step.run[key], {})
        self.walk()

    def _no_such_place(self, step: Step) -> bool:
        """A place that nobody knows, however short: where there is another way on, she is not asked for it twice."""
        social = self.said in self.world.vocabulary.greetings or self.said in self.world.vocabulary.thanks
        return step.expect is Expect.PLACE and bool(self.said) and not social

    def _otherwise(self, step: Step) -> None:
        frame = self.session.frames[-1]
        frame.values["said"] = "" if self.private == Expect.PLACE else self.reply.text.strip()
        frame.at = step.otherwise if step.otherwise is not None else step.then
        self.clear_wait()
        self.walk()

    def _social_or_missed(self, step: Step, missed: asks.Missed) -> None:
        """Thanks and hello are no answers, and no mistakes either."""
        said = self.said
        if said in self.world.vocabulary.thanks:
            self.voice.say_phrase(phrases.WELCOME)
            self.rest()
        elif said in self.world.vocabulary.greetings:
            self.walk(again=True)
        else:
            self._missed(step, missed)

    def _missed(self, step: Step, missed: asks.Missed) -> None:
        frame = self.session.frames[-1]
        if step.expect is Expect.LANGUAGE and not frame.values.get("opening") and self._could_be_a_question():
            frame.values["opening"] = self.reply.text.strip()  # what she came for, before we know her language
        if not missed.maybe:  # one of two is understood half-way: we only ask which
            self._note_missed(step)
        self.session.wait["only"] = list(missed.maybe)
        sentence = missed.sentence
        if sentence == phrases.NOT_UNDERSTOOD_OPTIONS:
            self.session.misses += 1
            sentence = phrases.NOT_UNDERSTOOD_AGAIN if self.session.misses > 1 else sentence
        asks.show(
            step, frame, self.session, self.voice, before=self.voice.phrase(sentence, missed.fills), only=missed.maybe
        )

    def _note_missed(self, step: Step) -> None:
        words = words_to_keep(step, self.reply.text)
        self.path.append(Visit(self.flows.digest, self.session.frames[-1].flow, step.name, What.MISSED, words))

    def _find_answered(self, step: Step) -> None:
        frame = self.session.frames[-1]
        exactly = finds.offers(self.reply, self.said, step, frame, self.voice)
        if not exactly and finds.put_in_order(self.reply, self.words, step, frame, self.session, self.voice):
            return
        found = finds.pick(self.reply, step, frame, self.voice, self.session.wait.pop("only", ()))
        if isinstance(found, str) and (chosen := finds.chosen(found, step, frame, self.voice)):
            self.voice.add(chosen)
        if isinstance(found, str) and finds.is_item(found, step, frame):
            self._told(step, found, frame)
        elif isinstance(found, str):
            if step.find in finds.FOR_A_QUESTION:
                self.voice.add(finds.none_fits(step, frame, self.voice))
            self.leave(step, found)
        elif isinstance(found, Ambiguous):
            self.session.wait["only"] = list(found.keys)
            finds.ask_which(found, step, frame, self.voice)
        else:
            self._find_missed(step, frame)

    def _find_missed(self, step: Step, frame: Frame) -> None:
        said = self.said
        if said in self.world.vocabulary.thanks:
            self.voice.say_phrase(phrases.WELCOME)
            self.rest()
        elif said in self.world.vocabulary.greetings:
            self.start(self.flows.home)
        elif step.otherwise is not None and self._could_be_a_question() and not self.reply.button:
            self._otherwise(step)
        else:
            self._note_missed(step)
            wordless = self.reply.media and not said
            sentence = phrases.ONLY_WORDS if wordless else phrases.NOT_UNDERSTOOD_OPTIONS
            finds.show(step, frame, self.voice, before=self.voice.phrase(sentence))

    def _told(self, step: Step, key: str, frame: Frame) -> None:
        finds.tell(step, key, frame, self.session, self.voice)
        self.session.wait["told"] = key
        if not step.stay:
            self.leave(step, key)

    # stopping, used by the commands ----------------------------------------------------------------------------------
    def stop(self) -> None:
        """No more texts, and one confirmation."""
        self.voice.add(Stopped())
        self.voice.say_phrase(phrases.STOPPED, kind="opt_out")
        self.rest()
        talk.leave(self)
