"""Passkeys (W3C Web Authentication, level 2): what a browser is asked for, and whether its answer holds.

A passkey here always asks its owner for a finger, a face or a PIN: it is both steps of signing in at once.
"""

from __future__ import annotations

import hashlib
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request, session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.store import second_step
from bot.store.second_step import Passkey
from bot.web.context import parts
from bot.web.users import User

CHALLENGE = "passkey_challenge"
WITHIN_MS = 5 * 60_000
LONGEST_NAME = 60


class Refused(ValueError):
    """What the browser sent proves nothing."""


def site() -> tuple[str, str]:
    """The desk's domain and its origin, as browsers know them."""
    address = urlsplit(parts().settings.public_url or request.host_url)
    return address.hostname or "", f"{address.scheme}://{address.netloc}"


def possible() -> bool:
    """False at an address of numbers, like http://127.0.0.1:8000: passkeys belong to a name."""
    try:
        ip_address(site()[0])
    except ValueError:
        return True
    return False


def to_register(person: User, kept: tuple[Passkey, ...]) -> str:
    """What a browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=site()[0],
        rp_name=parts().settings.service_name,
        user_id=hashlib.sha256(f"desk user {person.id}".encode()).digest(),
        user_name=person.email,
        user_display_name=person.name or person.email,
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one.credential_id)) for one in kept],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _remember(options.challenge)
    return options_to_json(options)


def registered(credential: str) -> dict[str, str | int]:
    """What to keep of a passkey that was just made: credential_id, public_key and sign_count. Raises Refused."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=_asked(),
            expected_rp_id=site()[0],
            expected_origin=site()[1],
            require_user_verification=True,
        )
    except WebAuthnException as bad:
        raise Refused("The browser's answer does not hold.") from bad
    return {
        "credential_id": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
        "sign_count": made.sign_count,
    }


def to_sign_in() -> str:
    """What a browser needs to sign in with any of its passkeys for this desk, as JSON."""
    required = UserVerificationRequirement.REQUIRED
    options = generate_authentication_options(rp_id=site()[0], user_verification=required)
    _remember(options.challenge)
    return options_to_json(options)


def signed(credential: str) -> tuple[Passkey, int]:
    """Whose passkey signed our challenge, and its new count. Raises Refused."""
    try:
        parsed = parse_authentication_credential_json(credential)
        with parts().db.read() as conn:
            kept = second_step.passkey_of(conn, bytes_to_base64url(parsed.raw_id))
        if kept is None:
            raise Refused("This passkey is not known here.")
        done = verify_authentication_response(
            credential=parsed,
            expected_challenge=_asked(),
            expected_rp_id=site()[0],
            expected_origin=site()[1],
            credential_public_key=base64url_to_bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as bad:
        raise Refused("The browser's answer does not hold.") from bad
    return kept, done.new_sign_count


def _remember(challenge: bytes) -> None:
    session[CHALLENGE] = [bytes_to_base64url(challenge), parts().now_ms()]


def _asked() -> bytes:
    """The challenge that this browser was given; each serves once."""
    challenge, at = session.pop(CHALLENGE, ("", 0))
    if not challenge or parts().now_ms() - at > WITHIN_MS:
        raise Refused("Nothing was asked, or too long ago.")
    return base64url_to_bytes(challenge)
