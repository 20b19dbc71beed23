"""Which of the offered languages a text is in: by script, then small words, then statistical models."""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from bot.language.names import LANGUAGES
from bot.language.normal import fold
from bot.language.small_words import GREETINGS, SPELT_BY_EAR, STRONG, Evidence, weigh

# Languages that are not written in Latin letters. The others of names.LANGUAGES are.
SCRIPTS = {
    "ur": "Arabic", "ar": "Arabic", "fa": "Arabic", "ps": "Arabic", "ckb": "Arabic",
    "bn": "Bengali", "pa": "Gurmukhi", "gu": "Gujarati", "ta": "Tamil", "hi": "Devanagari",
    "ne": "Devanagari", "am": "Ethiopic", "ti": "Ethiopic", "uk": "Cyrillic", "ru": "Cyrillic", "zh": "Han",
}  # fmt: skip
# Letters that only one of the languages of a script has.
OWN_LETTERS = {"ur": "ٹڈڑںے", "ps": "ټډړږښڼۍې", "ckb": "ێۆڕڵ", "uk": "іїєґ", "ru": "ыэъё"}
# What the first model does not know, the second one does, under these names.
SECOND_KNOWS = {"ku": "ckb", "ti": "ti"}
UNMODELLED = frozenset(SECOND_KNOWS.values())
# One or two words in Latin letters prove nothing: "doctor" is Spanish too, and names are of no language.
ENOUGH_WORDS = 3
NOT_FOUND = -1

# Nothing of _NOT_WORDS is without one of these; looking for them takes a hundredth of its time.
_SIGNS_OF_THOSE = re.compile(r"://|www\.|[@{\d]")
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\{\w+\}|\S*\d\S*")
_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}']*")
_LATIN = regex.compile(r"[\p{Script=Latin}']+")
_PATTERNS = {name: regex.compile(rf"\p{{Script={name}}}") for name in sorted({"Latin", *SCRIPTS.values()})}
_WRITTEN_IN = {name: [code for code in LANGUAGES if SCRIPTS.get(code, "Latin") == name] for name in _PATTERNS}


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest offered language, or None when the text shows none.

    ``confidence`` is 0 to 1. Only a ``sure`` guess may change the language a person already has.
    """

    language: str | None
    confidence: float
    sure: bool


NOTHING = Guess(None, 0.0, False)


class Identifier:
    """Tells the offered languages apart. The model loads when a text first needs it: half a second, 65 MB."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self._model = _Model()

    def warm(self) -> None:
        """Load the model now, so that nobody's first text waits for it."""
        self._model.chances("warm", ["en"])

    def guess(self, text: str) -> Guess:
        """The language of a text. One or two Latin-script words are not sure, but for a clear greeting."""
        words = _words(text)
        letters = "".join(words)
        if letters.isascii():
            return self._latin(words, fold(" ".join(words)).split(" ")) if words else NOTHING
        script = _script(letters)
        if script is None:
            return NOTHING
        if script == "Latin":
            latin = [word for word in words if word.isascii() or _script(word) == "Latin"]
            return self._latin(latin, [fold(word) for word in latin])
        offered = [code for code in self.languages if SCRIPTS.get(code) == script]
        return self._by_script(words, offered, script) if offered else NOTHING

    def _by_script(self, words: Sequence[str], offered: Sequence[str], script: str) -> Guess:
        """Letters that one language alone has decide; so does a script that one language alone has."""
        readers = _WRITTEN_IN[script]
        if readers == offered[:1]:
            return Guess(offered[0], 1.0, True)
        letters = set("".join(words).casefold())
        owners = [code for code in readers if letters.intersection(OWN_LETTERS.get(code, ""))]
        if len(owners) == 1 and owners[0] in offered:
            return Guess(owners[0], 1.0, True)
        second = _second_opinion(words) if UNMODELLED.intersection(readers) else None
        if second in UNMODELLED:
            return (
                Guess(second, 0.95, len(words) >= ENOUGH_WORDS) if second in offered else Guess(offered[0], 0.0, False)
            )
        chances = self._model.chances(" ".join(words), [code for code in readers if code not in UNMODELLED])
        best = max(offered, key=lambda code: chances.get(code, 0.0))
        chance = round(chances.get(best, 0.0), 3)
        rivalled = bool(owners) or (bool(UNMODELLED.intersection(offered)) and second != best)
        return Guess(best, chance, chance >= 0.8 and len(words) >= ENOUGH_WORDS and not rivalled)

    def _latin(self, words: Sequence[str], folded: Sequence[str]) -> Guess:
        greeting = GREETINGS.get(" ".join(folded))
        if greeting in self.languages:
            return Guess(greeting, 0.95, True)
        evidence = {code: weigh(code, folded) for code in STRONG if code in self.languages}
        found = _romanised(evidence, self.languages) or self._modelled(words, evidence)
        if found.language in evidence and not evidence[found.language].strong:
            return _perhaps_romanised(evidence) or found
        return found

    def _modelled(self, words: Sequence[str], evidence: Mapping[str, Evidence]) -> Guess:
        chances = self._model.chances(" ".join(words), _WRITTEN_IN["Latin"])
        offered = [code for code in self.languages if code in chances]
        scores = {code: chances[code] * 3 ** min(_strong(evidence, code), 4) for code in offered}
        total = sum(scores.values())
        if not total:
            return NOTHING
        best = max(scores, key=scores.__getitem__)
        confidence = round(scores[best] / total, 3)
        outsider = max((chance for code, chance in chances.items() if code not in scores), default=0.0)
        believed = confidence >= 0.8 and scores[best] >= outsider and len(words) >= ENOUGH_WORDS
        return Guess(best, confidence, believed and _borne_out(best, chances[best], evidence, len(words)))


