"""The link in an e-mail that stops these e-mails, for whoever has it and without signing in (RFC 8058)."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

PATH = "/mails/stop/"


class StopLinks:
    """Signed with SECRET_KEY. A link knows one person of the desk by her id, does nothing but stop, and never ends:
    who reads an old e-mail must be able to stop, too."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._signer, self._public_url = URLSafeSerializer(secret_key, salt="stop-mails"), public_url.rstrip("/")

    def link(self, user_id: int) -> str:
        """The whole address."""
        return f"{self._public_url}{PATH}{self._signer.dumps(user_id)}"

    def whose(self, token: str) -> int | None:
        """Whose e-mails the last part of such an address stops; None when it was not made here."""
        try:
            found = self._signer.loads(token)
        except BadSignature:
            return None
        return found if isinstance(found, int) else None


def headers(link: str) -> dict[str, str]:
    """What lets a mail program offer to stop: RFC 2369, and with one click RFC 8058, which wants https."""
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if link.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{link}>", **one_click}
