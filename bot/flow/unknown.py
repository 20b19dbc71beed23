"""A word that nobody knows: what is said about it, and which known one was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

LIKENESS = 60
MOST_LISTED = 20
# What people write where they mean a word of ours: in a flow's first lines, in its steps, as a kind of answer.
MEANT: Mapping[str, frozenset[str]] = {
    "ask": frozenset({"question", "prompt", "choose", "choice_question"}),
    "say": frozenset({"print", "tell", "send", "message", "msg", "text", "reply", "write", "display"}),
    "options": frozenset({"answers", "choices", "choice", "buttons", "menu", "list", "replies"}),
    "expect": frozenset({"answer", "type", "input", "kind", "format", "reply_type"}),
    "go": frozenset({"goto", "go_to", "jump", "next", "then", "branch", "branches", "to", "leads_to"}),
    "else": frozenset({"otherwise", "default", "fallback", "elif"}),
    "if": frozenset({"when", "condition", "unless"}),
    "end": frozenset({"finish", "exit", "quit", "stop", "done"}),
    "wait": frozenset({"delay", "pause", "sleep", "later"}),
    "run": frozenset({"call", "start", "begin", "subflow"}),
    "set": frozenset({"store", "save", "remember", "keep", "let"}),
    "find": frozenset({"search", "lookup", "show"}),
    "do": frozenset({"action", "submit"}),
    "id": frozenset({"name", "label", "key", "step", "variable"}),
    "note": frozenset({"comment", "remark", "notes"}),
    "only": frozenset({"channel"}),
    "optional": frozenset({"required", "skip", "skippable"}),
    "hand_over": frozenset({"handover", "transfer", "person", "human"}),
    "flow": frozenset({"name", "title", "id"}),
    "about": frozenset({"description", "purpose", "note"}),
    "start_words": frozenset({"keywords", "keyword", "triggers", "trigger", "words", "begin_words"}),
    "number": frozenset({"integer", "int", "numeric", "age", "amount", "digits", "float"}),
    "text": frozenset({"string", "words", "free", "name", "email", "anything", "any", "open"}),
    "yes_no": frozenset({"boolean", "bool", "yesno", "yn", "confirm"}),
    "place": frozenset({"address", "town", "location", "city", "area", "where"}),
    "postcode": frozenset({"zip", "zipcode"}),
    "phone": frozenset({"telephone", "mobile", "tel", "phonenumber", "phone_number"}),
    "date": frozenset({"day", "birthday", "when"}),
    "media": frozenset({"photo", "picture", "image", "file", "video", "voice", "audio"}),
    "whatsapp": frozenset({"wa"}),
}


def unknown(name: str, known: Iterable[str], what: str) -> tuple[str, str | None]:
    """A sentence about ``name``, which should be one of the ``known`` (a "variable", a "flow"), and the nearest."""
    listed = sorted(known)
    near = nearest(name, listed)
    article = "an" if what[0] in "aeiou" else "a"
    return f'"{name}" is not {article} {what} I know.{_hint(near, listed)}', near


def not_one_of(name: str, known: Iterable[str]) -> tuple[str, str | None]:
    """The same of a value that must be one of a few."""
    listed = sorted(known)
    near = nearest(name, listed)
    return f'"{name}" is not one of {", ".join(listed)}.{_hint(near, ()) if near else " Write one of them."}', near


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant: the same in other capitals, one that means this, or one like it."""
    listed = sorted(known)
    plain = _plain(name)
    same = next((word for word in listed if _plain(word) == plain), None)
    meant = next((word for word in listed if plain in MEANT.get(word, ())), None)
    return same or meant or _alike(plain, listed)


def _plain(name: str) -> str:
    return "_".join(name.strip().casefold().replace("/", " ").replace("-", " ").split())


def _alike(name: str, known: list[str]) -> str | None:
    """Alike in their letters, and in the order of them: "print" is not "into"."""
    found = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return next((word for word, _, _ in found if OSA.normalized_similarity(name, word) >= 0.5), None)


def _hint(near: str | None, listed: Iterable[str]) -> str:
    if near:
        return f' Did you mean "{near}"?'
    words = list(listed)
    if len(words) > MOST_LISTED:
        return ' The words are under "All the words" in docs/flows.md.'
    return f" Known: {', '.join(words) or 'none yet'}."