def _words(text: str) -> list[str]:
    """The words of a text that can tell a language: no numbers, postcodes, web addresses or {words}."""
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    if _SIGNS_OF_THOSE.search(text):
        text = _NOT_WORDS.sub(" ", text)
    found: list[str] = _WORD.findall(text)
    return found


def _script(letters: str) -> str | None:
    """The script of a text. People put English words into Bangla, not the other way: a third is enough."""
    if _LATIN.fullmatch(letters):
        return "Latin"
    counts = Counter({name: len(pattern.findall(letters)) for name, pattern in _PATTERNS.items()})
    latin = counts.pop("Latin")
    name, count = counts.most_common(1)[0]
    if count and count * 2 >= latin:
        return name
    return "Latin" if latin else None


def _strong(evidence: Mapping[str, Evidence], code: str) -> int:
    return evidence[code].strong if code in evidence else 0


def _romanised(evidence: Mapping[str, Evidence], languages: Sequence[str]) -> Guess | None:
    """Urdu, Bangla or Punjabi in Latin letters, when its small words outweigh every other language's."""
    best = max(
        (code for code in SPELT_BY_EAR if code in evidence), key=lambda code: evidence[code].weight, default=None
    )
    if best is None:
        return None
    if best == "ur" and _is_punjabi(evidence):
        return Guess("pa", 0.8, evidence["pa"].strong >= 2 and evidence["pa"].words >= ENOUGH_WORDS)
    own = evidence[best]
    rival = max((other.weight for code, other in evidence.items() if code != best), default=0.0)
    if own.weight <= rival or own.share < 0.3:
        return None
    clear = own.weight >= rival + 1 and own.hits >= 2
    spoken_alike = best == "ur" and "hi" in languages
    sure = clear and own.words >= ENOUGH_WORDS and not spoken_alike
    return Guess(best, round(min(0.98, 0.5 + own.share / 2), 3), sure)


def _is_punjabi(evidence: Mapping[str, Evidence]) -> bool:
    """Punjabi has most of Urdu's words, and Urdu none of Punjabi's own: one of them among four decides."""
    return "pa" in evidence and 0 < evidence["ur"].strong <= 4 * evidence["pa"].strong


