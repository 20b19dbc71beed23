"""How people write days: the words that the CLDR tables of months and weekdays lack, above all in Latin letters.

Words are compared folded (bot.language.normal). Each tuple is "word|word|...".
"""

from __future__ import annotations

# Urdu and Bangla months and weekdays as they are typed in Latin letters, and short English ones. Monday is 0.
MONTHS = {
    1: "janwari|january|janvari|januari|জানুয়ারি",
    2: "farwari|febuari|february|februari|ফেব্রুয়ারি",
    3: "maarch",
    4: "aprail|epril",
    5: "mai",
    6: "joon|jun",
    7: "julai|jul",
    8: "agast|agost|august",
    9: "sept|sitambar|september|septembar",
    10: "aktubar|oktobar|october|oktober",
    11: "navambar|nobhembor|november|novembar",
    12: "disambar|dishembor|december|desember",
}
WEEKDAYS = {
    0: "peer|pir|somwar|shombar|sombar|সোম",
    1: "tues|mangal|mongolbar|mangalbar",
    2: "weds|budh|budhbar|budbar",
    3: "thur|thurs|jumerat|jumairat|brihospotibar|bishudbar",
    4: "jumma|juma|jummah|shukrobar|sukrobar",
    5: "shonibar|sonibar",
    6: "itwar|itvar|robibar|robbar",
}
# Days from today. Where the word has two senses ("kal" is yesterday and tomorrow), both stand there.
DAYS: dict[tuple[int, ...], str] = {
    (0,): "today|todays|2day|dziś|dzisiaj|آج|aaj|aj|ajke|আজ|আজকে",
    (1,): "tomorrow|tommorow|tomorow|tmrw|tmr|tomoz|2moro|jutro|আগামীকাল|আগামী কাল|agamikal|agami kal|آنے والا کل"
    "|aane wala kal|ane wala kal",
    (-1,): "yesterday|yday|wczoraj|গতকাল|গত কাল|gotokal|goto kal|گزشتہ کل|گزرا ہوا کل|guzishta kal|guzra kal",
    (2,): "day after tomorrow|the day after tomorrow|overmorrow|pojutrze",
    (-2,): "day before yesterday|the day before yesterday|przedwczoraj",
    (-1, 1): "kal|کل|কাল|কালকে|kalke|kalkay",
    (-2, 2): "parson|parso|پرسوں|porshu|porshudin|পরশু|পরশুদিন",
}
UNITS = {
    1: "day|days|dzień|dzien|dni|دن|din|দিন",
    7: "week|weeks|wk|wks|tydzień|tygodnie|tygodni|ہفتہ|ہفتے|hafta|hafte|haftay|সপ্তাহ|shoptaho|soptaho",
}
AGO = "ago|temu|پہلے|pehle|pahle|pehlay|আগে|aage age|age|agey"
AHEAD = "from now|later|time|بعد|baad|bad|পর|পরে|por|pore"
AHEAD_BEFORE = "in|za|within"
LAST = "last|past|zeszły|zeszła|zeszłą|zeszłe|ostatni|ostatnia|ostatnią|pichla|pichle|pichli|پچھلے|پچھلا|goto|gato|গত"
NEXT = "next|nxt|przyszły|przyszła|przyszłą|następny|następna|następną|agla|agle|agli|اگلے|اگلا|agami|আগামী"
COMING = "coming|this coming|najbliższy|najbliższa|najbliższą"
THIS = "this|ten|ta|tę|is|اس|ei|এই"
# Nothing in a date: "it was on Friday the 3rd of May".
AROUND = (
    "on|the|of|it was|it is|its|since|from|at|day|date|dob|born|i was born|my birthday is|birthday|about|around|"
    "w|we|dnia|od|r|roku|ko|کو|se|tarikh|taareekh|তারিখ|তারিখে|تاریخ|maah|মাস|সাল|সালে|saal"
)
ORDINALS = "st|nd|rd|th|go|ego|szy|gi|ci|ty|শে|ই|লা|রা|ঠা|ম|য়"
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_DAY_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
# "twenty first" before "first": the text is searched in this order.
DAY_WORDS = {word.replace("-", " "): day for day, word in reversed(list(enumerate(_DAY_WORDS.split(), 1)))}
