"""The codebook: the shipped one covers what the first voices said, in every language; a broken one is told, by line."""

from __future__ import annotations

import pytest

from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED
from bot.story.codebook import Codebook, read_codebook
from bot.story.mentions import mentioned
from bot.values import KNOWN_LANGUAGES

FOLDER = SHIPPED / "flows" / "codebook"
BOOK: Codebook = read_codebook({file.name: file.read_bytes() for file in FOLDER.glob("*.yaml")})
TAGS = [
    ("The receptionist was rude to me", "attitude"),
    ("my son translates at the doctor", "language"),
    ("Nie stać mnie na czynsz", "money"),
    ("Nikt mi nie powiedział o tłumaczu", "information"),
    ("ترجمان نہیں تھا", "language"),
    ("مالک مکان نہیں سنتا", "housing"),
    ("tarjuman nahi tha", "language"),
    ("আমি একা থাকি", "loneliness"),
    ("bariwala ber kore dibe", "housing"),
    ("Halal food is too dear", "food"),
    ("They asked for papers and turned me away", "shut-out"),
]
HARD = [
    ("My father died in March", "death"),
    ("Mój ojciec zmarł w marcu", "death"),
    ("میرے والد کا انتقال ہو گیا", "death"),
    ("abba ka intiqal ho gaya", "death"),
    ("আমার বাবা মারা গেছেন", "death"),
    ("উনি মারা যাওয়ার পর একা থাকি", "death"),
    ("amar baba mara gesen", "death"),
    ("I had a miscarriage", "baby-loss"),
    ("poroniłam w zeszłym roku", "baby-loss"),
    ("حمل ضائع ہو گیا", "baby-loss"),
    ("গর্ভপাত হয়ে গেছে", "baby-loss"),
    ("She was raped", "sexual-violence"),
    ("została zgwałcona", "sexual-violence"),
    ("স্বামী মারধর করে", "violence"),
    ("شوہر تشدد کرتا ہے", "violence"),
    ("A man pulled my hijab on the bus", "hate"),
    ("We fled the war", "war"),
]
EASY = (
    "This wait is killing me",
    "The nurse was kind and the tea was hot",
    "Czekam trzy miesiące na wizytę",
    "مجھے ڈاکٹر سے ملنا ہے",
    "আমি ডাক্তারের কাছে গেলাম",
    "The deadline is Friday",
)


@pytest.mark.parametrize(("said", "key"), TAGS)
def test_words_of_every_language_suggest_a_tag(said: str, key: str) -> None:
    assert key in [theme.key for theme in BOOK.suggested([said])]


@pytest.mark.parametrize(("said", "key"), HARD)
def test_words_of_every_language_call_for_a_content_note(said: str, key: str) -> None:
    assert key in [theme.key for theme in BOOK.noted([said])]


@pytest.mark.parametrize("said", EASY)
def test_an_ordinary_story_gets_none(said: str) -> None:
    assert BOOK.noted([said]) == []


def test_every_theme_has_words_in_every_shipped_language_and_no_tag_tells_of_papers() -> None:
    text = (FOLDER / "themes.yaml").read_text(encoding="utf-8") + (FOLDER / "content-notes.yaml").read_text("utf-8")
    for language in KNOWN_LANGUAGES:
        assert text.count(f"      {language}: [") == len(BOOK.tags) + len(BOOK.notes)
    for word in ("asylum", "refugee", "visa", "illegal", "immigra", "undocumented"):
        assert BOOK.suggested([word]) == []
        assert word not in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("codes: []", '"codes" must be "tags" or "content_notes"'),
        ("tags:\n  - {key: a, name: A}", 'Write "covers:"'),
        ("tags:\n  - {key: A b, name: A, covers: a}", "must be small letters"),
        ("tags:\n  - {key: a, name: A, covers: a, colour: red}", '"colour" means nothing here'),
        ("tags:\n  - {key: a, name: A, covers: a, distressing: very}", 'Write "yes" or "no".'),
        ("tags:\n  - {key: a, name: A, covers: a, words: {xx: [b]}}", "must be the code of a language"),
        ("tags:\n  - {key: a, name: A, covers: a, words: {en: [a*]}}", "can stand in no story"),
        ("tags:\n  - {key: a, name: A, covers: a}\n  - {key: a, name: B, covers: b}", "is there twice"),
    ],
)
def test_a_codebook_that_cannot_be_used_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ContentErrors) as bad:
        read_codebook({"book.yaml": text})
    assert sentence in str(bad.value.errors[0])
    assert str(bad.value.errors[0]).startswith(f"book.yaml:{text.count(chr(10)) + 1}:")


PEOPLE = {1: "Amina Khan", 2: "Piotr Nowak", 3: "Sam", 4: "Zofia Ćwik", 5: "Amina Begum", 6: ""}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Piotr look", {2}),
        ("ask @piotr, and @SAM.", {2, 3}),
        ("@Amina", set()),
        ("@amina khan: yes", {1}),
        ("@Zofia Cwik", {4}),
        ("mail piotr@example.org", set()),
        ("@ Sam", set()),
        ("@Samantha", set()),
        ("@", set()),
    ],
)
def test_a_note_names_whom_nobody_can_mistake(text: str, ids: set[int]) -> None:
    assert mentioned(text, PEOPLE) == ids
