"""Flow files into flows. Whatever is wrong is said with file:line:column and how to mend it, all of it at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from bot.flow import answering, nameless
from bot.flow.actions import ACTIONS
from bot.flow.between import jumps_to_flows, unknown_flows, unknown_templates
from bot.flow.braces import CONSTANTS, faults
from bot.flow.condition import FACTS, Condition, ConditionError
from bot.flow.model import Flow, FlowSet, Given, Option, Step, Verb
from bot.flow.sense import senseless
from bot.flow.shape import read_shape
from bot.flow.slips import put_right
from bot.flow.span import span_ms
from bot.flow.templates import all_templates, is_templates
from bot.flow.unknown import nearest, unknown
from bot.flow.whole import FIRST, missing
from bot.flow.written import ALLOWED, OPTION, VERB_ORDER, Said, StepFile, Texts, names_verb
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.source import Path, Source, read_source
from bot.language.normal import plain
from bot.language.phrases import SKIP

_NAMED = re.compile(r"^flow:[ \t]*([a-z0-9-]+)", re.MULTILINE)
BUILT_IN = CONSTANTS | {"guess", "opening", "wanted", "named", "said", *FACTS}
# find: what it can look for -> what it must be told by ``with:`` or ``about:``
FINDS = {"services": {"topic", "place"}, "answers": {"about"}, "help": {"about"}, "rights": set()}


def load_flows(sources: Mapping[str, str]) -> FlowSet:
    """The flows and templates of these files ({file name: text}). Raises ContentErrors with all that is wrong."""
    flows: dict[str, Flow] = {}
    readers: list[_Reader] = []
    templates, errors = all_templates({name: text for name, text in sources.items() if is_templates(text)})
    unread, broken = bool(errors), set[str]()
    for filename, text in sorted(sources.items()):
        if is_templates(text):
            continue
        try:
            reader = _Reader(filename, text)
        except ContentErrors as bad:
            errors.extend(bad.errors)
            broken |= set(_NAMED.findall(text))
            continue
        readers.append(reader)
        if reader.written.flow in flows:
            first = flows[reader.written.flow].file
            reader.wrong(
                ("flow",),
                f'The name "{reader.written.flow}" is taken by {first}. Give this flow another.',
                "duplicate-flow",
            )
        flows.setdefault(reader.written.flow, reader.flow())
    for reader in readers:
        errors += [jumps_to_flows(error, flows) for error in reader.errors]
        errors += unknown_flows(reader.written, reader.source, flows, broken)
        errors += unknown_templates(reader.written, reader.source, templates) if not unread else ()
    homes = {reader.written.flow: reader.source.position(("home",)) for reader in readers}
    errors.extend(missing(flows, lambda flow: homes[flow.name]) if not errors else ())
    if errors:
        raise ContentErrors(errors)
    home = next(flow.name for flow in flows.values() if flow.home)
    return FlowSet(digest(sources), flows, home, FIRST, templates)


def load_flow(text: str | bytes, filename: str) -> Flow:
    """One flow by itself; flows that it runs are not looked for. Raises ContentErrors with everything that is wrong."""
    reader = _Reader(filename, text)
    flow = reader.flow()
    if reader.errors:
        raise ContentErrors(reader.errors)
    return flow


def digest(sources: Mapping[str, str]) -> str:
    """The revision's name: SHA-256 of the files, whatever their order."""
    canonical = json.dumps(dict(sources), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Reader:
    """One file on its way to a Flow; it remembers every problem."""

    def __init__(self, filename: str, text: str | bytes) -> None:
        self.filename = filename
        self.source: Source = read_source(text, filename)
        self.written, self.errors = read_shape(self.source)
        self.names = self._names()

    def wrong(self, path: Path, sentence: str, code: str, suggestion: str | None = None) -> None:
        self.errors.append(self.source.error(path, sentence, code=code, suggestion=suggestion))

    def _unknown(self, path: Path, name: str, known: Iterable[str], what: str) -> None:
        sentence, near = unknown(name, known, what)
        self.wrong(path, sentence, f"unknown-{what}", near)

    def _unknown_name(self, path: Path, name: str, variables: frozenset[str], about: str = "", nth: int = 0) -> None:
        """A name that nothing has: like one that is there, or that of a question without an id."""
        near = nearest(name, variables - BUILT_IN) or next(
            (own for own in BUILT_IN if own == name.strip().lower()), None
        )
        at = None if near else nameless.question(name, self.written.steps)
        sentence, near = unknown(name, [near] if near else variables - BUILT_IN, "variable")
        if at is not None:
            line = self.source.position(("steps", at))[0]
            sentence = f'"{name}" is not a variable I know. Give the question on line {line} "id: {name.strip()}".'
        error = self.source.error(path, sentence, code="unknown-variable", suggestion=near, about=about, nth=nth)
        self.errors.append(error)

    # names ---------------------------------------------------------------------------------------------------------
    def _names(self) -> dict[str, int]:
        names: dict[str, int] = {}
        for number, step in enumerate(self.written.steps):
            if step.id is None:
                continue
            if step.id in names:
                self.wrong(
                    ("steps", number, "id"),
                    f'Two steps are called "{step.id}". Give one of them another id.',
                    "duplicate-id",
                )
            names.setdefault(step.id, number)
        return names

    def _variables(self) -> frozenset[str]:
        known = {*BUILT_IN, *self.names, *self.written.takes}
        for step in self.written.steps:
            known |= {*(step.set or ()), *(step.into or ())}
            known |= set(ACTIONS[step.do].gives) if step.do in ACTIONS else set()
        return frozenset(known)

    # steps ---------------------------------------------------------------------------------------------------------
    def flow(self) -> Flow:
        """The flow, with every jump resolved; problems are in ``errors``."""
        variables = self._variables()
        for number, name in enumerate(self.written.gives):
            if name not in variables:
                self._unknown_name(("gives", number), name, variables)
        steps = tuple(self._step(number, step, variables) for number, step in enumerate(self.written.steps))
        written = self.written
        return Flow(
            written.flow,
            self.filename,
            written.about,
            steps,
            tuple(written.takes),
            tuple(written.start_words),
            written.home,
            written.anywhere,
            tuple(written.gives),
            tuple(step.name for step in steps if step.verb is Verb.LISTEN),
            written.budget,
            written.last_word,
            written.private,
        )

    def _step(self, number: int, step: StepFile, variables: frozenset[str]) -> Step:
        path: Path = ("steps", number)
        verb = self._verb(path, step)
        self._check_words(path, verb, step, variables)
        options = self._options(path, step)
        said = step.ask or step.listen or step.say or step.hand_over or {}
        end = len(self.written.steps)
        after = end if step.end or verb in {Verb.END, Verb.HAND_OVER} else number + 1
        jumps = step.go if isinstance(step.go, dict) else {}
        if isinstance(step.go, str) and verb is not Verb.IF:
            after = self._target((*path, "go"), step.go)
        return Step(
            verb=verb,
            name=step.id or f"step{number + 1}",
            line=self.source.position(path)[0],
            then=after,
            text=next(iter(_texts(said)), ""),
            variants={channel: tuple(texts) for channel, texts in said.items()} if len(_texts(said)) > 1 else {},
            only=step.only or "",
            optional=step.optional,
            repeat=step.repeat or 0,
            into=self._into(path, step),
            options=options,
            go=self._jumps(path, step, verb, jumps, options),
            run=self._runs(path, step, options),
            otherwise=self._target((*path, "else"), step.else_) if step.else_ else None,
            expect=step.expect,
            limits=answering.limits(step),
            clear=step.clear,
            condition=self._condition((*path, "if"), step.if_, variables),
            values=self._given(step, variables),
            action=self._action(path, step),
            flow=step.run if isinstance(step.run, str) else "",
            find=step.find or "",
            about=step.about or "",
            page=step.page,
            none=self._target((*path, "none"), step.none) if step.none else None,
            stay=step.stay,
            quiet_ms=self._span((*path, "quiet"), step.quiet),
            wait_ms=self._span((*path, "wait"), step.wait) or 0,
            template=step.template or "",
            budget=step.budget,
        )

    def _verb(self, path: Path, step: StepFile) -> Verb:
        named = [verb for verb in VERB_ORDER if names_verb(step, verb)]
        if not named:
            words = ", ".join(verb.value for verb in Verb)
            asks = step.model_fields_set & {"options", "expect"}
            told = 'This step has answers but no question. Add "ask:" with the question.' if asks else ""
            self.wrong(path, told or f"This step does nothing. Give it one of: {words}.", "no-verb")
            return Verb.ASK if asks else Verb.END
        return named[0]

    def _check_words(self, path: Path, verb: Verb, step: StepFile, variables: frozenset[str]) -> None:
        for key in step.model_fields_set:
            name = StepFile.model_fields[key].alias or key
            if name != verb.value and name not in ALLOWED[verb]:
                self.wrong(
                    (*path, name),
                    f'"{name}" does not go with "{verb.value}" in one step. {_parting(verb, name)}',
                    "mixed-verbs",
                )
        for name in ("say", "ask", "listen", "hand_over", "options"):
            self._check_braces((*path, name), variables, option=name == "options")
        for name in ("set", "with") if verb in {Verb.SET, Verb.DO, Verb.RUN} else ():
            self._check_braces((*path, name), variables)
        for word, sentence, code in answering.problems(step):
            self.wrong((*path, word) if word else path, sentence, code)
        if verb is Verb.FIND:
            self._check_find(path, step)
        if step.about and step.about not in variables:
            self._unknown_name((*path, "about"), step.about, variables)

    def _check_braces(self, path: Path, variables: frozenset[str], *, option: bool = False) -> None:
        for at, text in self.source.texts(path):
            for fault in faults(text, variables, option=option):
                if fault.code == "unknown-variable":
                    self._unknown_name(at, fault.about[1:-1], variables, fault.about, fault.nth)
                    continue
                error = self.source.error(
                    at, fault.sentence, code=fault.code, suggestion=fault.suggestion, about=fault.about, nth=fault.nth
                )
                self.errors.append(error)

    def _check_find(self, path: Path, step: StepFile) -> None:
        given = {*(step.with_ or ()), *(("about",) if step.about else ())}
        for name in FINDS[step.find or ""] - given:
            how = f"with: {{{name}: ...}}" if name != "about" else "about: the step with the question"
            self.wrong((*path, "find"), f'"find: {step.find}" must be told its {name}: add "{how}".', "find-needs")

    def _options(self, path: Path, step: StepFile) -> tuple[Option, ...]:
        found: dict[str, str] = {}
        for number, written in enumerate(step.options or ()):
            here: Path = (*path, "options", number)
            if len(written) != 1:
                told = "Two options stand behind one hyphen. Give each a line and a hyphen of its own."
                self.wrong(here, told if written else OPTION, "option")
            for key, label in written.items():
                if key in found:
                    self.wrong(here, f'Two options are called "{key}". Give one another name.', "duplicate-option")
                if label in found.values():
                    told = f'Two options both say "{label}": nobody could tell them apart.'
                    self.wrong(here, told, "duplicate-label")
                found[key] = label
        if step.optional:
            found.setdefault("skip", SKIP)
        return tuple(Option(key, label) for key, label in found.items())

    def _into(self, path: Path, step: StepFile) -> Texts:
        if step.into and not isinstance(step.run, str):
            self.wrong(
                (*path, "into"),
                '"into" takes what one flow gives back: write "run: its-name" in the same step.',
                "into",
            )
        return step.into or {}

    def _jumps(
        self, path: Path, step: StepFile, verb: Verb, jumps: Texts, options: tuple[Option, ...]
    ) -> dict[str, int]:
        if verb is Verb.IF:
            if not isinstance(step.go, str):
                self.wrong(path, 'An "if" needs "go: the id of a step" for when it is so.', "if-go")
                return {}
            return {"then": self._target((*path, "go"), step.go)}
        self._known_options((*path, "go"), jumps, options)
        return {key: self._target((*path, "go", key), name) for key, name in jumps.items()}

    def _runs(self, path: Path, step: StepFile, options: tuple[Option, ...]) -> dict[str, str]:
        runs = step.run if isinstance(step.run, dict) else {}
        self._known_options((*path, "run"), runs, options)
        return runs

    def _known_options(self, path: Path, keys: Iterable[str], options: tuple[Option, ...]) -> None:
        for key in keys:
            shown = next((option.key for option in options if plain(option.label) == plain(key)), None)
            if key in {option.key for option in options}:
                continue
            if not options:
                told = f'This question has no options of its own, so "{key}" leads nowhere.'
                mend = 'Give it "options:", like "- yes: Yes" and "- no: No", in place of "expect:".'
                self.wrong((*path, key), f"{told} {mend}", "unknown-option")
            elif shown:
                told = f'"{key}" is what people see. Write the short name before its colon: {shown}'
                self.wrong((*path, key), told, "unknown-option", shown)
            else:
                self._unknown((*path, key), key, [option.key for option in options], "option")

    def _target(self, path: Path, name: str) -> int:
        if name == "end":
            return len(self.written.steps)
        if name not in self.names:
            near = nearest(name, self.names)
            at = None if near else nameless.step(name, self.written.steps)
            line = "the step you mean" if at is None else f"the step on line {self.source.position(('steps', at))[0]}"
            hint = f' Did you mean "{near}"?' if near else f' Add "id: {name}" to {line}.'
            self.wrong(path, f'No step of this flow is called "{name}".{hint}', "unknown-step", near)
        return self.names.get(name, 0)

    def _condition(self, path: Path, written: str | None, variables: frozenset[str]) -> Condition | None:
        if written is None:
            return None
        try:
            condition = Condition(written)
        except ConditionError as bad:
            meant = put_right(written)
            sentence = f"This condition cannot be read. Write it like this: {meant}" if meant else str(bad)
            self.wrong(path, sentence, "condition")
            return None
        for sentence in senseless(written, self.written.steps):
            self.wrong(path, sentence, "condition-kind")
        keys = {key for step in self.written.steps for option in step.options or () for key in option}
        for name in sorted(condition.names - variables):
            if name in keys | {"yes", "no"}:
                quoted = f'"{name}" is an answer, not a variable: answers stand in quotes. Write "{name}" with them.'
                self.errors.append(self.source.error(path, quoted, code="unquoted", about=name))
            else:
                self._unknown_name(path, name, variables, name)
        return condition

    def _action(self, path: Path, step: StepFile) -> str:
        if step.do is None:
            return ""
        if step.do not in ACTIONS:
            self._unknown((*path, "do"), step.do, ACTIONS, "action")
            return step.do
        action = ACTIONS[step.do]
        wants, given = set(action.takes), set(step.with_ or ())
        for name in sorted(given - wants - set(action.may_take)):
            self._unknown((*path, "with", name), name, wants | set(action.may_take), "argument")
        for name in sorted(wants - given):
            self.wrong(
                (*path, "do"),
                f'"{step.do}" must be told its {name}: add "with: {{{name}: ...}}".',
                "argument-missing",
            )
        return step.do

    def _given(self, step: StepFile, variables: frozenset[str]) -> dict[str, Given]:
        """A word that is a variable's name means the variable; anything else is itself."""
        written = step.set or step.with_ or {}
        return {name: Given(value, value in variables) for name, value in written.items()}

    def _span(self, path: Path, written: str | None) -> int | None:
        if written is None:
            return None
        try:
            return span_ms(written)
        except ValueError as bad:
            self.wrong(path, str(bad), "span")
            return None


def _parting(verb: Verb, word: str) -> str:
    """How a word and a verb that do not go together are parted."""
    if verb is Verb.SAY and word in ALLOWED[Verb.ASK]:
        return 'If this is a question, write "ask" instead of "say".'
    return "Take it out, or make it a step of its own."


def _texts(said: Said | None) -> list[str]:
    """Every wording of a text."""
    return [text for texts in (said or {}).values() for text in texts]
