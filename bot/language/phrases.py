"""Every fixed sentence of the bot, and the word lists it listens for. All are gettext msgids of the domain "bot".

A value is the note that translators see. Command words stand in braces, like {more}: each language shows its own.
"""

from __future__ import annotations

WHICH_LANGUAGE = "Which language?"
NOT_UNDERSTOOD_OPTIONS = "Sorry, I did not understand. Please text a number from the list:"
NOT_UNDERSTOOD_AGAIN = (
    "Sorry, I still do not understand. Text a number from the list, {back} to go back or {menu} to start again."
)
WHICH_ONE = "Did you mean one of these? Please text its number."
PLACE_UNKNOWN = (
    "I do not know that place. Please check it and text it again, or text another town or postcode near you."
)
POSTCODE_UNKNOWN = (
    "I do not know that postcode. Is it the letter O or the number 0? The letter I or the number 1? "
    "Text it again, or text your town."
)
_ENGLAND_ONLY = "We know local help in England only. Text a place in England, or {menu} for other help."
PLACE_SCOTLAND = f"That postcode is in Scotland. {_ENGLAND_ONLY}"
PLACE_WALES = f"That postcode is in Wales. {_ENGLAND_ONLY}"
PLACE_NORTHERN_IRELAND = f"That postcode is in Northern Ireland. {_ENGLAND_ONLY}"
PLACE_ISLANDS = f"That postcode is on the Isle of Man or the Channel Islands. {_ENGLAND_ONLY}"
PLACE_NOT_ENGLAND = f"That place is not in England. {_ENGLAND_ONLY}"
SAY_WORDS = "Please text your answer in words."
ONLY_WORDS = "I can only read words for now. I cannot see photos or hear voice notes yet. Please write it instead."
FILE_TOO_LARGE = "Thank you. The file you sent is too large for us. Can you send a smaller one, or tell us in words?"
FILE_NOT_OPENED = "Thank you. We could not open the file you sent. Can you send it another way, or tell us in words?"
ONLY_WORDS_LOCATION = "Thank you, but I did not ask where you are. Please write to me in words."
EMPTY = "Your message came without any words. Please write to us again."
LISTENING = "Got it. Send more, or text {done} when you have finished."
LISTEN_EMPTY = "You have not written anything yet. Take your time. Or text {menu} to leave."
LISTEN_QUIET = "Is that everything? Text {done} to send it, or just keep writing."
STORY_WAITS = "What you wrote is kept, but not sent yet. To go on with it text {back}. To erase it text {delete}."
QUESTION_ENDS = (
    "We did not hear from you, and that is all right. To go on where you were text {back}. For other help text {menu}."
)
STORY_KEPT = "What you wrote is not sent yet. Text {back} to go on with it."
MORE_HINT = "Text {more} for more."
LISTEN_HINT = "Text {listen} to hear it."
EASY_HINT = "Text {easy} for easy words and pictures."
LISTEN_LINK = "Hear it here. You need the internet: {link}"
EASY_LINK = "Easy words and pictures are here. You need the internet: {link}"
NOT_IN_THIS_FORM = "We do not have this one in that form yet. For other help text {menu}."
NO_MORE = "That is all there is. Text {menu} for other help."
PICK_HINT = "Text a number to read more."
WHERE_HINT = "Text your postcode to see what is near you."
WHERE_HINT_WHATSAPP = "Send your postcode or your location to see what is near you."
OPEN_LIST = "Choose here"
SKIP = "I do not want to say"
ANOTHER = "Anything else? Send it, or text {done}."
NOTHING_BEFORE = "There is nothing to go back to."
BACK_AGAIN = "Now back to where you were."
LANGUAGE_SET = "We now write in English."
STOPPED = "You will get no more texts from us. To come back, text {start}."
STARTED = "Welcome back. Text {menu} to begin."
HELP = (
    "This is {service_name}: free help from local people, in your language. "
    "Text {menu} for the menu, {language} for another language, {delete} to erase what you wrote, {stop} to stop. In danger? Call 999."
)
WENT_WRONG = "Sorry, something went wrong on our side. What you wrote is safe. Text {menu} to begin again."
SHARED_PHONE_HINT = "If others read your phone, delete these texts after you read them."
WELCOME = "You are welcome. For other help text {menu}."
PERSON_READS = "A champion will read this."
PERSON_STAYS = "These texts are automatic again. A champion will still read what you wrote, and text you here."
PERSON_WRITES = "This text is from a person. What you text now goes to them. For the menu text {menu}."
PERSON_LATE = (
    "We are sorry. No champion was free to text you yet. What you wrote is safe, and one will still read it. "
    "For other help text {menu}. In danger? Call 999."
)
PERSON_FINISHED = (
    "The champion has finished here. These texts are automatic again. For other help, or to ask again, text {menu}."
)
NEWS_OFF_DONE = "Done. We will text you no more news. When you write to us, we still answer. For help text {menu}."
NEWS_FOOT = "No more news: text {news_off}. No texts at all: text {stop}."

