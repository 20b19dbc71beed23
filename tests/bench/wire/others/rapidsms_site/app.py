"""The application: a menu, and an answer to everything else. RapidSMS itself keeps no conversation."""

from __future__ import annotations

from typing import Any

from rapidsms.apps.base import AppBase

ANSWERS = {
    "menu": "What do you need?\n1. Find help near me\n2. Ask a question\n3. Tell what happened to me",
    "1": "What do you need help with?\n1. Food\n2. Doctor and health\n3. Worry and low mood",
}
OTHERWISE = "Places that can help:\n1. Wexmoor Food Bank\n2. Wexmoor Community Fridge"


class Answering(AppBase):  # type: ignore[misc] # the package has no types
    """Says something to everyone."""

    def handle(self, msg: Any) -> bool:
        """Answer this message."""
        msg.respond(ANSWERS.get(msg.text.strip().lower(), OTHERWISE))
        return True
