"""What the desk's own people are texted and e-mailed, in the language each of them reads the desk in."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from bot.language.catalogue import N_, Catalogues
from bot.language.names import LANGUAGES
from bot.story.reminding import About, Pace, Thing, Wish, counted

SUBJECT = N_("Someone may be in danger ({reference})")
DANGER = N_("Someone may be in danger. Open the desk: {address} ({reference})")
DANGER_STILL = N_("Someone may be in danger. Nobody has taken this on yet. Open the desk: {address} ({reference})")
NO_ADDRESS = N_("Someone may be in danger. Open the desk. ({reference})")
NO_ADDRESS_STILL = N_("Someone may be in danger. Nobody has taken this on yet. Open the desk. ({reference})")
WAITS = N_("Something waits for you on the desk")
# NOTE: One line of an e-mail, like "Stories in Urdu: 3". {language} is the name of a language.
LINES = {
    About.STORIES: N_("Stories in {language}: {count}"),
    About.QUESTIONS: N_("Questions in {language}: {count}"),
    About.TALKS: N_("Talks in {language}: {count}"),
}
ONLY_YOU = N_("Nobody else here can take these:")
FOR_YOU = N_("These wait for you:")
OPEN = N_("Open the desk: {address}")
WHY = {
    Pace.AT_ONCE: N_("You asked to be told at once of what only you can take."),
    Pace.DAILY: N_("You asked for this e-mail once a day, at {clock}."),
    Pace.WEEKLY: N_("You asked for this e-mail once a week, on {day} at {clock}."),
}
CHANGE = N_("Change that: {address}")
STOP = N_("Stop these e-mails: {address}")


class StaffWords:
    """Sentences from the desk's catalogues. ``public_url`` is "" when nobody knows where the desk is."""

    def __init__(self, catalogues: Catalogues, public_url: str) -> None:
        self._catalogues, self._url = catalogues, public_url.rstrip("/")

    def alert_subject(self, alert_id: int, language: str) -> str:
        """The subject of an e-mail about an alert."""
        return self._say(SUBJECT, language, reference=reference(alert_id))

    def alert(self, alert_id: int, step: int, language: str) -> str:
        """What a text or an e-mail says of an alert: nothing of who wrote, and nothing of what she wrote."""
        first, still = (DANGER, DANGER_STILL) if self._url else (NO_ADDRESS, NO_ADDRESS_STILL)
        address = f"{self._url}/desk/alerts/{alert_id}"
        return self._say(still if step > 1 else first, language, address=address, reference=reference(alert_id))

    def waits_subject(self, language: str) -> str:
        """The subject of an e-mail about what waits."""
        return self._say(WAITS, language)

    def waits(self, things: Sequence[Thing], wish: Wish, stop: str, language: str) -> str:
        """How many wait in which language, and no more: whoever sees this e-mail learns nothing of anybody."""
        lines = [
            self._say(LINES[about], language, language=language_name(code, language), count=count)
            for (about, code), count in counted(things).items()
        ]
        parts = (
            [self._say(ONLY_YOU if wish.pace is Pace.AT_ONCE else FOR_YOU, language), *lines],
            [self._say(OPEN, language, address=f"{self._url}/desk/")],
            [
                self._say(WHY[wish.pace], language, clock=f"{wish.hour:02d}:00", day=day_name(wish.weekday, language)),
                self._say(CHANGE, language, address=f"{self._url}/desk/me#mails"),
                self._say(STOP, language, address=stop),
            ],
        )
        return "\n\n".join("\n".join(part) for part in parts) + "\n"

    def _say(self, msgid: str, into: str, /, **values: object) -> str:
        return self._catalogues.text(msgid, into, domain="desk").format(**values)


def reference(alert_id: int) -> str:
    """What an alert is called in a text and on the desk."""
    return f"A{alert_id}"


def language_name(code: str, into: str) -> str:
    """A language's name in another, or its own name where Babel has none."""
    own = LANGUAGES[code].own_name if code in LANGUAGES else code
    return str(_locale(into).languages.get(code) or own)


def day_name(weekday: int, language: str) -> str:
    """The name of a day of the week; 0 is Monday."""
    return str(get_day_names("wide", "format", _locale(language))[weekday])


def _locale(code: str) -> Locale:
    try:
        return Locale.parse("en_GB" if code == "en" else code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
