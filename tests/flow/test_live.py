"""What is in use: the folder's files, and over them as much of what the desk published as goes together with them."""

from __future__ import annotations

from bot.flow.live import Edit, Live, laid, live, mark
from bot.flow.load import load_flows
from tests.flow.stage import AROUND

LUNCH = "flow: lunch\nabout: x\nstart_words: [lunch]\nsteps:\n  - say: Lunch is at twelve.\n"
TEA = "flow: tea\nabout: x\nstart_words: [tea]\nsteps:\n  - say: Tea is at four.\n"
FOLDER = AROUND | {"lunch.yaml": LUNCH}
LATER = LUNCH.replace("twelve", "one")


def in_use(*edits: Edit, folder: dict[str, str] = FOLDER) -> Live:
    return live(load_flows(folder), folder, edits)


def edit(
    text: str | None, file: str = "lunch.yaml", *, over: str | None = LUNCH, pulled: bool = False, at: int = 1
) -> Edit:
    return Edit(file, text, (mark(over),), pulled, by=1, at=at)


def said(found: Live, flow: str = "lunch") -> str:
    return found.flows.flows[flow].steps[0].text


def test_without_edits_the_folder_is_in_use() -> None:
    found = in_use()
    assert (said(found), found.edits, found.resting, found.moved) == ("Lunch is at twelve.", (), (), ())


def test_a_published_file_wins_over_the_folders() -> None:
    found = in_use(edit(LATER))
    assert said(found) == "Lunch is at one."
    assert found.moved == ()
    assert found.flows.digest == load_flows(FOLDER | {"lunch.yaml": LATER}).digest


def test_it_still_wins_when_the_folders_file_has_changed_and_that_is_said() -> None:
    found = in_use(edit(LATER), folder=FOLDER | {"lunch.yaml": LUNCH.replace("twelve", "noon")})
    assert (said(found), found.moved) == ("Lunch is at one.", ("lunch.yaml",))


def test_where_the_folder_says_the_same_there_is_no_edit_any_more() -> None:
    assert in_use(edit(LATER), folder=FOLDER | {"lunch.yaml": LATER}).edits == ()


def test_once_pulled_it_wins_over_the_old_file_only() -> None:
    """A process that still has the old folder goes on; one with any newer file follows the folder."""
    pulled = edit(LATER, pulled=True)
    assert said(in_use(pulled)) == "Lunch is at one."
    newer = FOLDER | {"lunch.yaml": LUNCH.replace("twelve", "two")}
    assert said(in_use(pulled, folder=newer)) == "Lunch is at two."


def test_a_new_conversation_of_the_desk_is_in_use_and_can_be_taken_out_again() -> None:
    assert said(in_use(edit(TEA, "tea.yaml", over=None)), "tea") == "Tea is at four."
    gone = in_use(edit(None, "lunch.yaml"))
    assert "lunch" not in gone.flows.flows


def test_an_edit_that_no_longer_loads_rests_and_the_others_stay_in_use() -> None:
    """A deploy brought a conversation of the same name; the words are kept, with the reason."""
    folder = FOLDER | {"drinks.yaml": TEA}
    found = in_use(edit(TEA, "tea.yaml", over=None, at=1), edit(LATER, at=2), folder=folder)
    assert said(found) == "Lunch is at one."
    assert [one.edit.text for one in found.resting] == [TEA]
    assert '"tea" is taken' in found.resting[0].why
    assert found.sources == FOLDER | {"drinks.yaml": TEA, "lunch.yaml": LATER}


def test_what_was_published_at_one_moment_rests_together() -> None:
    """Half of a change is no change that anybody meant."""
    with_tea = edit(LUNCH + "  - run: tea\n", at=5)
    tea = edit(TEA, "tea.yaml", over=None, at=5)
    assert len(in_use(with_tea, tea).edits) == 2
    found = in_use(with_tea, tea, folder=FOLDER | {"drinks.yaml": TEA})
    assert said(found) == "Lunch is at twelve."
    assert {one.edit.file for one in found.resting} == {"lunch.yaml", "tea.yaml"}


def test_an_edit_that_needs_another_comes_after_it() -> None:
    """Whatever the order in which they were published."""
    needs = edit(LUNCH + "  - run: tea\n", at=1)
    broken = edit("flow: [", "broken.yaml", over=None, at=2)
    tea = edit(TEA, "tea.yaml", over=None, at=3)
    found = in_use(needs, broken, tea)
    assert {one.file for one in found.edits} == {"lunch.yaml", "tea.yaml"}
    assert [one.edit.file for one in found.resting] == ["broken.yaml"]


def test_changes_are_laid_over_files() -> None:
    assert laid({"a": "1", "b": "2"}, {"b": None, "c": "3"}) == {"a": "1", "c": "3"}
