"""How words sound, roughly: so that Urdu, Bangla and Punjabi in Latin letters meet the same words in their own script.

People spell them as they hear them ("zarurat", "zaroorat"), and the scripts write vowels differently or not at all.
What all of them keep is the order of the consonants: that is what is left here.
"""

from __future__ import annotations

import re
import unicodedata

from bot.language.normal import words

_BENGALI = """
    ক=k খ=k গ=g ঘ=g ঙ=n চ=s ছ=s জ=j ঝ=j ঞ=n ট=t ঠ=t ড=d ঢ=d ণ=n ত=t থ=t দ=d ধ=d ন=n প=p ফ=p ব=b ভ=b ম=m য=j র=r
    ল=l শ=s ষ=s স=s হ=h ৎ=t ং=n ঁ=n অ=o আ=a ই=i ঈ=i উ=u ঊ=u ঋ=r এ=e ঐ=e ও=o ঔ=o া=a ি=i ী=i ু=u ূ=u ৃ=r ে=e ৈ=e
    ো=o ৌ=o ্= ়=
"""
_GURMUKHI = """
    ਕ=k ਖ=k ਗ=g ਘ=g ਚ=s ਛ=s ਜ=j ਝ=j ਟ=t ਠ=t ਡ=d ਢ=d ਣ=n ਤ=t ਥ=t ਦ=d ਧ=d ਨ=n ਪ=p ਫ=p ਬ=b ਭ=b ਮ=m ਯ=y ਰ=r ਲ=l ਵ=b
    ੜ=r ਸ=s ਹ=h ਅ=a ਆ=a ਇ=i ਈ=i ਉ=u ਊ=u ਏ=e ਐ=e ਓ=o ਔ=o ਾ=a ਿ=i ੀ=i ੁ=u ੂ=u ੇ=e ੈ=e ੋ=o ੌ=o ਂ=n ੰ=n ੱ= ਼=
"""
_ARABIC = """
    ا=a ب=b پ=p ت=t ٹ=t ث=s ج=j چ=s ح=h خ=k د=d ڈ=d ذ=j ر=r ڑ=r ز=j ژ=j س=s ش=s ص=s ض=j ط=t ظ=j ع=a غ=g ف=p ق=k ک=k
    گ=g ل=l م=m ن=n ں=n و=o ہ=h ھ= ء= ی=i ے=e ئ=
"""
_LETTERS = str.maketrans({pair[0]: pair[2:] for listing in (_BENGALI, _GURMUKHI, _ARABIC) for pair in listing.split()})
_CONSONANTS = str.maketrans({"w": "b", "v": "b", "z": "j", "q": "k", "f": "p", "x": "k", "c": "k"})
_ASPIRATED = re.compile(r"(?<=[bcdgjkpst])h")
_VOWELS = re.compile(r"[aeiouy]+")
_DOUBLED = re.compile(r"(.)\1+")


def sound(text: str) -> str:
    """Each word's consonants, with "a" for a vowel at its start; words of one script and of another compare by it.

    "zaroorat", "zarurat" and "ضرورت" all give "jrt".
    """
    return " ".join(found for word in words(unicodedata.normalize("NFD", text)) if (found := _consonants(word)))


def _consonants(word: str) -> str:
    heard = word.translate(_LETTERS).replace("ch", "s").replace("ng", "n")
    heard = _ASPIRATED.sub("", heard).translate(_CONSONANTS)
    begins = "a" if heard[:1] in "aeiou" else ""
    return begins + _DOUBLED.sub(r"\1", _VOWELS.sub("", heard))
