"""Twilio's Content API: make a content, hand it in for WhatsApp's approval, ask how that stands.

www.twilio.com/docs/content/content-api-resources. The SDK's own classes send a null for all that a content has not, so
this speaks JSON itself. What it needs is slow to import, and waits for the first call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import Session

SECONDS = 10.0


class ContentRefused(Exception):
    """The Content API did not do it. The sentence says why; it holds nobody's words."""


@dataclass(frozen=True, slots=True)
class Approval:
    """How WhatsApp's approval stands, in Twilio's word, and why it was refused."""

    status: str
    reason: str = ""


class ContentApi:
    """The contents of one account."""

    def __init__(self, sid: str, token: str, url: str) -> None:
        self._auth, self._url = (sid, token), url
        self._opened: Session | None = None

    def create(self, document: dict[str, Any]) -> str:
        """Make a content; its SID. Raises ContentRefused, also when no answer came in time."""
        made = self._call("POST", "/v1/Content", document)
        sid = made.get("sid")
        if not isinstance(sid, str) or not sid.startswith("HX"):
            raise ContentRefused("Twilio's Content API gave no SID for what it made.")
        return sid

    def submit(self, sid: str, name: str, category: str) -> Approval:
        """Hand a content in for WhatsApp's approval. Raises ContentRefused."""
        document = {"name": name, "category": category.upper()}
        return _approval(self._call("POST", f"/v1/Content/{sid}/ApprovalRequests/whatsapp", document))

    def approval(self, sid: str) -> Approval:
        """How the approval stands. Raises ContentRefused."""
        said = self._call("GET", f"/v1/Content/{sid}/ApprovalRequests").get("whatsapp")
        return _approval(said if isinstance(said, dict) else {})

    def named(self, friendly_name: str) -> str | None:
        """The SID of the content of this name, when the account has one. Raises ContentRefused."""
        path = "/v1/ContentAndApprovals?PageSize=500"
        while path:
            page = self._call("GET", path)
            for one in page.get("contents") or []:
                if one.get("friendly_name") == friendly_name:
                    return str(one["sid"])
            following = (page.get("meta") or {}).get("next_page_url") or ""
            path = following[following.find("/v1/") :] if "/v1/" in following else ""
        return None

    def _session(self) -> Session:
        if self._opened is None:
            from requests import Session

            self._opened = Session()
            self._opened.auth = self._auth
        return self._opened

    def _call(self, method: str, path: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
        from requests.exceptions import RequestException

        try:
            answer = self._session().request(method, self._url + path, json=document, timeout=SECONDS)
            said = answer.json()
        except (RequestException, ValueError) as broken:
            raise ContentRefused(f"Twilio's Content API did not answer ({type(broken).__name__}).") from broken
        if not isinstance(said, dict):
            raise ContentRefused("Twilio's Content API answered something else.")
        if answer.status_code >= 400:
            code, message = said.get("code", answer.status_code), said.get("message", "no reason given")
            raise ContentRefused(f"Twilio's Content API refused it with error {code}: {message}")
        return said


def _approval(said: dict[str, Any]) -> Approval:
    return Approval(str(said.get("status") or "unsubmitted").lower(), str(said.get("rejection_reason") or ""))
