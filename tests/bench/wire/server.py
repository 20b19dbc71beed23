"""Any of the applications on the product's own server: ``python -m tests.bench.wire.server bot.app:wsgi 8000``."""

from __future__ import annotations

import os
import sys

from granian import Granian

from bot.serving import server_options

if __name__ == "__main__":
    target, port = sys.argv[1], int(sys.argv[2])
    Granian(target, address="127.0.0.1", port=port, **server_options(os.environ["DATABASE_URL"])).serve()
