"""All that a check of flows may look at: the flows, their files, the translations. Values only, no IO."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.flow.check.translated import Translated
from bot.flow.check.written import Text, Written
from bot.flow.model import Flow
from bot.language import phrases
from bot.language.catalogue import SOURCE_LANGUAGE, listed
from bot.language.normal import plain

TEXTS_DOMAIN = "bot"


@dataclass(frozen=True)
class Material:
    """``written`` are the flows to look at; ``flows`` are all there are, those among them.

    ``templates`` are the texts of the templates to look at, ``catalogues`` those of the domain "bot", one a language.
    ``whole`` says that ``written`` is everything.
    """

    written: Sequence[Written]
    flows: Mapping[str, Flow]
    catalogues: Sequence[Translated] = ()
    service_name: str = "Community Champions"
    whole: bool = False
    templates: Sequence[Text] = ()

    @property
    def texts(self) -> Iterator[Text]:
        """Every text to look at, of flows and of templates."""
        yield from (text for written in self.written for text in written.texts)
        yield from self.templates

    @cached_property
    def languages(self) -> Mapping[str, Translated | None]:
        """The catalogue of each offered language; English has none."""
        return {SOURCE_LANGUAGE: None, **{catalogue.language: catalogue for catalogue in self.catalogues}}

    def text(self, msgid: str, language: str) -> str:
        """What people of this language read."""
        catalogue = self.languages[language]
        return (catalogue and catalogue.text(msgid)) or msgid

    def translations(self, msgid: str) -> Iterator[tuple[str, str]]:
        """(language, text) for English and for every language that has its own text."""
        yield SOURCE_LANGUAGE, msgid
        for catalogue in self.catalogues:
            own = catalogue.text(msgid)
            if own is not None:
                yield catalogue.language, own

    def words(self, msgid: str, context: str, language: str) -> list[str]:
        """The words of a list of the bot's own, as this language has them."""
        catalogue = self.languages[language]
        return listed((catalogue and catalogue.text(msgid, context)) or msgid)

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """Every folded word that is a command in some language, and the command it is."""
        return {
            plain(word): command
            for command, msgid in phrases.COMMANDS.items()
            for language in self.languages
            for word in self.words(msgid, phrases.COMMAND, language)
        }

    def nods(self, key: str, language: str) -> frozenset[str]:
        """The folded words that choose an option called "yes" or "no", here and in English; none for another key."""
        msgid = {"yes": phrases.YES, "no": phrases.NO}.get(key)
        if msgid is None:
            return frozenset()
        spoken = (SOURCE_LANGUAGE, language)
        return frozenset(plain(word) for code in spoken for word in self.words(msgid, phrases.YES_NO, code))
