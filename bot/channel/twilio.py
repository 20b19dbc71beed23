"""SMS and WhatsApp by Twilio: the webhook's form in, one text out. Facts are from Twilio's Messaging documents."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, count, takewhile
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import urlparse, urlsplit, urlunsplit

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.hmac import HMAC
from twilio.request_validator import (  # type: ignore[import-untyped] # Twilio ships no types
    RequestValidator,
    remove_port,
)

from bot.channel.errors import NO_SENDER, PROBLEMS
from bot.channel.form import Form
from bot.channel.message import Channel, DeliveryStatus, Inbound, Media, OptOut
from bot.channel.sender import Parcel, Refused, Sent

if TYPE_CHECKING:
    from bot.channel.buttons import Buttons
    from bot.channel.content import Filled
    from bot.channel.twilio_client import Messages

WHATSAPP = "whatsapp:"
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# A WhatsApp user without a phone number: a country, a dot, up to 128 letters and digits. Read as a phone number,
# "US.1234" becomes somebody else's +44 1234.
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class BadForm(ValueError):
    """A signed form that is not a message."""


def can_answer(address: str) -> bool:
    """True for a phone number or a WhatsApp user id; False for a short code or a name, which take no replies."""
    return bool(PHONE.fullmatch(address) or USER_ID.fullmatch(address))


def is_signed(tokens: Iterable[str], url: str, params: Form | str, signature: str | None) -> bool:
    """True when one of the tokens signed this call (www.twilio.com/docs/usage/security).

    ``url`` is the public one; ``params`` the form, or the body of a call that is not a form.
    """
    if not signature:
        return False
    if isinstance(params, str) and "bodySHA256=" not in urlsplit(url).query:  # the library would raise TypeError
        return False
    return any(_signed(token, url, params, signature) for token in tokens)


def _signed(token: str, url: str, params: Form | str, signature: str) -> bool:
    """The verdict of Twilio's validator, who is asked unless the call is signed as nearly every call is."""
    if not isinstance(params, str) and hmac.compare_digest(_signature(token, url, params).encode(), signature.encode()):
        return True
    return bool(RequestValidator(token).validate(url, params, signature))


def _signature(token: str, url: str, form: Form) -> str:
    """HMAC-SHA1 over the address without its port and the sorted pairs, each once."""
    if "AccountSid" in form and len(form) == len(form.pairs):  # of others the names are not kept: they may be anything
        line, values = _in_order(tuple(form))
        said = line % values(form)
    else:
        said = "".join(chain.from_iterable(sorted(set(form.pairs))))
    signed = _without_port(url) + said
    made = _signing(token).copy()  # a new one looks for its algorithm first, which takes longer than its work
    made.update(signed.encode())
    return base64.b64encode(made.finalize()).decode()


@lru_cache(maxsize=16)
def _in_order(names: tuple[str, ...]) -> tuple[str, Callable[[Form], object]]:
    """The names sorted, with a place for each value, and what takes these values from a form: Twilio sends the same
    fields nearly every time."""
    ordered = sorted(names)
    return "".join(name.replace("%", "%%") + "%s" for name in ordered), itemgetter(*ordered)


@lru_cache(maxsize=8)
def _signing(token: str) -> HMAC:
    return HMAC(token.encode(), SHA1())  # noqa: S303 # Twilio's choice


@lru_cache(maxsize=64)
def _without_port(url: str) -> str:
    return str(remove_port(urlparse(url)))


@lru_cache(maxsize=64)
def public_address(public_url: str, path: str, query: str) -> str:
    """The address Twilio used and signed: ours as the world sees it, with the path and query as they were sent.

    A fragment on PUBLIC_URL (connection overrides such as "#rc=2") is not part of what is signed.
    """
    base = urlsplit(public_url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + path, query, ""))


def read_inbound(form: Mapping[str, str]) -> Inbound:
    """One message from a webhook's form. Unknown parameters are let be. Raises BadForm when it is not a message."""
    sid = form.get("MessageSid") or _first(form, "SmsMessageSid", "SmsSid")
    sender = form.get("From", "").strip()
    if not sid or not sender:
        raise BadForm("This call has no MessageSid or no From. Is a voice number pointing at the messaging address?")
    text, media, location = form.get("Body", ""), _media(form), _location(form)
    opt_out = _opt_out(form.get("OptOutType", ""))
    if not sender.startswith(WHATSAPP):  # buttons and the like mean nothing on plain SMS, whatever is said of them
        known = _external_id({}, sender)
        return Inbound(Channel.SMS, sender, text, sid, False, known, media=media, location=location, opt_out=opt_out)
    address = sender.removeprefix(WHATSAPP)
    return Inbound(
        channel=Channel.WHATSAPP,
        address=address,
        text=text,
        provider_id=sid,
        external_id=_external_id(form, address),
        button=_first(form, "ButtonPayload", "ListId"),
        button_text=_first(form, "ButtonText", "ListTitle"),
        replied_to=_first(form, "OriginalRepliedMessageSid"),
        media=media,
        location=location,
        opt_out=opt_out,
    )


