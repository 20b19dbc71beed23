"""The verb ``find``: a list of services or answers, a few at a time, and the one she picks in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from bot.flow import found
from bot.flow.events import AnswerChosen, NotFound
from bot.flow.found import Item
from bot.flow.lexicon import Ambiguous, Lexicon, Understood, as_number, tapped
from bot.flow.model import Step
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.whereabouts import place_told
from bot.flow.wished import wishes_in, wishes_inside
from bot.flow.world import Reply
from bot.knowledge import present, wishes
from bot.knowledge.area import counted_area
from bot.knowledge.bidi import isolate
from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.knowledge.services import Service
from bot.knowledge.topics import TOPICS
from bot.knowledge.wishes import Ranked, Wish
from bot.language import phrases
from bot.language.normal import words
from bot.story.gaps import Came

CLOSEST_ANSWERS = 3
CLOSEST = 6  # answers and services: the best three, and three more with MORE
MATTERS = "matters"  # the word under "with" that hands over what matters to her
WISHES = frozenset(Wish)
FOR_A_QUESTION = frozenset({"answers", "help"})
FORM_LINKS = {"listen": phrases.LISTEN_LINK, "easy": phrases.EASY_LINK}


def search(step: Step, frame: Frame, voice: Speaker) -> tuple[list[Item], str]:
    """What this step finds for what she told us, best first, and from where its miles are measured, in her language.
    Where she is, is forgotten once it has been used: only the first page can say so."""
    directory = voice.world.directory
    if step.find == "services":
        if _wish_of(step, frame) and is_kept(step, frame) and step.values["place"].written not in frame.values:
            return _kept(step, frame), ""
        here = _taken(step, frame)
        near = directory.find_services(str(_told(step, "topic", frame)), here)
        items = [Item(hit.service.key, hit.miles, hit.rough) for hit in near]
        return items, _measured(here, items, voice)
    if step.find == "rights":
        return [Item(answer.key) for answer in directory.answers_on_rights()], ""
    asked = str(frame.values.get(step.about, ""))
    if step.find == "answers":
        return [Item(answer.key) for answer, _ in directory.match_answers(asked, voice.language, CLOSEST_ANSWERS)], ""
    return _closest(asked, _taken(step, frame) or directory.named_place(asked), voice)


def _closest(asked: str, place: Place | None, voice: Speaker) -> tuple[list[Item], str]:
    """The answers and services that her question is most likely about."""
    wished = wishes_inside(words(asked), voice.world.catalogues)
    found_now = voice.world.directory.match(asked, voice.language, place, CLOSEST, wished=wished)
    hits = [found.item_of(hit) for hit in found_now]
    return hits, _measured(place, hits, voice)


def _measured(place: Place | None, items: Sequence[Item], voice: Speaker) -> str:
    if place is None or all(item.miles is None for item in items):
        return ""
    return present.measured(place, voice.language, voice.world.catalogues.text)


def _taken(step: Step, frame: Frame) -> Place | None:
    """Where she is, which is forgotten with this."""
    place = where(step, frame)
    if "place" in step.values:
        frame.values.pop(step.values["place"].written, None)
    return place


def where(step: Step, frame: Frame) -> Place | None:
    """Where a search for services is to look; it is forgotten by the search."""
    return as_place(_told(step, "place", frame)) if "place" in step.values else None


def not_found(step: Step, frame: Frame, voice: Speaker, place: Place | None) -> NotFound:
    """That a search found nothing, and for what, as coarsely as it is counted."""
    topic = str(_told(step, "topic", frame)) if "topic" in step.values else ""
    return NotFound(Came.NOTHING, topic if topic in TOPICS else "", counted_area(place))


def none_fits(step: Step, frame: Frame, voice: Speaker) -> NotFound:
    """That none of these is what she asked for. What it is about, two of the closest three may tell."""
    topics = Counter(topic for item in _page(step, frame, voice).items for topic in found.topics(step, item.key, voice))
    topic, times = topics.most_common(1)[0] if topics else ("", 0)
    return NotFound(Came.NONE, topic if times > 1 else "")


def _told(step: Step, name: str, frame: Frame) -> object:
    given = step.values[name]
    return frame.values.get(given.written, "") if given.is_variable else given.written


def as_place(value: object) -> Place | None:
    """The place that was kept in a session, or None when she would not say."""
    if not isinstance(value, dict):
        return None
    return Place(value["name"], value["latitude"], value["longitude"], value["exactness"])


def begin(step: Step, items: Sequence[Item], frame: Frame) -> None:
    """Keep the list with the flow, at its first page, with what matters to her when she has said so by now."""
    wish = _wish_of(step, frame)
    before = frame.values.get(_key(step), {}).get("wishes", []) if wish else []
    frame.values[_key(step)] = {"items": [[item.key, item.miles, item.rough] for item in items], "from": 0}
    if wish:
        frame.values[_key(step)]["wishes"] = [*(one for one in before if one != wish), wish]
        frame.values.pop(step.values[MATTERS].written, None)


def put_in_order(reply: Reply, said: Sequence[str], step: Step, frame: Frame, session: Session, voice: Speaker) -> bool:
    """At a list she may say what matters to her, or where she is: it is shown again in that order."""
    return near_there(reply, step, frame, voice) or prefer(said, step, frame, session, voice)


def prefer(said: Sequence[str], step: Step, frame: Frame, session: Session, voice: Speaker) -> bool:
    """Put first what fits what she says matters, like "halal please"; False when she says anything else.

    ``said`` are her folded words.
    """
    told = wishes_in(said, voice.world.catalogues) if step.find == "services" else ()
    if not told:
        return False
    kept = frame.values[_key(step)]
    kept["wishes"] = list(dict.fromkeys([*kept.get("wishes", []), *map(str, told)]))
    kept["from"] = 0
    session.more = ""
    session.wait.pop("told", None)
    show(step, frame, voice)
    return True


def near_there(reply: Reply, step: Step, frame: Frame, voice: Speaker) -> bool:
    """Look again for the same question, near the place that she sends; False when she says anything else."""
    place = place_told(reply, voice) if step.find == "help" else None
    if place is None:
        return False
    items, measured = _closest(str(frame.values.get(step.about, "")), place, voice)
    begin(step, items, frame)
    show(step, frame, voice, measured=measured)
    return True


def _ask_where(step: Step, frame: Frame, page: _Page, voice: Speaker) -> str:
    """How she can have what is near her, when a service of some place is listed that may be far away."""
    if step.find != "help" or any(item.miles is not None for item in _kept(step, frame)):
        return ""
    services = [found.service_of(step, item.key, voice) for item in page.items]
    if all(service is None or service.is_national for service in services):
        return ""
    return voice.phrase(phrases.WHERE_HINT_WHATSAPP if voice.channel == "whatsapp" else phrases.WHERE_HINT)


def _wish_of(step: Step, frame: Frame) -> str:
    """What she chose as what matters, when this step looks at that; else ""."""
    chosen = _told(step, MATTERS, frame) if MATTERS in step.values else ""
    return str(chosen) if chosen in WISHES else ""


def is_kept(step: Step, frame: Frame) -> bool:
    """True when this step has a list already: it is shown again as it was."""
    return _key(step) in frame.values


def show(step: Step, frame: Frame, voice: Speaker, *, before: str = "", measured: str = "") -> None:
    """Send the current page: numbered items, the step's own options, and from where the miles are ``measured``."""
    page = _page(step, frame, voice)
    options = _options(step, page, voice)
    hints = (phrases.PICK_HINT, phrases.MORE_HINT) if page.goes_on else (phrases.PICK_HINT,)
    beside = [measured, _ask_where(step, frame, page, voice)]
    hint = " ".join([*(text for text in beside if text), *[voice.phrase(text) for text in hints]])
    voice.say(before or _above(step, page, voice), options=options, hint=hint)