DANGER_NOW = (
    "If you are in danger, call 999 now. It is free. If you cannot speak, call 999 and press 55 on a mobile. "
    "We have told a person in our team, but we are not an emergency service and may not see this at once."
)
DANGER_SELFHARM = (
    "You matter, and you do not have to face this alone. If your life is in danger, call 999 now. "
    "To talk to someone, day or night, free: Samaritans 116 123, or NHS 111 and choose 2. Or text SHOUT to 85258. "
    "We have told a person in our team, but they may not see this at once."
)
DANGER_ABUSE = (
    "You do not deserve this. In danger now? Call 999. If you cannot speak, press 55 on a mobile. "
    "National Domestic Abuse Helpline: 0808 2000 247, free, day and night, with interpreters. "
    "We have told a person in our team, but they may not see this at once."
)
DANGER_CHILD = (
    "If a child is in danger now, call 999. To talk to someone: NSPCC 0808 800 5000. For children and young people: Childline 0800 1111, "
    "free, day and night. We have told a person in our team, but they may not see this at once."
)
DANGER_HATE = (
    "If you are in danger, call 999 now. What they did is not your fault. To report hate when it is not an emergency, call 101, "
    "or report-it.org.uk. Victim Support: 0808 168 9111, free, day and night. We have told a person in our team, but they may not see this at once."
)

MANY_MESSAGES = "You sent many messages. We read them all. Please wait a little."

