"""Build hook: compiles every locales/<language>/LC_MESSAGES/<domain>.po into a .mo inside the wheel.

The checkout needs none (bot.language.catalogue reads the .po), so nothing is written into the source tree.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE_THE_WHEEL = Path("bot/shipped/locales")


class CompiledCatalogues(BuildHookInterface):  # type: ignore[type-arg] # hatchling is only there while building
    """Adds the compiled catalogues to a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell hatchling where each file goes. An editable install reads the checkout: nothing to do."""
        if version == "editable":
            return
        locales = Path(self.root) / "locales"
        self._compiled = tempfile.TemporaryDirectory(prefix="catalogues-")
        for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
            name = source.relative_to(locales).with_suffix(".mo")
            target = Path(self._compiled.name) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))
            build_data["force_include"][str(target)] = (INSIDE_THE_WHEEL / name).as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel has them: the copies can go."""
        if version != "editable":
            self._compiled.cleanup()