def _options(step: Step, page: _Page, voice: Speaker) -> list[tuple[str, str]]:
    """(button id, text) of each line: the items of the page and the step's own options."""
    options = [(f"{step.name}.{item.key}", _line(step, item, page.wished, voice)) for item in page.items]
    return [*options, *[(f"{step.name}.{option.key}", voice.phrase(option.label)) for option in step.options]]


def _above(step: Step, page: _Page, voice: Speaker) -> str:
    """What stands over the list: the step's words, or how what matters to her has ordered it."""
    order, wished = page.order, page.wished
    if order is None:
        return voice.phrase(voice.wording(step))
    names = present.listed([voice.phrase(wishes.NAMES[wish]) for wish in wished], voice.language)
    msgid = wishes.FIRST_FITS if order.fitting else wishes.NOT_KNOWN
    if not order.fitting and _fit(order.found[0].service, wished, voice) is False:
        msgid = wishes.NONE_FITS
    said = [voice.phrase(msgid, {"wishes": names})]
    return " ".join([*said, *([voice.phrase(wishes.LEFT_OUT)] if order.left_out else [])])


def more(step: Step, frame: Frame, session: Session, voice: Speaker) -> None:
    """MORE: the rest of the answer she is reading, else the next page, else a kind word that there is none."""
    if session.more:
        _next_part(session, voice, step, frame)
    elif _page(step, frame, voice).goes_on:
        frame.values[_key(step)]["from"] += step.page
        show(step, frame, voice)
    else:
        voice.say_phrase(phrases.NO_MORE)


