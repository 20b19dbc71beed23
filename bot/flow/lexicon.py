"""One question's choices, ready to look a reply up: by button, number, word, start of a word or typo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from bot.flow.nearly import Nearly
from bot.language.normal import fold, plain, words
from bot.language.reply_words import (
    CLOSERS,
    JOINERS,
    LAUGHTER,
    NO_PICTURES,
    NUMBER_ENDS,
    NUMBER_MARKS,
    OPENERS,
    POLITE,
    YES_PICTURES,
    listed,
)


def _any_of(tables: dict[str, str] | str) -> str:
    return "|".join(sorted({fold(word) for word in listed(tables)}, key=len, reverse=True))


_EDGE = r"[\s()\[\]#*.,:;!¡\"“”„।۔،]*"
_GAP = r"[\s.:#-]*"
_WORD_ENDS = r"(?![\p{L}\p{M}\p{N}])"
# "2", "2.", "2)", "(2)", "no 2", "nr 2", "#2", "option 2", "opcja nr 2", "2nd", "২ নম্বর"
_NUMBER = regex.compile(
    rf"{_EDGE}(?:(?P<no>no)(?P<dot>\.)?{_GAP}|(?:(?:{_any_of(NUMBER_MARKS)}){_GAP}){{1,2}})?"
    rf"(?P<number>\d{{1,3}})(?:[\s.-]?(?:{_any_of(NUMBER_ENDS)}){_WORD_ENDS})*{_EDGE}\??\s*"
)
# A line of the list as it stands there: "2. Doctor and health"
_LINE = regex.compile(
    rf"{_EDGE}(\d{{1,3}})[\s.):,=-]+(?=[^\d\s])(.+)|(.*[^\d\s])[\s.(:,=-]+(\d{{1,3}})\)?{_EDGE}", regex.S
)
_DIGIT = re.compile(r"\d")


class _Wrapping(NamedTuple):
    """What people put around an answer, and the words that it begins and ends with: most replies have none of them.

    The last ones may be written together: "no thanksdear".
    """

    first: frozenset[str]
    last: tuple[str, ...]
    before: regex.Pattern[str]
    after: regex.Pattern[str]

    def off(self, folded: str) -> str:
        """A folded text without it."""
        said = words(folded)
        if not said:
            return folded
        bare = self.before.sub("", folded) if said[0] in self.first else folded
        return self.after.sub("", bare) if said[-1].endswith(self.last) else bare


def _wrapping(before: dict[str, str], after: dict[str, str]) -> _Wrapping:
    return _Wrapping(
        frozenset(words(fold(phrase))[0] for phrase in listed(before)),
        tuple({words(fold(phrase))[-1] for phrase in listed(after)}),
        regex.compile(rf"^(?:{_EDGE}(?:{_any_of(before)}){_WORD_ENDS})+[\s,.!:;-]*"),
        regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}])(?:(?:{_any_of(after)}){_EDGE}\s*)+$"),
    )


_POLITENESS = _wrapping(POLITE, POLITE)
_WANTING = _wrapping(OPENERS, CLOSERS)
_JOINED = regex.compile(rf"\s(?:{_any_of(JOINERS)})\s|\s*[,/&+،]\s*")
_PICTURE = regex.compile(r"[\p{Extended_Pictographic}\U0001F3FB-\U0001F3FF\uFE0F\u200D\u20E3]")
_RUN, _LONG_RUN = re.compile(r"(\w)\1+"), re.compile(r"(\w)\1{2,}")  # of one letter, or of a digit
_STEM = 4  # letters that two words begin with when they may be one word in two forms
_DOUBTS = regex.compile(r"[?؟？]")
_AROUND = 40  # letters of politeness around an answer; a longer text tells something and is no choice
_ZEROS = "0٠۰०০੦૦௦"


def _in_digits(number: int) -> tuple[str, ...]:
    return tuple("".join(chr(ord(zero) + int(digit)) for digit in str(number)) for zero in _ZEROS)


# The number of a line as most people type it, in the digits of any script.
_TYPED = {
    f"{digits}{end}": number for number in range(1, 100) for digits in _in_digits(number) for end in ("", ".", ")", " ")
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing she can choose: its key, and every way to say it (already folded), in every language.

    ``own`` are those of the conversation's language and of English; ``labels`` those that a typo or a part of may
    stand for; ``heads`` the labels' first clauses ("Nobody" of "Nobody. I have changed my mind"); ``nod`` is "yes" or
    "no" when it is one of these; ``written`` are the labels as they stand, for speed.
    """

    key: str
    says: frozenset[str]
    own: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    nod: str = ""
    written: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The reply fits more than one choice: she must be asked which."""

    keys: tuple[str, ...]


Understood = str | Ambiguous | None


class Lexicon:
    """One question's choices, ready to look a reply up. Built once for a step and a language, and kept.

    A ``clear`` question (consent, safety) takes only a number or the very words: nothing is guessed there.
    """

    def __init__(
        self, choices: Sequence[Choice], *, clear: bool = False, number_words: Callable[[str], int | None]
    ) -> None:
        self.choices = tuple(choices)
        self.keys = tuple(choice.key for choice in choices)
        self.clear = clear
        self._number_words = number_words
        self._exact = self._phrases()
        self._longest = max((len(said) for said in self._exact), default=0) + _AROUND
        self._numbered = [self._agreed(self._exact.get(str(number)), key) for number, key in enumerate(self.keys, 1)]
        self._ready = self._at_hand()
        self._nearly: Nearly | None = None

    def find(self, text: str) -> Understood:
        """The key of the choice that ``text`` means, Ambiguous, or None."""
        number = _TYPED.get(text)
        if number is not None and number <= len(self._numbered):
            return self._numbered[number - 1]
        found = self._ready.get(text) or self._ready.get(text.strip().casefold())
        return found if found is not None else self._read(text)

    def offers(self, said: str) -> bool:
        """True when the folded text is exactly one of the choices' words: then it is no command and no cry for help."""
        return said in self._exact

    def only(self, keys: Iterable[str]) -> Lexicon:
        """The same question with fewer choices, numbered from 1 again: for asking which of them she means."""
        wanted = set(keys)
        fewer = [choice for choice in self.choices if choice.key in wanted]
        return Lexicon(fewer, clear=self.clear, number_words=self._number_words)

    # the ways to say each choice -------------------------------------------------------------------------------------
    def _phrases(self) -> dict[str, Understood]:
        """Every phrase of every choice; those that two choices share are ambiguous, but for the conversation's own."""
        own = _owners((choice.key, said) for choice in self.choices for said in choice.own)
        every = _owners((choice.key, said) for choice in self.choices for said in choice.says)
        heads = _owners((choice.key, said) for choice in self.choices for said in choice.heads)
        if not self.clear:
            every |= {said: keys for said, keys in own.items() if len(keys) == 1}
        new = {said: keys for said, keys in heads.items() if said not in every and self._is_sole(said)}
        return {said: _one(keys) for said, keys in (every | new).items() if said}

    def _is_sole(self, head: str) -> bool:
        """No other choice speaks of it: "champions" may be "Champions, and leaders" as well as "Only champions"."""
        speak = [choice for choice in self.choices if any(_shares(head, label) for label in choice.says)]
        return len(speak) == 1

    def _at_hand(self) -> dict[str, Understood]:
        """What most replies are, unfolded: reading them takes fifty times as long as finding them here."""
        ready = {said: found for said, found in self._exact.items() if self._is_own(said)}
        written = ((label.strip().casefold(), plain(label)) for choice in self.choices for label in choice.written)
        return {label: ready[said] for label, said in written if said in ready} | ready

    def _is_own(self, said: str) -> bool:
        return any(said in choice.own or not choice.own for choice in self.choices)

    # reading ---------------------------------------------------------------------------------------------------------
    def _read(self, text: str) -> Understood:
        if len(text) > self._longest or (self.clear and _DOUBTS.search(text)):
            return None
        folded = _spelled(text)
        drawn = None if folded.isascii() else _PICTURE.findall(folded)
        if not drawn:
            return self._words(folded)
        words = _PICTURE.sub(" ", folded)
        found = self._words(words) if plain(words) else None
        nodded = self._drawn(frozenset(drawn))
        if found is None:
            return None if self.clear or plain(words) else nodded
        return found if nodded in (None, found) else None

    def _drawn(self, pictures: frozenset[str]) -> Understood:
        """A thumb up is yes on a plain question. On a clear one it may be no more than "seen"."""
        yes, no = bool(pictures & YES_PICTURES), bool(pictures & NO_PICTURES)
        meant = [choice.key for choice in self.choices if choice.nod == ("yes" if yes else "no")]
        return None if yes == no or not meant else _one(meant)

    def _words(self, folded: str) -> Understood:
        peeled = {form: plain(form) for form in self._peeled(folded)}
        for form, said in peeled.items():
            found = self._whole(form, said)
            if found is not None:
                return found
        for form, said in peeled.items():
            found = self._line(form) or self._again_and_again(said)
            if found is not None:
                return found
        return None if self.clear else self._guessed(peeled)

    def _peeled(self, folded: str) -> Iterable[str]:
        """The reply, then without politeness, then without stretched letters ("yesss"), then without "I want"."""
        yield folded
        bare = without_politeness(folded)
        yield bare
        squeezed = _RUN.sub(_once, bare)
        if len(bare) - len(squeezed) > 1:
            yield _LONG_RUN.sub(_twice, bare)
            yield _LONG_RUN.sub(_once, bare)
        if not self.clear:
            yield squeezed
            yield _WANTING.off(bare)

    def _whole(self, folded: str, said: str) -> Understood:
        """A number or the very words, and nothing else. ``said``: the text's folded words alone."""
        exact = self._exact.get(said)
        if exact is not None:
            exact = self._checked(said, exact)
        number = self._number(folded, said)
        if number is None:
            return exact
        return self._agreed(exact, self.keys[number - 1]) if 1 <= number <= len(self.keys) else exact

    def _checked(self, said: str, exact: str | Ambiguous) -> Understood:
        """A word of a language that is not hers may be another choice of her own with a typo: then it is ambiguous."""
        if not isinstance(exact, str) or self._is_own(said):
            return exact
        meant = {exact, *self._near().typed(said, own=True)}
        found = self._ready[said] = _one([key for key in self.keys if key in meant])
        return found

    def _number(self, folded: str, said: str) -> int | None:
        found = _NUMBER.fullmatch(folded) if _DIGIT.search(folded) else None
        if not found:
            return self._number_words(said) or _numeral(said)
        number = int(found["number"])
        if found["no"] and not (found["dot"] and "no" not in self._exact) and self._denies(number):
            return None
        return number

    def _denies(self, number: int) -> bool:
        """ "no 2" may be "no, not 2": it counts on a clear question only where the choice says no anyway."""
        key = self.keys[number - 1] if 1 <= number <= len(self.keys) else None
        return self._exact.get("no", None if self.clear else key) != key

    def _line(self, folded: str) -> Understood:
        """A number and words together: they must agree, else it is ambiguous ("2 food")."""
        found = _LINE.fullmatch(folded.strip()) if _DIGIT.search(folded) else None
        if not found:
            return None
        number, beside = int(found[1] or found[4]), found[2] or found[3]
        key = self.keys[number - 1] if 1 <= number <= len(self.keys) else None
        said = self._whole(beside, plain(beside)) if self.clear else self._part(beside)
        if key is None or said is None:
            return None
        if self.clear:
            return key if said == key else None
        return self._agreed(said, key) if isinstance(said, str) else key if key in _keys(said) else None

    def _again_and_again(self, said: str) -> Understood:
        """ "yes yes", "no no no", "ok yes": every word means the same choice."""
        said_words = said.split()
        meant = self._exact.get(said_words[0]) if len(said_words) > 1 else None
        if meant is None or any(self._exact.get(word) != meant for word in said_words):
            return None
        return None if LAUGHTER.issuperset(said_words) else meant

    def _guessed(self, peeled: Mapping[str, str]) -> Understood:
        for form, said in peeled.items():
            meant = self._near().find(said) or self._several(form)
            if meant:
                return _one(list(meant))
        return None

    def _several(self, folded: str) -> tuple[str, ...]:
        """ "1 or 2", "food and a home": every part is a choice."""
        meant: set[str] = set()
        count = 0
        for part in _JOINED.splititer(folded):
            if part == folded:  # nothing is joined
                return ()
            if part.strip():
                found = self._part(part)
                if not found:
                    return ()
                meant.update(_keys(found))
                count += 1
        return tuple(key for key in self.keys if key in meant) if 2 <= count <= len(self.keys) else ()

    def _part(self, folded: str) -> Understood:
        """What a part of a reply means, guessed if need be."""
        said = plain(folded)
        whole = self._whole(folded, said)
        if whole is not None:
            return whole
        meant = self._near().find(said)
        return _one(list(meant)) if meant else None

    def _near(self) -> Nearly:
        """Made when a first reply needs it: most are a number."""
        if self._nearly is None:
            self._nearly = Nearly((choice.key, choice.labels or choice.says, choice.own) for choice in self.choices)
        return self._nearly

    def _agreed(self, said: Understood, key: str) -> Understood:
        """The choice that words and a number mean together; Ambiguous when a label is itself another's number."""
        if said is None or said == key:
            return key
        return Ambiguous(tuple(name for name in self.keys if name == key or name in _keys(said)))