PHRASES: dict[str, str] = {
    WHICH_LANGUAGE: "Short question above a list of language names. It is shown in all languages at once.",
    NOT_UNDERSTOOD_OPTIONS: "Followed by a numbered list.",
    NOT_UNDERSTOOD_AGAIN: "The second time. Followed by a numbered list. {back} and {menu} become the command words.",
    WHICH_ONE: "When a reply fits two options. Followed by a numbered list.",
    PLACE_UNKNOWN: "When a town, or a place in other words, is not in our list.",
    POSTCODE_UNKNOWN: "When a text looks like a postcode, and there is no such postcode. Never blame the person.",
    PLACE_SCOTLAND: "When a postcode is real and not in England. Kind: it is our list that ends there.",
    PLACE_WALES: "When a postcode is real and not in England. Kind: it is our list that ends there.",
    PLACE_NORTHERN_IRELAND: "When a postcode is real and not in England. Kind: it is our list that ends there.",
    PLACE_ISLANDS: "When a postcode is real and not in England. Kind: it is our list that ends there.",
    PLACE_NOT_ENGLAND: "When the location that her phone sent is not in England.",
    SAY_WORDS: "When a question that wants words got only pictures or emoji.",
    ONLY_WORDS: "When someone sends a photo, voice note or document.",
    FILE_TOO_LARGE: "A little after someone sent a photo, voice note, video or document that is too big.",
    FILE_NOT_OPENED: "A little after someone sent a file that we cannot open or do not take.",
    ONLY_WORDS_LOCATION: "When someone sends their location and we did not ask for it.",
    EMPTY: "When a message is empty.",
    LISTENING: "After the first part of someone's story. {done} becomes the command word.",
    LISTEN_EMPTY: "When someone says they are done before writing anything. {menu} becomes the command word.",
    LISTEN_QUIET: "After a silence while someone tells a story. {done} becomes the command word.",
    STORY_WAITS: "The last message after a long silence in a story. {back} and {delete} become the command words.",
    QUESTION_ENDS: "The last message when a question was not answered for a day. Nothing is wrong: never blaming.",
    STORY_KEPT: "When someone leaves in the middle of a story. {back} becomes the command word.",
    MORE_HINT: "Last line of a text that goes on. {more} becomes the command word.",
    LISTEN_HINT: "Last line of a text that one can also hear. {listen} becomes the command word.",
    EASY_HINT: "Last line of a text that one can also read in easy words. {easy} becomes the command word.",
    LISTEN_LINK: "{link} becomes a web address where the text is read aloud.",
    EASY_LINK: "{link} becomes a web address where the text stands in easy words, with pictures.",
    NOT_IN_THIS_FORM: "When someone asks to hear a text, or for easy words, and there is no link for it.",
    NO_MORE: "When someone asks for more and there is none. {menu} becomes the command word.",
    PICK_HINT: "Under a numbered list of services or answers.",
    WHERE_HINT: "Under a list of answers and services, when we do not know where the person is.",
    WHERE_HINT_WHATSAPP: "The same on WhatsApp, where she can also send her location (the pin).",
    OPEN_LIST: "WhatsApp: on the button that opens a list of choices. At most 20 characters.",
    SKIP: "An option under a question that need not be answered.",
    ANOTHER: "After one of several answers. {done} becomes the command word.",
    NOTHING_BEFORE: "When someone texts BACK at the very beginning.",
    BACK_AGAIN: "Between two texts: when something else came in between, and the question before it is asked again.",
    LANGUAGE_SET: "Write the name of YOUR language here, in your language: 'We now write in Polish.'",
    STOPPED: "The one confirmation after STOP. {start} becomes the command word.",
    STARTED: "After someone who had stopped comes back. {menu} becomes the command word.",
    HELP: "What the service is. {service_name} is its name; the others become command words.",
    WENT_WRONG: "When our own software fails. {menu} becomes the command word.",
    MANY_MESSAGES: "Said once to someone who sends very many messages in a minute; then we are silent for two minutes.",
    WELCOME: "The answer to thank you. {menu} becomes the command word.",
    PERSON_READS: "Said once, to someone who texts to a champion, a person in our team.",
    PERSON_STAYS: "When someone leaves a talk with a champion for the menu. What they wrote still waits for the champion.",
    PERSON_WRITES: "Sent right after a champion's own text, to someone who was using the menu. {menu} becomes the command word.",
    PERSON_LATE: "When no champion has answered for two working days. {menu} becomes the command word.",
    PERSON_FINISHED: "When the champion ends the talk. {menu} becomes the command word.",
    NEWS_OFF_DONE: "After someone texts that they want no more news. {menu} becomes the command word.",
    NEWS_FOOT: "The last line of a text that goes to many people. As short as you can. {news_off} and {stop} become command words.",
    SHARED_PHONE_HINT: "A gentle hint for people who share a phone.",
    DANGER_NOW: "SAFETY TEXT. Sent at once when someone seems in danger. Keep every number exactly.",
    DANGER_SELFHARM: "SAFETY TEXT. Sent at once when someone speaks of suicide or self-harm. Keep every number exactly.",
    DANGER_ABUSE: "SAFETY TEXT. Sent at once when someone is hurt at home. Keep every number exactly.",
    DANGER_CHILD: "SAFETY TEXT. Sent at once when a child seems to be harmed. Keep every number exactly.",
    DANGER_HATE: "SAFETY TEXT. Sent when someone is attacked or threatened for who they are. Keep every number exactly.",
}

COMMAND = "command words"
YES_NO = "yes and no"
NUMBER = "number words"
GREETING = "greetings"
THANKS_CONTEXT = "thanks"