def page_back(step: Step, frame: Frame) -> bool:
    """Go to the page before; False on the first one."""
    kept = frame.values[_key(step)]
    if kept["from"] == 0:
        return False
    kept["from"] = max(0, kept["from"] - step.page)
    return True


def _next_part(session: Session, voice: Speaker, step: Step, frame: Frame) -> None:
    """The next message of what she is reading."""
    key, _, number = session.more.rpartition("/")
    session.more = ""
    pieces, at = found.pieces(step, _item(step, key, frame), voice), int(number)
    if at >= len(pieces):  # it has become shorter meanwhile
        voice.say_phrase(phrases.NO_MORE)
        return
    goes_on = at + 1 < len(pieces)
    session.more = f"{key}/{at + 1}" if goes_on else ""
    voice.say(pieces[at], hint=voice.phrase(phrases.MORE_HINT) if goes_on else "")


def pick(reply: Reply, step: Step, frame: Frame, voice: Speaker, only: Sequence[str] = ()) -> Understood:
    """The key of the item or option that a reply means on the current page. After "did you mean one of these?",
    ``only`` are these, numbered from 1."""
    lexicon = _lexicon(step, frame, voice)
    if reply.button:
        return tapped(reply.button, step.name, lexicon.choices)
    found = lexicon.only(only).find(reply.text) if only else None
    return found or (lexicon.find(reply.text) if not only or as_number(reply.text) is None else None)


def offers(reply: Reply, said: str, step: Step, frame: Frame, voice: Speaker) -> bool:
    """True when the reply is exactly one of the lines on offer. ``said`` are its folded words."""
    lexicon = _lexicon(step, frame, voice)
    return lexicon.offers(said) or bool(reply.button and tapped(reply.button, step.name, lexicon.choices))


def tell(step: Step, key: str, frame: Frame, session: Session, voice: Speaker) -> None:
    """Send the first piece of one found thing; the rest waits for MORE. Where it can be heard or read in easy words,
    it says by which word."""
    session.more = ""
    item = _item(step, key, frame)
    if not step.stay:  # the next step comes at once, and MORE would not come back here
        for piece in found.pieces(step, item, voice):
            voice.say(piece)
        return
    first, goes_on = found.first(step, item, voice)
    if not first:
        return
    session.more = f"{key}/1" if goes_on else ""
    hints = found.hints(found.forms(step, key, voice), voice, goes_on=goes_on)
    voice.offer(first, hints, step.name)


def _item(step: Step, key: str, frame: Frame) -> Item:
    """The line with this key, as it was listed."""
    return next((Item(*kept) for kept in _rows(step, frame) if kept[0] == key), Item(key))


def form(name: str, step: Step, key: str, voice: Speaker) -> bool:
    """Send the link to hear what she is reading ("listen"), or to read it in easy words ("easy"). False when there is
    none in her language."""
    link = found.links(step, key, voice)[name].get(voice.language, "")
    if link:
        said = voice.phrase(FORM_LINKS[name], {"link": isolate(link, voice.language)})
        voice.say(f"{isolate(found.name(step, key, voice), voice.language)}\n{said}")
    return bool(link)


