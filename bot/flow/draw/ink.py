"""The picture's colours and letters, by day and by night, as one style sheet inside the picture."""

from __future__ import annotations

# One tone a verb: (ink, tint) by day, (ink, tint) by night. Each ink reads on its tint, on a card and on the paper.
_TONES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "say": (("#1d5f5b", "#e2efec"), ("#8ed3cb", "#1d3d3b")),
    "ask": (("#58397a", "#efe7f6"), ("#cbb0ea", "#39294d")),
    "listen": (("#8f3414", "#fceae1"), ("#f3b196", "#4a2619")),
    "find": (("#25633a", "#e1f0e5"), ("#97d3a8", "#1e3f2a")),
    "do": (("#6b4500", "#fbedcf"), ("#eac37a", "#46340f")),
    "hand_over": (("#8a2350", "#fae6ee"), ("#f0a8c5", "#4a1f33")),
    "run": (("#2a4668", "#e4ebf5"), ("#a9c5ea", "#22344b")),
    "plain": (("#4a5653", "#ebe7de"), ("#bcc8c5", "#303c3b")),
}
_BY_DAY = {
    "paper": "#f8f5ef",
    "card": "#fff",
    "edge": "#ddd5c6",
    "ink": "#24302f",
    "soft": "#57635f",
    "wire": "#6f7d79",
}
_BY_NIGHT = {
    "paper": "#141b1b",
    "card": "#1d2626",
    "edge": "#3a4746",
    "ink": "#eaf0ee",
    "soft": "#b3bfbc",
    "wire": "#8fa09c",
}
_PLAIN = (
    '"Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, "Noto Sans Bengali", '
    '"Noto Naskh Arabic", "Noto Sans Arabic", sans-serif'
)
# Nastaliq for Urdu letters only: its spaces and digits would spoil everything beside them. Nothing is fetched.
_NASTALIQ = """@font-face {
  font-family: "Nastaliq";
  src: local("Noto Nastaliq Urdu"), local("NotoNastaliqUrdu"), local("NotoNastaliqUrdu-Regular"),
    local("Jameel Noori Nastaleeq"), local("Urdu Typesetting");
  unicode-range: U+0600-06FF, U+0750-077F, U+08A0-08FF, U+FB50-FDFF, U+FE70-FEFF;
}
"""
_FONTS = {
    "ur": '"Nastaliq", ' + _PLAIN,
    "bn": '"Noto Sans Bengali", "Nirmala UI", Vrinda, "Bangla Sangam MN", SolaimanLipi, ' + _PLAIN,
}
_RULES = """
text { font: 14px %(font)s; fill: var(--ink); }
.paper { fill: var(--paper); }
.card, .choice, .sheet { fill: var(--card); stroke: var(--edge); stroke-width: 1; }
.choice { stroke: var(--tone); stroke-opacity: .55; }
.sheet { fill: var(--tint); }
.bar, .start { fill: var(--tone); }
.chip { fill: var(--tint); }
.verb { font-size: 12.5px; font-weight: 700; fill: var(--tone); }
.did { font-size: 12.5px; font-weight: 700; }
.note, .name, .key { font-size: 12.5px; fill: var(--soft); }
.name { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12px; }
.flow { font-weight: 700; fill: var(--tone); }
.runs { font-size: 12.5px; font-weight: 700; fill: var(--tone); }
.label { font-size: 12.5px; }
.number { font-size: 12.5px; font-weight: 700; fill: var(--tone); }
.starts { font-weight: 700; fill: var(--paper); }
.typed { font-size: 12.5px; fill: var(--paper); }
.wire { fill: none; stroke: var(--wire); stroke-width: 1.6; stroke-linejoin: round; }
.back { stroke: var(--tone); stroke-dasharray: 5 4; }
.head { fill: var(--wire); }
.head.back { fill: var(--tone); }
.ring { fill: var(--card); stroke: var(--wire); stroke-width: 1.8; }
.dot { fill: var(--wire); }
.out { fill: none; stroke: var(--tone); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.rule { stroke: var(--edge); }
"""


def tone(verb: str) -> str:
    """The name of a verb's tone: steps that nobody sees share the plain one."""
    return verb if verb in _TONES else "plain"


def style(language: str, *, night: bool) -> str:
    """The style sheet for a picture in this language; with ``night`` also for readers who prefer it dark."""
    rules = f"svg {{ {_palette(_BY_DAY)} color-scheme: light{' dark' if night else ''}; }}\n{_tones(0)}"
    if night:
        rules += f"@media (prefers-color-scheme: dark) {{\nsvg {{ {_palette(_BY_NIGHT)} }}\n{_tones(1)}}}\n"
    faces, font = letters(language)
    return faces + rules + _RULES.lstrip() % {"font": font}


def letters(language: str) -> tuple[str, str]:
    """The font faces to declare, and the font family, for texts of this language."""
    return _NASTALIQ if language == "ur" else "", _FONTS.get(language, _PLAIN)


def _palette(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _tones(which: int) -> str:
    return "".join(
        f".t-{name} {{ --tone: {pair[which][0]}; --tint: {pair[which][1]}; }}\n" for name, pair in _TONES.items()
    )