def _external_id(form: Mapping[str, str], address: str) -> str:
    said = form.get("ExternalUserId", "").strip().removeprefix(WHATSAPP)
    return said or (address if "." in address and USER_ID.fullmatch(address) else "")


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    if "MediaUrl0" not in form:
        return ()
    urls = takewhile(bool, (form.get(f"MediaUrl{number}", "") for number in count()))
    return tuple(Media(url, form.get(f"MediaContentType{number}", "")) for number, url in enumerate(urls))


def _location(form: Mapping[str, str]) -> tuple[float, float] | None:
    if "Latitude" not in form or "Longitude" not in form:
        return None
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except ValueError:
        return None
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def _opt_out(said: str) -> OptOut | None:
    try:
        return OptOut(said.strip().upper()) if said else None
    except ValueError:
        return None


def _first(form: Mapping[str, str], *names: str) -> str:
    for name in names:
        if value := form.get(name):
            return value
    return ""


@dataclass(frozen=True)
class TwilioAccount:
    """Whose account sends, and from what."""

    sid: str
    token: str
    public_url: str
    messaging_service_sid: str = ""
    sms_from: str = ""
    whatsapp_from: str = ""
    api_url: str = "https://api.twilio.com"

    @property
    def status_callback(self) -> str:
        """Where Twilio tells us how a text fared."""
        return public_address(self.public_url, "/twilio/status", "")


class TwilioSender:
    """Sends SMS and WhatsApp. The REST client takes half a second to import, so it waits for the first text."""

    def __init__(self, account: TwilioAccount, buttons: Buttons | None = None) -> None:
        self._account, self._buttons = account, buttons

    @cached_property
    def _messages(self) -> Messages:
        from bot.channel.twilio_client import Messages

        return Messages(self._account.sid, self._account.token, self._account.api_url)

    def send(self, parcel: Parcel) -> Sent:
        """Hand one text to Twilio, by WhatsApp with buttons where they fit. Raises Refused (with Twilio's code) or
        Unsure."""
        if parcel.content_sid:
            return self._create(parcel, content_sid=parcel.content_sid)
        asked = self._buttons.of(parcel) if self._buttons and parcel.channel is Channel.WHATSAPP else None
        return self._with_buttons(parcel, *asked) if asked else self._create(parcel, body=parcel.text)

    def _with_buttons(self, parcel: Parcel, sid: str, filled: Filled) -> Sent:
        """A refusal that says nothing of the person or of our account is the content's: the numbers go at once."""
        try:
            variables = json.dumps(filled.variables, ensure_ascii=False)
            return self._create(parcel, content_sid=sid, content_variables=variables)
        except Refused as refused:
            if refused.code in PROBLEMS or self._buttons is None:
                raise
            self._buttons.refused(filled, refused.code)
            return self._create(parcel, body=parcel.text)

    def _create(self, parcel: Parcel, **what: str) -> Sent:
        callback = self._account.status_callback
        return self._messages.create(
            to=_to(parcel), status_callback=callback, **what, **self._from(parcel.channel)
        ).sent

    def find(self, parcel: Parcel, since_ms: int) -> tuple[Sent, ...]:
        """Texts to this person that Twilio has taken since then and that say the same, newest first.

        What went with buttons says only the question.
        """
        matching = [same_words(text) for text in (parcel.text, parcel.prompt) if text]
        return tuple(
            kept.sent
            for kept in self._messages.to(_to(parcel))
            if kept.created_ms >= since_ms and any(matches(kept.body) for matches in matching)
        )

    def look_up(self, provider_id: str) -> Sent | None:
        """How the message of this id fares, as Twilio has it now; None when it has none."""
        return self._messages.one(provider_id)

    def _from(self, channel: Channel) -> dict[str, str]:
        account = self._account
        if channel is Channel.WHATSAPP and account.whatsapp_from:
            return {"from_": WHATSAPP + account.whatsapp_from}
        if channel is Channel.SMS and account.messaging_service_sid:
            return {"messaging_service_sid": account.messaging_service_sid}
        if channel is Channel.SMS and account.sms_from:
            return {"from_": account.sms_from}
        raise Refused(NO_SENDER)


def _to(parcel: Parcel) -> str:
    return WHATSAPP + parcel.address if parcel.channel is Channel.WHATSAPP else parcel.address


TRIAL = "Sent from your Twilio trial account - "


def same_words(text: str) -> Callable[[str], bool]:
    """A test for "Twilio's copy says this". Trial accounts add a beginning, Smart Encoding swaps quotes."""
    wanted = _letters(text)
    return lambda body: _letters(body.removeprefix(TRIAL)) == wanted


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def delivery_status(said: str) -> DeliveryStatus | None:
    """Twilio's word for a message's state as ours; None for one we do not know (new ones appear without notice)."""
    try:
        known = DeliveryStatus(said.strip().lower())
    except ValueError:
        return None
    return known if known not in {DeliveryStatus.WAITING, DeliveryStatus.SENDING_NOW} else None