def chosen(key: str, step: Step, frame: Frame, voice: Speaker) -> AnswerChosen | None:
    """That she chose this one of the answers closest to her question, or none; None when nothing is to be learned.

    Nothing is learned of services: which one is right for the same words depends on where somebody is.
    """
    if step.find not in FOR_A_QUESTION or key.startswith(found.SERVICE):
        return None
    kept = voice.world.directory.learnable.kept(str(frame.values.get(step.about, "")))
    return AnswerChosen(kept, key if is_item(key, step, frame) else "") if kept else None


def is_item(key: str, step: Step, frame: Frame) -> bool:
    """True when the key is one of the found things, not one of the step's own options."""
    return any(key == kept[0] for kept in _rows(step, frame))


def ask_which(found: Ambiguous, step: Step, frame: Frame, voice: Speaker) -> None:
    """Ask which of these lines she means, numbered from 1."""
    meant = {f"{step.name}.{key}" for key in found.keys}
    which = [line for line in _options(step, _page(step, frame, voice), voice) if line[0] in meant]
    voice.say(voice.phrase(phrases.WHICH_ONE), options=which)


def page_key(step: Step, frame: Frame) -> tuple[object, ...] | None:
    """What tells a page of a list from others: seven things that matter would put it in thousands of orders, so only
    that it was put in order counts, and on the first page only. None when nothing is listed."""
    kept = frame.values.get(_key(step))
    if not kept or not kept["items"]:
        return None
    return (len(kept["items"]), kept["items"][0][0], kept["from"], bool(kept.get("wishes")) and kept["from"] == 0)


def _key(step: Step) -> str:
    return f"{step.name}/list"


def _kept(step: Step, frame: Frame) -> list[Item]:
    """The whole list."""
    return [Item(*kept) for kept in _rows(step, frame)]


def _rows(step: Step, frame: Frame) -> list[list[Any]]:
    """The lines as they are kept. Those of an older version say nothing of how exact their miles are."""
    rows: list[list[Any]] = frame.values[_key(step)]["items"]
    return rows


class _Page(Struct, frozen=True):
    """The lines that are shown now, whether there are more, and what has ordered them, when something matters to her:
    without that ``order`` is None and ``wished`` is empty."""

    items: list[Item]
    goes_on: bool
    wished: Sequence[Wish] = ()
    order: Ranked | None = None


def _page(step: Step, frame: Frame, voice: Speaker) -> _Page:
    kept = frame.values[_key(step)]
    begins, wished = kept["from"], kept.get("wishes")
    ends = begins + step.page
    if not wished:  # only the lines that are shown are looked at
        rows = kept["items"]
        return _Page([Item(*row) for row in rows[begins:ends]], len(rows) > ends)
    return _ordered(step, frame, [Wish(one) for one in wished], voice)


def _ordered(step: Step, frame: Frame, wished: Sequence[Wish], voice: Speaker) -> _Page:
    """The page of the list in the order of what matters to her."""
    begins = frame.values[_key(step)]["from"]
    services = ((voice.world.directory.service(item.key), item) for item in _kept(step, frame))
    hits = [Found(service, item.miles, item.rough) for service, item in services if service]
    order = wishes.ranked(hits, wished, voice.language)
    shown = [Item(hit.service.key, hit.miles, hit.rough) for hit in order.found[begins : begins + step.page]]
    return _Page(shown, len(order.found) > begins + step.page, wished, order)


def _lexicon(step: Step, frame: Frame, voice: Speaker) -> Lexicon:
    keys = tuple([item.key for item in _page(step, frame, voice).items])
    page = (step.find == "services", keys, step.options, voice.language)
    return voice.book.listed.lexicon(voice.world.directory, page, lambda: _made(step, keys, voice))


def _made(step: Step, keys: Sequence[str], voice: Speaker) -> Lexicon:
    names = tuple([(key, found.name(step, key, voice)) for key in keys])
    return voice.world.vocabulary.lines(names, step.options, voice.language)


def _line(step: Step, item: Item, wished: Sequence[Wish], voice: Speaker) -> str:
    line = found.line(step, item, voice)
    service = found.service_of(step, item.key, voice) if wished else None
    if service is None or _fit(service, wished, voice) is not None:
        return line
    ask = voice.phrase(wishes.RING_TO_ASK if service.phone else wishes.PLEASE_ASK)
    return present.listed([line, ask], voice.language)


def _fit(service: Service, wished: Sequence[Wish], voice: Speaker) -> bool | None:
    return wishes.fits_all(service, wished, voice.language)