def tapped(button: str, step: str, choices: Iterable[Choice]) -> str | None:
    """The key of a button of this very step; a button of an old question means nothing here (messaging.md, case 15)."""
    name, _, key = button.partition(".")
    return key if name == step and any(key == choice.key for choice in choices) else None


def without_politeness(folded: str) -> str:
    """A folded text without "please", "thank you" and the like before and after it."""
    return _POLITENESS.off(folded)


def as_number(text: str) -> int | None:
    """The number of a reply that is only a number, in the digits of any script or as a keycap emoji."""
    folded = _spelled(text)
    found = _NUMBER.fullmatch(folded)
    return int(found["number"]) if found else _numeral(plain(folded))


def _once(run: re.Match[str]) -> str:
    return run[1] if run[1].isalpha() else run[0]


def _twice(run: re.Match[str]) -> str:
    return run[1] * 2 if run[1].isalpha() else run[0]


def _spelled(text: str) -> str:
    return fold(text.replace("🔟", "10").replace("\ufe0f", "").replace("\u20e3", "")).casefold()


def _numeral(said: str) -> int | None:
    """A sign that is a number by itself but no digit: "二", "፪"."""
    value = unicodedata.numeric(said, None) if len(said) == 1 and not said.isdecimal() else None
    return int(value) if value is not None and value == int(value) else None


def _shares(head: str, label: str) -> bool:
    """Whether a label has a word of the head, in whatever form of grammar."""
    return any(
        one == other or (len(one) >= _STEM and one[:_STEM] == other[:_STEM])
        for one in head.split()
        for other in label.split()
    )


def _owners(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for key, said in pairs:
        keys = owners.setdefault(said, [])
        if key not in keys:
            keys.append(key)
    return owners


def _one(keys: Sequence[str]) -> str | Ambiguous:
    return keys[0] if len(keys) == 1 else Ambiguous(tuple(keys))


def _keys(found: Understood) -> tuple[str, ...]:
    return found.keys if isinstance(found, Ambiguous) else (found,) if found else ()