# Word lists: {(context, msgid): note}. The msgid is the English list; a translation is a list of its own, the word to
# show first. English words are always understood beside them. END, CANCEL, QUIT, YES, INFO and HELP are Twilio's own
# on SMS (messaging.md, Stopping): a flow never tells anyone to type them.
MENU = "MENU, MAIN MENU, START AGAIN"
BACK = "BACK, GO BACK, PREVIOUS"
MORE = "MORE, NEXT, MORE PLEASE"
LISTEN = "LISTEN, HEAR IT, HEAR, AUDIO, READ IT TO ME"
EASY = "EASY, EASY READ, EASY WORDS, PICTURES"
DONE = "DONE, FINISHED, THAT IS ALL, THATS ALL, THATS IT, I AM DONE, SEND, SEND IT, DONE THANKS"
LANGUAGE = "LANGUAGE, LANGUAGES, CHANGE LANGUAGE"
STOP = "STOP, UNSUBSCRIBE, STOPALL, STOP ALL, OPTOUT, OPT OUT, REVOKE, END, QUIT, CANCEL"
START = "START, UNSTOP, SUBSCRIBE"
DELETE = "DELETE, ERASE, DELETE MY DATA, ERASE MY DATA, FORGET ME"
NEWS_OFF = "NEWS OFF, NO NEWS, STOP NEWS, NO MORE NEWS, STOP THE NEWS"
HELP_WORDS = "HELP, INFO, WHAT IS THIS, WHO IS THIS"
YES = "YES, Y, YEAH, YEP, YUP, YEA, OK, OKAY, YES PLEASE, SURE, SURE THING, OF COURSE"
NO = "NO, N, NOPE, NAH, NO THANKS, NO THANK YOU, NOT REALLY, OF COURSE NOT"
NUMBERS = (
    "one, first, the first",
    "two, second, the second",
    "three, third, the third",
    "four, fourth, the fourth",
    "five, fifth, the fifth",
    "six, sixth, the sixth",
    "seven, seventh, the seventh",
    "eight, eighth, the eighth",
    "nine, ninth, the ninth",
    "ten, tenth, the tenth",
)
THANKS = "thanks, thank you, thank you very much, many thanks, ok thanks, ok thank you, cheers, ok, okay, great"
GREETINGS = "hello, hi, hey, hello there, good morning, good afternoon, good evening"

WORDS: dict[tuple[str, str], str] = {
    (COMMAND, MENU): "Words that bring the main menu. First the word we show: one short word in capitals (if your script has them). Separate with commas.",
    (COMMAND, BACK): "Words that go one question back.",
    (COMMAND, MORE): "Words that ask for the next page.",
    (COMMAND, LISTEN): "Words that ask to hear a text read aloud.",
    (COMMAND, EASY): "Words that ask for a text in easy words with pictures ('easy read').",
    (COMMAND, DONE): "Words that say: I have finished writing.",
    (COMMAND, LANGUAGE): "Words that change the language.",
    (COMMAND, STOP): "Words that stop all texts. Whole messages only. Put every common way to say it.",
    (COMMAND, START): "Words that start texts again after STOP.",
    (COMMAND, DELETE): "Words that ask us to erase everything.",
    (COMMAND, NEWS_OFF): "Words that say: no more news by text. The bot still answers. Not the words for STOP.",
    (COMMAND, HELP_WORDS): "Words that ask what this service is.",
    (YES_NO, YES): "All common ways to text yes.",
    (YES_NO, NO): "All common ways to text no.",
    **{(NUMBER, words): "Words for this number, and for 'the first', 'the second' and so on." for words in NUMBERS},
    (THANKS_CONTEXT, THANKS): "Common ways to text thank you, with Latin-letter spellings.",
    (GREETING, GREETINGS): "Common greetings, so that a greeting alone is not taken for a question. Latin-letter spellings too.",
}  # fmt: skip

COMMANDS: dict[str, str] = {
    "menu": MENU,
    "back": BACK,
    "more": MORE,
    "listen": LISTEN,
    "easy": EASY,
    "done": DONE,
    "language": LANGUAGE,
    "stop": STOP,
    "start": START,
    "delete": DELETE,
    "news_off": NEWS_OFF,
    "help": HELP_WORDS,
}
