"""Twilio's side as a process: the strict stand-in, which says how many texts it has taken when asked by a line."""

from __future__ import annotations

import sys

from tests.stand_in.twilio import TwilioStandIn

if __name__ == "__main__":
    with TwilioStandIn(port=int(sys.argv[1])) as stand_in:
        print("ready", flush=True)
        for _ in sys.stdin:
            print(len(stand_in.messages), flush=True)
