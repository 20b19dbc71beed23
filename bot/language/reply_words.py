"""The small words that people put around a short answer, and the pictures they answer with.

None of them changes what is meant: "number 2 please, thank you" is "2". They are only listened for, never said, so
they are no msgids. Words are separated by "|"; those of a language stand together so that a speaker can mend them.
"""

from __future__ import annotations

# Before or after an answer, on every question.
POLITE = {
    "en": "please|pls|plz|plss|pleas|pleese|kindly|thanks|thank you|thank you very much|thank you so much|thank u"
    "|thankyou|thanks a lot|many thanks|thanx|thnx|thx|tnx|ty|cheers|sir|madam|mate|dear|hello|hi|hey|good morning"
    "|good afternoon|good evening|xx|x|ok|okay",
    "pl": "proszę|dziękuję|dziękuję bardzo|bardzo dziękuję|dzięki|z góry dziękuję|pozdrawiam|dzień dobry|cześć|witam"
    "|proszę pana|proszę pani",
    "ur": "پلیز|براہ کرم|مہربانی|شکریہ|بہت شکریہ|جناب|السلام علیکم|سلام|pliz|plees|barae meherbani|meherbani|mehrbani"
    "|shukriya|shukria|bohat shukriya|bohot shukriya|bhai|baji|janab|salam|salaam|assalamu alaikum|aoa",
    "bn": "প্লিজ|দয়া করে|ধন্যবাদ|অনেক ধন্যবাদ|ভাই|আপা|সালাম|আসসালামু আলাইকুম|doya kore|dhonnobad|onek dhonnobad|donnobad"
    "|vai|apa|afa|slm|nomoskar",
}
# Before an answer, where a guess does no harm.
OPENERS = {
    "en": "well|so|um|hmm|i want|i need|i would like|id like|i choose|i chose|i pick|i go for|ill take"
    "|ill have|i will take|my answer is|the answer is|it is|its|give me|can i have|i need help with|help with|about|for"
    "|the|a|an",
    "pl": "ok|okej|dobrze|dobra|no to|chcę|chciałbym|chciałabym|potrzebuję|wybieram|poproszę|proszę o|moja odpowiedź to"
    "|to|interesuje mnie|chodzi o",
    "ur": "اچھا|ٹھیک ہے|مجھے|میرا جواب|acha|achha|accha|theek hai|mujhe|mujhko|mera jawab|mera jawab hai",
    "bn": "আচ্ছা|আমার|আমি|আমাকে|accha|acha|amar|ami|amake|amar uttor",
}
# After an answer, where a guess does no harm.
CLOSERS = {
    "en": "option|one|i think so|help|lol",
    "pl": "chcę|poproszę|opcja|ok",
    "ur": "چاہیے|چاہئے|والا|والی|ہے|chahiye|chahie|chaiye|chahye|wala|wali|hai|he",
    "bn": "চাই|লাগবে|দরকার|chai|lagbe|dorkar|hobe",
}
# Before a number: "option 2", "opcja nr 2". "no 2" is read with more care.
NUMBER_MARKS = (
    "number|numbers|num|nr|nos|option|opt|choice|answer|ans|item|numer|opcja|opcje|punkt|odpowiedź|nombor|nomber|nambar|"
    "nambor|nmbr|নম্বর|নাম্বার|নং|অপশন|نمبر|آپشن"
)
# After one: "2nd", "2-gi", "২য়", "2ta", "২ নম্বর", "2 number", "2 wala".
NUMBER_ENDS = (
    "st|nd|rd|th|szy|wszy|gi|ci|ty|sty|my|sza|wsza|ga|cia|ta|sta|ma|sze|gie|te|ম|য়|র্থ|ষ্ঠ|টা|টি|নং|নম্বর|নাম্বার|نمبر|والا|والی|"
    "number|nombor|nomber|nambar|wala|wali|option|choice|one"
)
# Around the number of something: "we are 5 people", "3 dzieci", "4 log".
AROUND_NUMBERS = (
    "about|around|roughly|we are|we r|i am|im|there are|there is|its|it is|only|just|age|aged|people|persons|person|"
    "kids|kid|children|child|years old|year old|years|year|yrs|yr|yo|pounds|pound|quid|gbp|of us|"
    "in total|total|adults|rooms|jest nas|nas|mam|osób|osoby|osoba|dzieci|dziecko|lat|lata|rok|funtów|funty|"
    "ہم|لوگ|افراد|بچے|بچہ|سال|ہیں|ہے|log|loog|afrad|bachay|bache|bachche|bacha|saal|hum|hain|hai|"
    "জন|বছর|বাচ্চা|টা|টি|আমরা|jon|bochor|baccha|bacha|ta|amra"
)
# Between two answers: she means both, or does not know which.
JOINERS = "and|or|lub|i|albo|czy|oraz|aur|ya|ar|ba|othoba|اور|یا|এবং|আর|ও|বা|অথবা"
# "Not" in every language: a word with a typo must not become one of these, nor the other way round.
DENIALS = (
    "no|not|dont|never|none|nobody|without|nie|nikt|bez|nigdy|nahi|nahin|nhi|na|mat|koi|nei|nai|noy|noi|"
    "نہیں|نہ|نا|مت|না|নেই|নাই|নয়|নই"
)
# Words that stand in every sentence: one of them alone names no option.
EVERYDAY = (
    "about|after|from|have|help|here|hurt|into|just|know|last|like|long|make|many|more|much|name|need|near|nothing|now|"
    "only|other|please|some|someone|something|tell|that|them|then|there|they|this|time|want|what|when|where|which|will|"
    "with|without|write|wrote|would|your|"
    "jest|jestem|mnie|moje|moja|mówić|nic|tego|teraz|wolę|sobie|żeby|"
    "مجھے|میرا|میری|میرے|نہیں|اپنے|کوئی|mujhe|mera|meri|kuch|"
    "আমার|আমি|চাই|করব|কেউ|কিছু|আছি|আছে|amar|kichu|kisu"
)
# What is right in one language and means something else to those who write another: Poles say "no" for "well, yes".
FALSE_FRIENDS: dict[str, frozenset[str]] = {"pl": frozenset({"no"})}

# Half a no, or half a yes: too little for a question of consent or safety.
HALF_HEARTED = frozenset({"not really"})
# Laughter, though one "ha" is yes in Bangla.
LAUGHTER = frozenset({"ha", "he"})

YES_PICTURES = frozenset("👍👌✅✔☑🆗")
NO_PICTURES = frozenset("👎❌✖❎🙅🚫⛔")


def listed(tables: dict[str, str] | str) -> tuple[str, ...]:
    """The words of a table of every language, longest first, so that "thank you" is found before "thank"."""
    written = tables if isinstance(tables, str) else "|".join(tables.values())
    return tuple(sorted(set(written.split("|")), key=lambda word: (-len(word), word)))
