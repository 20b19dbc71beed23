"""The round trip with translators."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot.language import translations
from bot.language.catalogue import DOMAINS, Catalogues, catalogue_file
from bot.language.extract import ExtractionError, Sources
from bot.language.names import LANGUAGES
from bot.language.translations import TranslationsError

FLOW = """\
flow: hello
steps:
  - say: Welcome to the service. Text {menu} to begin.
  - ask: Who are you?
    options:
      - carer: A carer
      - resident: A resident
  - say: Goodbye and take care.
"""


@pytest.fixture
def project(tmp_path: Path) -> Sources:
    for folder in ("flows/answers", "flows/services", "flows/demo", "bot/web"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "flows" / "hello.yaml").write_text(FLOW)
    (tmp_path / "bot" / "web" / "page.py").write_text('from x import ngettext\nngettext("%(n)s a", "%(n)s b", 2)\n')
    return Sources(tmp_path / "flows", tmp_path / "bot")


@pytest.fixture
def folder(project: Sources, tmp_path: Path) -> Path:
    """Locales with a Polish catalogue in which everything of the flow is translated."""
    folder = tmp_path / "locales"
    translations.extract(project, folder)
    translations.add(folder, "pl")
    said = {
        "Welcome to the service. Text {menu} to begin.": "Witamy. Napisz {menu}, aby zacząć.",
        "Who are you?": "Kim jesteś?",
        "A carer": "Opiekun",
        "A resident": "Mieszkaniec",
        "Goodbye and take care.": "Do widzenia.",
    }
    translate(folder, said)
    return folder


def translate(folder: Path, said: dict[str, str]) -> None:
    file = polib.pofile(str(catalogue_file(folder, "pl", "bot")))
    for entry in file:
        entry.msgstr = said.get(entry.msgid, entry.msgstr)
    file.save()


def entries(folder: Path, domain: str = "bot") -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(catalogue_file(folder, "pl", domain)))}


def rewrite(project: Sources, old: str, new: str) -> None:
    file = project.flows / "hello.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_extract_writes_a_template_for_every_domain(project: Sources, tmp_path: Path) -> None:
    counts = translations.extract(project, tmp_path / "locales")
    assert counts == {"bot": 5, "answers": 0, "services": 0, "desk": 1}
    template = polib.pofile(str(tmp_path / "locales" / "bot.pot"))
    assert template[0].occurrences == [("flows/hello.yaml", "3")]
    assert "Flow hello. A message" in template[0].comment


def test_nothing_changes_when_no_text_did(project: Sources, folder: Path) -> None:
    translations.update(folder)
    before = {file: file.read_bytes() for file in folder.rglob("*.po*")}
    translations.extract(project, folder)
    translations.update(folder)
    assert {file: file.read_bytes() for file in folder.rglob("*.po*")} == before
    assert all(str(project.flows.parent).encode() not in text and b"Date" not in text for text in before.values())


def test_a_new_catalogue_says_that_it_is_a_draft_and_knows_its_plurals(folder: Path) -> None:
    file = polib.pofile(str(catalogue_file(folder, "pl", "bot")))
    assert file.header == "DRAFT: no native speaker has reviewed this"
    assert (file.metadata["X-Review"], file.metadata["Language"]) == ("draft", "pl")
    assert file.metadata["Plural-Forms"].startswith("nplurals=3")


def test_update_keeps_translations_when_lines_move(project: Sources, folder: Path) -> None:
    rewrite(project, "flow: hello\n", "flow: hello\nabout: A new line.\n")
    translations.extract(project, folder)
    translations.update(folder)
    entry = entries(folder)["A carer"]
    assert (entry.msgstr, entry.fuzzy, entry.occurrences) == ("Opiekun", False, [("flows/hello.yaml", "7")])


def test_update_keeps_the_header_and_translators_own_remarks(project: Sources, folder: Path) -> None:
    path = catalogue_file(folder, "pl", "bot")
    file = polib.pofile(str(path))
    file.header, file.metadata["X-Review"] = "Read by Anna", "Anna, 2026-05-01"
    file[0].tcomment = "Pani or Pan?"
    file.save()
    translations.extract(project, folder)
    translations.update(folder)
    file = polib.pofile(str(path))
    assert (file.header, file.metadata["X-Review"], file[0].tcomment) == (
        "Read by Anna",
        "Anna, 2026-05-01",
        "Pani or Pan?",
    )
    assert translations.status(folder)[0].reviewed


def test_a_text_that_changed_keeps_its_translation_as_fuzzy_and_is_not_sent(project: Sources, folder: Path) -> None:
    rewrite(project, "Goodbye and take care.", "Goodbye and take good care.")
    translations.extract(project, folder)
    merge = next(merge for merge in translations.update(folder) if merge.domain == "bot")
    entry = entries(folder)["Goodbye and take good care."]
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == ("Do widzenia.", True, "Goodbye and take care.")
    assert (merge.texts, merge.added, merge.fuzzy, merge.retired) == (5, 0, 1, 0)
    spoken = Catalogues(folder, ["en", "pl"]).text("Goodbye and take good care.", "pl")
    assert spoken == "Goodbye and take good care."


def test_a_text_that_is_gone_is_kept_as_obsolete_and_comes_back(project: Sources, folder: Path) -> None:
    rewrite(project, "  - say: Goodbye and take care.\n", "")
    translations.extract(project, folder)
    translations.update(folder)
    assert entries(folder)["Goodbye and take care."].obsolete
    (project.flows / "hello.yaml").write_text(FLOW)
    translations.extract(project, folder)
    translations.update(folder)
    entry = entries(folder)["Goodbye and take care."]
    assert (entry.obsolete, entry.msgstr, entry.fuzzy) == (False, "Do widzenia.", False)


def test_a_quite_different_new_text_borrows_no_translation(project: Sources, folder: Path) -> None:
    rewrite(project, "Goodbye and take care.", "Call 999 if you are in danger.")
    translations.extract(project, folder)
    translations.update(folder)
    assert entries(folder)["Call 999 if you are in danger."].msgstr == ""
    assert entries(folder)["Goodbye and take care."].obsolete


def test_a_short_label_borrows_nothing_from_one_that_only_looks_like_it(project: Sources, folder: Path) -> None:
    rewrite(project, "A carer", "A career")
    rewrite(project, "A resident", "A president")
    translations.extract(project, folder)
    translations.update(folder)
    assert entries(folder)["A career"].fuzzy
    rewrite(project, "A career", "A car")
    translations.extract(project, folder)
    translations.update(folder)
    assert (entries(folder)["A car"].msgstr, entries(folder)["A career"].obsolete) == ("", True)


def test_status_counts_what_people_will_really_read(project: Sources, folder: Path) -> None:
    translate(folder, {"Welcome to the service. Text {menu} to begin.": "Witamy. Napisz {manu}."})
    rewrite(project, "Goodbye and take care.", "Goodbye and take good care.")
    rewrite(project, "Who are you?", "What is it that you would like to tell us?")
    translations.extract(project, folder)
    translations.update(folder)
    row = translations.status(folder)[0]
    assert (row.language, row.domain, row.texts) == ("pl", "bot", 5)
    assert (row.done, row.fuzzy, row.broken, row.reviewed) == (2, 1, 1, False)
    assert [row.domain for row in translations.status(folder)] == list(DOMAINS)


def test_a_language_can_be_added_once_and_only_when_it_is_known(folder: Path) -> None:
    files = translations.add(folder, "so")
    assert all(file.is_file() for file in files)
    with pytest.raises(TranslationsError, match="already"):
        translations.add(folder, "pl")
    for code in ("xx", "en", "../etc"):
        with pytest.raises(TranslationsError, match="cannot be added"):
            translations.add(folder, code)


def test_without_templates_update_says_what_to_run_first(tmp_path: Path) -> None:
    with pytest.raises(TranslationsError, match="translations extract"):
        translations.update(tmp_path, ["pl"])


def test_every_language_of_the_table_can_be_added(folder: Path) -> None:
    for code in LANGUAGES:
        if code not in ("en", "pl"):
            translations.add(folder, code)
    assert translations.languages_in(folder) == sorted(set(LANGUAGES) - {"en"})
    Catalogues(folder, list(LANGUAGES))


def test_a_broken_source_leaves_every_template_as_it_was(project: Sources, folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.glob("*.pot")}
    (project.flows / "broken.yaml").write_text("flow: x\nsteps:\n  - say: a: b\n")
    with pytest.raises(ExtractionError):
        translations.extract(project, folder)
    assert {file: file.read_bytes() for file in folder.glob("*.pot")} == before
