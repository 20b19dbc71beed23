"""Flow files into flows. Whatever is wrong is said with file:line:column and how to mend it, all of it at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from bot.flow import answering
from bot.flow.actions import ACTIONS
from bot.flow.braces import CONSTANTS, faults
from bot.flow.condition import FACTS, Condition, ConditionError
from bot.flow.model import Flow, FlowSet, Given, Option, Step, Verb
from bot.flow.sense import senseless
from bot.flow.span import span_ms
from bot.flow.templates import Template, all_templates, is_templates
from bot.flow.unknown import unknown
from bot.flow.whole import FIRST, missing
from bot.flow.written import ALLOWED, VERB_ORDER, FlowFile, Said, StepFile, Texts, names_verb, shape_sentence
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.source import Path, Source, Value, read_source
from bot.language.phrases import SKIP

BUILT_IN = CONSTANTS | {"guess", "opening", "wanted", "said", *FACTS}
# find: what it can look for -> what it must be told by ``with:`` or ``about:``
FINDS = {"services": {"topic", "place"}, "answers": {"about"}, "rights": set()}


def load_flows(sources: Mapping[str, str]) -> FlowSet:
    """The flows and templates of these files ({file name: text}). Raises ContentErrors with all that is wrong."""
    flows: dict[str, Flow] = {}
    readers: list[_Reader] = []
    templates, errors = all_templates({name: text for name, text in sources.items() if is_templates(text)})
    unread = bool(errors)
    for filename, text in sorted(sources.items()):
        if is_templates(text):
            continue
        try:
            reader = _Reader(filename, text)
        except ContentErrors as bad:
            errors.extend(bad.errors)
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
        reader.check_other_flows(flows)
        if not unread:
            reader.check_templates(templates)
        errors.extend(reader.errors)
    errors.extend(missing(flows) if not errors else ())
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
        self.errors: list[ContentError] = []
        self.written = self._shape()
        self.names = self._names()

    def wrong(self, path: Path, sentence: str, code: str, suggestion: str | None = None) -> None:
        self.errors.append(self.source.error(path, sentence, code=code, suggestion=suggestion))

    # shape ---------------------------------------------------------------------------------------------------------
    def _shape(self) -> FlowFile:
        value = self.source.value
        if not isinstance(value, dict):
            self.wrong((), 'A flow file begins with "flow: its-name" on the first line.', "shape")
            raise ContentErrors(self.errors)
        steps = value.get("steps")
        for empty in self.source.empty():
            self.wrong(
                empty, f'There is nothing behind "{empty[-1]}:". Write it there, or take this line out.', "empty"
            )
        value = {**value, "steps": [_worded(step) for step in steps]} if isinstance(steps, list) else value
        try:
            return FlowFile.model_validate(value)
        except ValidationError as bad:
            for problem in bad.errors(include_url=False):
                self._shape_problem(problem)
            raise ContentErrors(self.errors) from None

    def _shape_problem(self, problem: Any) -> None:
        path = tuple(part for part in problem["loc"] if part not in {"str", "dict[str,str]"})
        name = next((part for part in reversed(path) if isinstance(part, str) and part), "")
        kind = problem["type"]
        if kind == "extra_forbidden":
            known = StepFile.model_fields if len(path) > 1 else FlowFile.model_fields
            self._unknown(path, name, [field.alias or key for key, field in known.items()], "word")
        elif kind == "missing":
            self.wrong(path[:-1], f'"{name}:" is missing here. Add it.', "missing")
        else:
            self.wrong(path, shape_sentence(name, kind, problem), "shape")

    def _unknown(self, path: Path, name: str, known: Iterable[str], what: str) -> None:
        sentence, near = unknown(name, known, what)
        self.wrong(path, sentence, f"unknown-{what}", near)

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
                self._unknown(("gives", number), name, variables, "variable")
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
            self.wrong(path, f"This step does nothing. Give it one of: {words}.", "no-verb")
            return Verb.END
        return named[0]

    def _check_words(self, path: Path, verb: Verb, step: StepFile, variables: frozenset[str]) -> None:
        for key in step.model_fields_set:
            name = StepFile.model_fields[key].alias or key
            if name != verb.value and name not in ALLOWED[verb]:
                self.wrong(
                    (*path, name),
                    f'"{name}" does not go with "{verb.value}" in one step. Take it out, or make it a step of its own.',
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
            self._unknown((*path, "about"), step.about, variables, "variable")

    def _check_braces(self, path: Path, variables: frozenset[str], *, option: bool = False) -> None:
        for at, text in self.source.texts(path):
            for fault in faults(text, variables, option=option):
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
                self.wrong(here, 'An option is one line: "- name: What people see".', "option")
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
            if key not in {option.key for option in options}:
                self._unknown((*path, key), key, [option.key for option in options], "option")

    def _target(self, path: Path, name: str) -> int:
        if name == "end":
            return len(self.written.steps)
        if name not in self.names:
            near = process.extractOne(name, list(self.names), scorer=fuzz.ratio, score_cutoff=50)
            hint = f' Did you mean "{near[0]}"?' if near else f' Add "id: {name}" to the step you mean.'
            self.wrong(
                path,
                f'No step of this flow is called "{name}".{hint}',
                "unknown-step",
                near[0] if near else None,
            )
        return self.names.get(name, 0)

    def _condition(self, path: Path, written: str | None, variables: frozenset[str]) -> Condition | None:
        if written is None:
            return None
        try:
            condition = Condition(written)
        except ConditionError as bad:
            self.wrong(path, str(bad), "condition")
            return None
        for sentence in senseless(written, self.written.steps):
            self.wrong(path, sentence, "condition-kind")
        for name in sorted(condition.names - variables):
            self._unknown(path, name, variables, "variable")
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

    # other files ---------------------------------------------------------------------------------------------------
    def check_templates(self, templates: Mapping[str, Template]) -> None:
        """Every ``template`` must name one that is there."""
        for number, step in enumerate(self.written.steps):
            if step.template and step.template not in templates:
                self._unknown(("steps", number, "template"), step.template, templates, "template")

    def check_other_flows(self, flows: Mapping[str, Flow]) -> None:
        """Every ``run`` must name a flow that is there, and give it only what it takes."""
        for number, step in enumerate(self.written.steps):
            runs = step.run if isinstance(step.run, dict) else {None: step.run} if step.run else {}
            for key, name in runs.items():
                path: Path = ("steps", number, "run") if key is None else ("steps", number, "run", key)
                if name not in flows:
                    self._unknown(path, str(name), flows, "flow")
                    continue
                for given in sorted(set(step.with_ or ()) - set(flows[name].takes)) if key is None else ():
                    self._unknown(("steps", number, "with", given), given, flows[name].takes, "argument")
                for mine, theirs in (step.into or {}).items() if key is None else ():
                    if theirs not in flows[name].gives:
                        self._unknown(("steps", number, "into", mine), theirs, flows[name].gives, "result")


def _worded(step: Value) -> Value:
    """A bare ``- end`` is a step too."""
    return {"end": "true"} if step == "end" else step


def _texts(said: Said | None) -> list[str]:
    """Every wording of a text."""
    return [text for texts in (said or {}).values() for text in texts]
