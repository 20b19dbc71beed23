"""The same five turns as a waterfall of ``botbuilder-dialogs``: its prompts, its state, its own JSON (jsonpickle)."""

from __future__ import annotations

import asyncio
from typing import Any

import jsonpickle
from botbuilder.core import BotAdapter, ConversationState, MessageFactory, Storage, TurnContext
from botbuilder.dialogs import (
    DialogSet,
    DialogTurnResult,
    DialogTurnStatus,
    WaterfallDialog,
    WaterfallStepContext,
)
from botbuilder.dialogs.choices import Choice, ListStyle
from botbuilder.dialogs.prompts import ChoicePrompt, PromptOptions, TextPrompt
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount, ResourceResponse

from tests.bench.others.rounds import Brief, Converse, Texts, serve


class JsonStorage(Storage):  # type: ignore[misc] # the package has no types
    """Keeps one conversation as a JSON text, written and read as the package's own storages do it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    async def read(self, keys: list[str]) -> dict[str, Any]:
        """The states of these keys."""
        return {key: jsonpickle.decode(self.kept[key]) for key in keys if key in self.kept}  # noqa: S301 # our own

    async def write(self, changes: dict[str, Any]) -> None:
        """Keep these states."""
        self.kept |= {key: jsonpickle.encode(state) for key, state in changes.items()}

    async def delete(self, keys: list[str]) -> None:
        """Forget these states."""
        for key in keys:
            self.kept.pop(key, None)


class Collector(BotAdapter):  # type: ignore[misc] # the package has no types
    """A channel that collects what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Collect the texts."""
        self.sent += [activity.text for activity in activities if activity.type == ActivityTypes.message]
        return [ResourceResponse(id="1") for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """Nothing is ever changed here."""

    async def delete_activity(self, context: TurnContext, reference: Any) -> None:
        """Nothing is ever deleted here."""


class Waterfall:
    """The steps of the conversation."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.steps = [self.language, self.topic, self.story, self.confirm, self.end]

    async def language(self, step: WaterfallStepContext) -> DialogTurnResult:
        """Asks for the language."""
        return await step.prompt("choice", _options(self.brief["language"], self.brief["names"]))

    async def topic(self, step: WaterfallStepContext) -> DialogTurnResult:
        """Asks for the topic, in her language."""
        step.values["language"] = self.brief["spoken"][step.result.index]
        text = self._texts(step)
        return await step.prompt("choice", _options(text["topic"], text["topics"]))

    async def story(self, step: WaterfallStepContext) -> DialogTurnResult:
        """Asks what happened."""
        step.values["topic"] = step.result.index
        return await step.prompt("text", PromptOptions(prompt=MessageFactory.text(self._texts(step)["story"])))

    async def confirm(self, step: WaterfallStepContext) -> DialogTurnResult:
        """Asks whether to send it. The package's yes-or-no prompt speaks no Polish, so it is a choice too."""
        step.values["story"] = step.result
        text = self._texts(step)
        return await step.prompt("choice", _options(text["confirm"], text["confirms"], text["yes"], text["no"]))

    async def end(self, step: WaterfallStepContext) -> DialogTurnResult:
        """Says thanks, or that this is fine."""
        text = self._texts(step)
        await step.context.send_activity(text["fine"] if step.result.index else text["thanks"])
        return await step.end_dialog()

    def _texts(self, step: WaterfallStepContext) -> Texts:
        return self.brief["texts"][step.values["language"]]


def _options(question: str, labels: list[str], *synonyms: list[str]) -> PromptOptions:
    ways = synonyms or [list[str]() for _ in labels]
    offered = [Choice(value=label, synonyms=words) for label, words in zip(labels, ways, strict=True)]
    return PromptOptions(prompt=MessageFactory.text(question), choices=offered)


def conversation(brief: Brief) -> Converse:
    """Plays a talk; what is said at each turn comes back."""
    adapter, loop = Collector(), asyncio.new_event_loop()
    storage = JsonStorage()
    state = ConversationState(storage)
    dialogs = DialogSet(state.create_property("dialogs"))
    choice = ChoicePrompt("choice")
    choice.style = ListStyle.list_style
    for dialog in (choice, TextPrompt("text"), WaterfallDialog("talk", Waterfall(brief).steps)):
        dialogs.add(dialog)

    async def take_turn(words: str) -> str:
        adapter.sent = []
        context = TurnContext(adapter, _activity(words))
        talk = await dialogs.create_context(context)
        result = await talk.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            await talk.begin_dialog("talk")
        await state.save_changes(context)
        return "\n".join(adapter.sent)

    async def play(talk: list[str]) -> list[str]:
        storage.kept.clear()
        return [await take_turn(words) for words in talk]

    return lambda talk: loop.run_until_complete(play(talk))


def _activity(words: str) -> Activity:
    return Activity(
        type=ActivityTypes.message,
        text=words,
        channel_id="sms",
        conversation=ConversationAccount(id="1"),
        from_property=ChannelAccount(id="her"),
        recipient=ChannelAccount(id="bot"),
    )


if __name__ == "__main__":
    serve(conversation)
