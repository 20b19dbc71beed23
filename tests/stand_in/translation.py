"""A strict stand-in for two translation services, over real HTTP: what LibreTranslate and DeepL publish of themselves.

By hand: ``python -m tests.stand_in.translation --port 8177``.
"""

from __future__ import annotations

import argparse
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

LIBRE_FIELDS = {"q", "source", "target", "format", "alternatives", "api_key"}
DEEPL_FIELDS = {"text", "source_lang", "target_lang", "context", "preserve_formatting", "split_sentences"}
LANGUAGES = {"en", "pl", "ur", "bn"}
# DeepL: a target that has variants must name one ("Supported languages").
DEEPL_TARGETS = {"EN-GB", "EN-US", "PL", "UR", "BN"}
Answer = tuple[int, bytes]


@dataclass
class TranslationStandIn:
    """One service. ``key`` is what it wants to be shown, "" for none; ``answers`` come before any real answer.

    ``asked`` are the texts that were sent, ``paths`` where to; ``location`` goes with every answer.
    """

    key: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    location: str = ""

    def __enter__(self, port: int = 0) -> TranslationStandIn:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """(status, body) for one question."""
        self.paths.append(path)
        if self.answers:
            return self.answers.pop(0)
        if headers.get("content-type") != "application/json":
            return _said(415, {"error": "Unsupported media type"})
        asked = json.loads(body)
        if path == "/translate":
            return self._libre(asked)
        if path == "/v2/translate":
            return self._deepl(asked, headers.get("authorization", ""))
        return _said(404, {"error": "Not found"})

    def _libre(self, asked: dict[str, Any]) -> Answer:
        if self.key and asked.get("api_key") != self.key:
            return _said(403, {"error": "Invalid API key"})
        if asked.keys() - LIBRE_FIELDS or not isinstance(asked.get("q"), str):
            return _said(400, {"error": "Invalid request: missing q parameter"})
        if asked.get("source") not in LANGUAGES or asked.get("target") not in LANGUAGES:
            return _said(400, {"error": f"{asked.get('target')} is not supported"})
        if asked.get("format") not in {"text", "html"}:
            return _said(400, {"error": "format is not supported"})
        self.asked.append(asked["q"])
        return _said(200, {"translatedText": f"({asked['target']}) {asked['q']}"})

    def _deepl(self, asked: dict[str, Any], authorization: str) -> Answer:
        if authorization != f"DeepL-Auth-Key {self.key}":
            return _said(403, {"message": "Forbidden"})
        texts = asked.get("text")
        if asked.keys() - DEEPL_FIELDS or not isinstance(texts, list) or not 0 < len(texts) <= 50:
            return _said(400, {"message": "Parameter 'text' not specified."})
        if asked.get("target_lang") not in DEEPL_TARGETS:
            return _said(400, {"message": "Value for 'target_lang' not supported."})
        if asked.get("source_lang", "EN").lower() not in LANGUAGES:
            return _said(400, {"message": "Value for 'source_lang' not supported."})
        self.asked += texts
        made = [
            {"detected_source_language": asked.get("source_lang"), "text": f"({asked['target_lang']}) {text}"}
            for text in texts
        ]
        return _said(200, {"translations": made})


def _said(status: int, body: dict[str, Any]) -> Answer:
    return status, json.dumps(body).encode()


def _handler(service: TranslationStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = service.answer(self.path, headers, self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if service.location:
                self.send_header("Location", service.location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


def main() -> None:
    """Serve until somebody ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.stand_in.translation", description=__doc__)
    parser.add_argument("--port", type=int, default=8177)
    parser.add_argument("--key", default="")
    asked = parser.parse_args()
    service = TranslationStandIn(key=asked.key)
    service.__enter__(asked.port)
    threading.Event().wait()


if __name__ == "__main__":
    main()
