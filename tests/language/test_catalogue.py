"""Looking up texts in catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.catalogue import CatalogueError, Catalogues, listed, placeholders, read_catalogue

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

"""
POLISH = """
msgid "Text {more} for more."
msgstr "Napisz {more}, aby zobaczyć więcej."

#, fuzzy
msgid "Call 999."
msgstr "Zadzwoń pod 112."

msgid "Untranslated."
msgstr ""

msgid "Text {stop} to stop."
msgstr "Napisz {stopp}, aby zakończyć."

msgctxt "command words"
msgid "MORE, NEXT"
msgstr "WIECEJ, więcej,dalej، NEXT"

msgid "%(count)s story"
msgid_plural "%(count)s stories"
msgstr[0] "%(count)s historia"
msgstr[1] "%(count)s historie"
msgstr[2] "%(count)s historii"

#~ msgid "Gone."
#~ msgstr "Nie ma."
"""


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    for domain in ("bot", "desk"):
        file = tmp_path / "pl" / "LC_MESSAGES" / f"{domain}.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEADER + POLISH, encoding="utf-8")
    return Catalogues(tmp_path, ["en", "pl", "bn"])


def test_a_text_comes_in_the_language_asked_for(catalogues: Catalogues) -> None:
    assert catalogues.text("Text {more} for more.", "pl") == "Napisz {more}, aby zobaczyć więcej."
    assert catalogues.has("Text {more} for more.", "pl")


@pytest.mark.parametrize(
    ("msgid", "language", "why"),
    [
        ("Text {more} for more.", "en", "English is the msgid"),
        ("Text {more} for more.", "bn", "no catalogue"),
        ("Text {more} for more.", "xx", "a language that is not offered"),
        ("Call 999.", "pl", "fuzzy: the English has changed since"),
        ("Untranslated.", "pl", "nothing written"),
        ("Text {stop} to stop.", "pl", "its placeholder is misspelt"),
        ("Gone.", "pl", "obsolete"),
        ("Never heard of.", "pl", "not in the catalogue"),
        ("", "pl", "the header is no text"),
        ("MORE, NEXT", "pl", "only with its context"),
    ],
)
def test_whatever_cannot_be_trusted_is_said_in_english(
    catalogues: Catalogues, msgid: str, language: str, why: str
) -> None:
    assert catalogues.text(msgid, language) == msgid, why
    assert catalogues.has(msgid, language) is (language == "en")


def test_domains_are_apart(catalogues: Catalogues) -> None:
    assert catalogues.text("Text {more} for more.", "pl", domain="answers") == "Text {more} for more."
    assert catalogues.text("Text {more} for more.", "pl", domain="desk") == "Napisz {more}, aby zobaczyć więcej."


def test_word_lists_hold_the_languages_words_then_the_english_ones_none_twice(catalogues: Catalogues) -> None:
    assert catalogues.words("MORE, NEXT", "pl", context="command words") == (
        "WIECEJ", "więcej", "dalej", "NEXT", "MORE",
    )  # fmt: skip
    assert catalogues.words("MORE, NEXT", "bn", context="command words") == ("MORE", "NEXT")
    assert catalogues.words("MORE, NEXT", "en", context="command words") == ("MORE", "NEXT")


def test_the_desk_gets_plurals_and_no_fuzzy_or_broken_text(catalogues: Catalogues) -> None:
    desk = catalogues.compiled("pl", "desk")
    assert [desk.ngettext("%(count)s story", "%(count)s stories", n) for n in (1, 2, 5)] == [
        "%(count)s historia",
        "%(count)s historie",
        "%(count)s historii",
    ]
    assert desk.gettext("Call 999.") == "Call 999."
    assert desk.gettext("Text {stop} to stop.") == "Text {stop} to stop."
    assert catalogues.compiled("bn", "desk").gettext("Call 999.") == "Call 999."


SLIPS: list[tuple[str, str, int, str]] = [
    ("a quote that is not closed", 'msgid "a"\nmsgstr "Dzień dobry\n\nmsgid "b"\nmsgstr "c"\n', 2, "is not closed"),
    ("a quote closed by a backslash", 'msgid "a"\nmsgstr "Dzie\\"\n', 2, "is not closed"),
    ("a quote that is not opened", 'msgid "a"\nmsgstr Dobrze"\n', 2, 'in "quotes"'),
    ("no quotes in a long text", 'msgid ""\n"a"\nmsgstr ""\ndobrze\n', 4, "neither a note"),
    ("a quote inside", 'msgid "a"\nmsgstr "On "tak" powie"\n', 2, "quote inside"),
    ("a retired text", '#~ msgid "a"\n#~ msgstr "b\n', 2, "is not closed"),
    ("two translations", 'msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3, "wrong place"),
    ("a word that is none", 'msgid "a"\nmsgstring "b"\n', 2, "neither a note"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "line", "says"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_a_broken_catalogue_is_refused_with_its_line_and_its_mend(
    tmp_path: Path, entry: str, line: int, says: str
) -> None:
    file = tmp_path / "pl" / "LC_MESSAGES" / "bot.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEADER + entry, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        Catalogues(tmp_path, ["en", "pl"])
    (slip,) = caught.value.slips
    assert slip.line == HEADER.count("\n") + line
    assert says in slip.sentence
    assert str(caught.value) == f"{file}:{slip.line}:1: error: {slip.sentence}"


def test_every_broken_line_of_a_catalogue_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bot.po"
    file.write_text('msgid "a"\nmsgstr "b\n\nmsgid "c\nmsgstr "d"\n', encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(file)
    assert [slip.line for slip in caught.value.slips] == [2, 4]


def test_what_is_no_utf_8_is_refused_at_its_line_and_a_mark_at_the_beginning_is_forgiven(tmp_path: Path) -> None:
    file = tmp_path / "bot.po"
    file.write_bytes('msgid "a"\nmsgstr "ż"\n'.encode("iso-8859-2"))
    with pytest.raises(CatalogueError, match=r"bot\.po:2:1: error: This is not UTF-8 text"):
        read_catalogue(file)
    file.write_bytes('\ufeffmsgid "a"\nmsgstr "\\"ż\\""\n'.encode())
    assert read_catalogue(file)[0].msgstr == '"ż"'


@pytest.mark.parametrize(
    ("text", "words"),
    [("a, b", ["a", "b"]), ("a،b、c，d", ["a", "b", "c", "d"]), (" , ,", []), ("stop all, no", ["stop all", "no"])],
)
def test_lists_may_use_any_scripts_comma(text: str, words: list[str]) -> None:
    assert listed(text) == words


def test_placeholders_are_found_in_both_styles() -> None:
    assert placeholders("{a} and %(b)s, 100% {not this}") == {"a", "b"}