def _perhaps_romanised(evidence: Mapping[str, Evidence]) -> Guess | None:
    """A guess, never sure, from words that these share with others: "dentist ka number do"."""
    best = max((code for code in SPELT_BY_EAR if code in evidence), key=lambda code: evidence[code].hits, default=None)
    if best is None or evidence[best].hits < 2 or evidence[best].hits * 3 < evidence[best].words:
        return None
    if any(evidence[code].strong for code in evidence if code not in SPELT_BY_EAR):
        return None
    return Guess(best, 0.5, False)


def _borne_out(best: str, chance: float, evidence: Mapping[str, Evidence], words: int) -> bool:
    """Whether the small words agree. For a language without a list, the text must be long and clear."""
    if best not in evidence:
        return chance >= 0.9 and words > ENOUGH_WORDS
    rivals = (other.weight for code, other in evidence.items() if code != best)
    return evidence[best].weight > max(rivals, default=0.0)


def _second_opinion(words: Sequence[str]) -> str | None:
    """What the second model, CLD2, says; None when it cannot tell. It has no list of languages to choose from."""
    import pycld2  # here, as its tables weigh 10 MB that no Latin text needs

    try:
        _, _, found = pycld2.detect(" ".join(words), bestEffort=True)
    except pycld2.error:
        return None
    code = str(found[0][1])
    return SECOND_KNOWS.get(code, code if code in LANGUAGES else None)


class _Model:
    """py3langid, cut down to the languages of names.LANGUAGES."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bayes: _Bayes | None = None

    def chances(self, text: str, codes: Sequence[str]) -> dict[str, float]:
        """The probability of each of these languages; empty when the text has nothing the model knows."""
        known = self._loaded().chances(text.lower())
        chosen = {code: known[code] for code in codes if code in known}
        total = sum(chosen.values())
        return {code: chance / total for code, chance in chosen.items()} if total else {}

    def _loaded(self) -> _Bayes:
        if self._bayes is None:
            with self._lock:
                self._bayes = self._bayes or _load()
        return self._bayes


class _Bayes:
    """The sums of py3langid's LanguageIdentifier (0.4, ``rank`` with ``norm_probs``), bit for bit, on tables that lie
    close together: a text looks at some forty features, and its numbers of all languages stand in one place."""

    def __init__(self, full: Any) -> None:
        import numpy as np

        self._np = np
        columns = [number for number, code in enumerate(full.nb_classes) if code in LANGUAGES]
        self._codes = [full.nb_classes[number] for number in columns]
        self._weights = np.ascontiguousarray(full.nb_ptc[:, columns])
        self._priors = full.nb_pc[columns]
        # The automaton that reads the bytes: the moves of all rows, where each state's begin, and what it finds, or -1.
        self._moves = full.tk_nextmove
        self._begins = array("i", [row << 8 for row in full.tk_row])
        self._finds = array("i", full.tk_output)

    def chances(self, text: str) -> dict[str, float]:
        """The probability of each language; empty when the text has no feature."""
        letters = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
        counts = self._features(letters)
        if not counts:
            return {}
        np = self._np
        found = np.fromiter(counts, np.intp, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        scores = np.log1p(times) @ self._weights[found] + self._priors
        scores *= 1.0 / math.sqrt(len(letters))
        np.exp(scores - np.maximum.reduce(scores), out=scores)
        scores /= np.add.reduce(scores)
        return dict(zip(self._codes, scores.tolist(), strict=True))

    def _features(self, letters: bytes) -> Counter[int]:
        """How often each feature was found, in the order in which they were."""
        moves, begins, state = self._moves, self._begins, 0
        states: list[int] = []
        reached = states.append
        for letter in letters:
            state = moves[begins[state] + letter]
            reached(state)
        counts = Counter(map(self._finds.__getitem__, states))
        del counts[NOT_FOUND]
        return counts


def _load() -> _Bayes:
    # Imported here because numpy and the model cost half a second that most commands never need.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return _Bayes(LanguageIdentifier.from_model_file(MODEL_FILE))
