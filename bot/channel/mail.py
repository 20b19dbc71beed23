"""E-mail to the desk's own people, by the standard library's client of SMTP (RFC 5321, STARTTLS of RFC 3207)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.channel.errors import MAIL_AWAY, MAIL_REFUSED, MAIL_SETUP
from bot.channel.sender import Refused

PATIENCE_S = 10.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Whole(EmailPolicy):
    """Python would write an address or an id that is longer than a line in quoted pieces (=?utf-8?q?...), which mail
    programs do not read there. A line may have 998 letters (RFC 5322, 2.1.1)."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in {"list-unsubscribe", "message-id"}:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


class Mailer:
    """Sends by the server of SMTP_URL, from MAIL_FROM. ``smtps`` is encrypted from the start; ``smtp`` as soon as the
    server offers it, and a password never goes over an open line to another machine."""

    def __init__(self, url: str, sender: str) -> None:
        self._to, self._sender = urlsplit(url), sender

    def send(self, to: str, subject: str, text: str, key: str, headers: Mapping[str, str] | None = None) -> None:
        """Hand one e-mail over. The same ``key`` makes the same Message-ID, by which a second copy can be told.
        ``headers`` come on top of the ordinary ones.

        Raises Refused: MAIL_AWAY when it may go later, MAIL_REFUSED or MAIL_SETUP when not.
        """
        message = EmailMessage(_Whole())
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message["Message-ID"] = f"<{key}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps "out of office" answers away
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        try:
            self._hand_over(message)
        except smtplib.SMTPAuthenticationError as bad:
            raise Refused(MAIL_SETUP) from bad
        except smtplib.SMTPRecipientsRefused as bad:
            raise Refused(_code(next(iter(bad.recipients.values()))[0])) from bad
        except smtplib.SMTPResponseException as bad:
            raise Refused(_code(bad.smtp_code)) from bad
        except (smtplib.SMTPException, OSError) as bad:
            raise Refused(MAIL_AWAY) from bad

    def _hand_over(self, message: EmailMessage) -> None:
        with self._connected() as server:
            if self._to.username:
                server.login(unquote(self._to.username), unquote(self._to.password or ""))
            server.send_message(message)
            with suppress(smtplib.SMTPException, OSError):  # it has taken the e-mail: a broken goodbye changes nothing
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        host, secure = self._to.hostname or "", ssl.create_default_context()
        if self._to.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self._to.port or 465, timeout=PATIENCE_S, context=secure)
        server = smtplib.SMTP(host, self._to.port or 587, timeout=PATIENCE_S)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        elif self._to.username and host not in LOOPBACK:
            server.close()
            raise Refused(MAIL_SETUP)
        return server


def _code(smtp_code: int) -> str:
    """A 4xx may go later; a 5xx never (RFC 5321, 4.2.1)."""
    return MAIL_REFUSED if 500 <= smtp_code < 600 else MAIL_AWAY
