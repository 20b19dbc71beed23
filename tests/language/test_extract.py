"""Finding every text, with its place and its note for translators."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.catalogue import DOMAINS
from bot.language.extract import ExtractionError, Message, Sources, messages

ROOT = Path(__file__).parents[2]
SHIPPED = Sources(ROOT / "flows", ROOT / "bot")

FLOW = """\
# A comment.
flow: share-story
about: Not a text for residents.
start_words: [story]
steps:
  - say: Thank you. {service_name} reads it.
  - ask: Who may read it?
    id: consent
    options:
      - leaders: Leaders
      - nobody: Nobody
    go: {nobody: goodbye}
  - listen: >-
      Tell us what happened,
      then {done}.
  - say:
      - Thanks.
      - Thank you so much.
    only: whatsapp
  - say: {sms: Text 1., whatsapp: Tap the button.}
  - find: services
    with: {say: not a text}
    say: "Places:"
    none: nothing
    options: {other: Something else}
  - if: wish != ""
    then:
      - say: An inner step.
        id: inner
  - say:
  - say: Yes
"""


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    for folder in ("flows/answers", "flows/services", "flows/demo", "bot/language", "bot/web/templates"):
        (tmp_path / folder).mkdir(parents=True)
    return Sources(tmp_path / "flows", tmp_path / "bot")


def found(sources: Sources, domain: str = "bot") -> list[tuple[str, str]]:
    return [(f"{message.file}:{message.line}", message.msgid) for message in messages(sources, domain)]


def test_every_text_of_a_flow_is_found_at_its_line(sources: Sources) -> None:
    (sources.flows / "story.yaml").write_text(FLOW)
    (sources.flows / "danger.yaml").write_text("danger:\n  say: not a flow\n")
    assert found(sources) == [
        ("flows/story.yaml:4", "story"),
        ("flows/story.yaml:6", "Thank you. {service_name} reads it."),
        ("flows/story.yaml:7", "Who may read it?"),
        ("flows/story.yaml:10", "Leaders"),
        ("flows/story.yaml:11", "Nobody"),
        ("flows/story.yaml:13", "Tell us what happened, then {done}."),
        ("flows/story.yaml:17", "Thanks."),
        ("flows/story.yaml:18", "Thank you so much."),
        ("flows/story.yaml:20", "Text 1."),
        ("flows/story.yaml:20", "Tap the button."),
        ("flows/story.yaml:23", "Places:"),
        ("flows/story.yaml:25", "Something else"),
        ("flows/story.yaml:28", "An inner step."),
        ("flows/story.yaml:31", "Yes"),
    ]


def note(sources: Sources, msgid: str, domain: str = "bot") -> str:
    return next(" ".join(message.notes) for message in messages(sources, domain) if message.msgid == msgid)


def test_the_note_names_flow_step_placeholders_and_channel(sources: Sources) -> None:
    (sources.flows / "story.yaml").write_text(FLOW)
    assert note(sources, "Leaders").startswith("Flow share-story, step consent. A choice")
    assert "{done} becomes the command word DONE" in note(sources, "Tell us what happened, then {done}.")
    assert "{service_name} is the name of this service" in note(sources, "Thank you. {service_name} reads it.")
    assert "by SMS" in note(sources, "Text 1.")
    assert "by WhatsApp only" in note(sources, "Tap the button.")
    assert "by WhatsApp only" in note(sources, "Thanks.")
    assert "start this conversation" in note(sources, "story")
    assert "step inner" in note(sources, "An inner step.")


def test_answers_and_services_give_their_texts_but_not_names_or_numbers(sources: Sources) -> None:
    (sources.flows / "answers" / "food.yaml").write_text(
        "answers:\n  - id: food-bank\n    topic: food\n    title: Food\n    questions:\n      - I am hungry\n"
        "    short: Go.\n    detail: >-\n      Go\n      now.\n    say: Please.\n    source: https://x.org\n"
    )
    (sources.flows / "services" / "national.yaml").write_text(
        "services:\n  - id: sam\n    name: Samaritans\n    summary: Talk.\n    cost_note:\n    who: Anyone.\n"
        '    reach: Ring.\n    phone: "116 123"\n'
    )
    assert found(sources, "answers") == [
        ("flows/answers/food.yaml:4", "Food"),
        ("flows/answers/food.yaml:6", "I am hungry"),
        ("flows/answers/food.yaml:7", "Go."),
        ("flows/answers/food.yaml:8", "Go now."),
        ("flows/answers/food.yaml:11", "Please."),
    ]
    assert found(sources, "services") == [
        ("flows/services/national.yaml:4", "Talk."),
        ("flows/services/national.yaml:6", "Anyone."),
        ("flows/services/national.yaml:7", "Ring."),
    ]
    assert note(sources, "Go.", "answers").startswith("Answer food-bank, short.")


PHRASES = '''\
"""Fixed sentences."""
HELLO = "Hello."
LONG = (
    "One part, "
    "another."
)
ONES = ("one, first", "two, second")
KIND = "number words"
OTHERS = {"Spread.": f"A note. {KIND}" + "!"}
PHRASES: dict[str, str] = {
    HELLO: "When she comes. {name} is explained here.",
    LONG: "Long.",
    "Straight, {done}.": "Here.",
    **OTHERS,
}
WORDS = {
    ("commands", "STOP, END"): "Words that stop.",
    **{(KIND, words): "Numbers." for words in ONES},
}
'''


def test_tables_of_fixed_sentences_are_read_without_running_them(sources: Sources) -> None:
    (sources.package / "language" / "phrases.py").write_text(PHRASES)
    rows = [(message.line, message.context, message.msgid) for message in messages(sources, "bot")]
    assert rows == [
        (2, None, "Hello."),
        (4, None, "One part, another."),
        (7, "number words", "one, first"),
        (7, "number words", "two, second"),
        (9, None, "Spread."),
        (13, None, "Straight, {done}."),
        (17, "commands", "STOP, END"),
    ]
    assert note(sources, "Spread.").startswith("A note. number words!")
    assert "A list with commas" in note(sources, "STOP, END")


def test_the_desks_templates_and_code_are_read_with_translators_notes(sources: Sources) -> None:
    (sources.package / "web" / "page.py").write_text('from x import _\n\n# NOTE: a button\nprint(_("Save"))\n')
    (sources.package / "web" / "templates" / "p.html").write_text(
        '<p>{{ _("Stories") }}</p>\n{% trans n=3 %}{{ n }} story{% pluralize %}{{ n }} stories{% endtrans %}\n'
    )
    assert [(m.file, m.line, m.msgid, m.plural, m.notes) for m in messages(sources, "desk")] == [
        ("bot/web/page.py", 4, "Save", None, ("NOTE: a button",)),
        ("bot/web/templates/p.html", 1, "Stories", None, ()),
        ("bot/web/templates/p.html", 2, "%(n)s story", "%(n)s stories", ()),
    ]


@pytest.mark.parametrize(
    ("file", "text", "domain", "sentence"),
    [
        ("flows/a.yaml", "flow: x\nsteps:\n  - say: a: b\n", "bot", "flows/a.yaml:3: this is not readable YAML"),
        ("bot/language/p.py", "PHRASES = make()\n", "bot", "bot/language/p.py:1: this must be a dictionary"),
        ("bot/language/p.py", "PHRASES = {1: 'x'}\n", "bot", "bot/language/p.py:1: this must be a text in quotes"),
        ("bot/language/p.py", "WORDS = {'x': 'y'}\n", "bot", r"bot/language/p.py:1: a key of WORDS must be"),
        ("bot/language/p.py", "def (\n", "bot", "bot/language/p.py: its texts cannot be found"),
        ("bot/web/templates/b.html", "\n{% if %}", "desk", "bot/web/templates/b.html:2: this template"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    sources: Sources, tmp_path: Path, file: str, text: str, domain: str, sentence: str
) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(ExtractionError, match=sentence):
        messages(sources, domain)


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_shipped_text_stands_where_the_catalogue_says(domain: str) -> None:
    """The first word of every message is on its line, or just below where a block of text begins."""
    found = messages(SHIPPED, domain)
    assert found
    for message in found:
        assert _first_word(message) in _near(message), message


def _first_word(message: Message) -> str:
    word = message.msgid.split()[0]
    return word.partition("%(")[0].partition("{")[0].replace('"', "")


def _near(message: Message) -> str:
    lines = (ROOT / message.file).read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[message.line - 1 : message.line + 2])


@pytest.mark.parametrize("domain", ["bot", "answers", "services"])
def test_no_shipped_text_hides_a_control_character(domain: str) -> None:
    assert not [message for message in messages(SHIPPED, domain) if not message.msgid.isprintable()]
