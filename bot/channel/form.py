"""The form of a call, as it came: each field by name, and all pairs for the signature."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl


class Form(dict[str, str]):
    """The fields by name, the first of those that come twice; ``pairs`` are all, in their order."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = list(pairs)
        super().__init__(reversed(self.pairs))

    def getall(self, name: str) -> list[str]:
        """All values of a field: what Twilio's validator asks for first."""
        return [value for other, value in self.pairs if other == name]


def read_form(body: bytes) -> Form:
    """The form in a body of the type application/x-www-form-urlencoded; what is no UTF-8 in it is replaced."""
    return Form(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"))
