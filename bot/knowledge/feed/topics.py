"""Which of our topics a service belongs to, by the words of its directory."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.knowledge.topics import TOPICS

MOST = 3
# Stems, as directories write them. What stands in a name or a category tells more than a description.
STEMS: dict[str, tuple[str, ...]] = {
    "food": (
        "food", "foodbank", "meal", "lunch club", "pantry", "community fridge", "breakfast club", "soup kitchen",
        "healthy start", "community kitchen", "luncheon", "free school meals", "community cafe",
    ),
    "health": (
        "health", "gp", "gps", "doctor", "surgery", "dentist", "dental", "clinic", "nhs", "hospital", "pharmac",
        "vaccin", "immunisation", "maternity", "midwife", "midwives", "nurs", "smoking", "alcohol", "drug", "addiction",
        "substance", "diabetes", "cancer", "dementia", "disab", "hearing", "sight loss", "physio", "hiv", "sexual health",
        "contracepti", "menopause", "stroke", "autis",
    ),
    "mind": (
        "mental health", "counsel", "therap", "depress", "anxiety", "anxious", "bereave", "grief", "suicid", "wellbeing",
        "well-being", "self-harm", "trauma", "eating disorder", "emotional support", "mindful", "talking therapies",
        "listening service",
    ),
    "money": (
        "money", "debt", "benefit advice", "benefits advice", "welfare benefit", "universal credit", "budget", "credit union",
        "fuel", "energy bill", "energy advice", "grant", "hardship", "financial", "income", "household support",
        "council tax", "pension credit", "bills", "cost of living",
    ),
    "home": (
        "housing", "homeless", "rough sleep", "hostel", "tenan", "rent", "evict", "landlord", "accommodation",
        "night shelter", "supported living", "damp", "furniture", "homelessness",
    ),
    "safety": (
        "domestic abuse", "domestic violence", "abuse", "violen", "refuge", "hate crime", "modern slavery", "traffick",
        "forced marriage", "fgm", "honour based", "stalking", "rape", "sexual assault", "victim", "exploitation",
        "safeguarding", "bullying", "discrimination",
    ),
    "family": (
        "family", "families", "parent", "baby", "babies", "child", "children", "toddler", "nursery", "nurseries",
        "childcare", "pregnan", "youth", "young people", "young person", "school", "creche", "play group", "playgroup",
        "mother", "father", "mums", "dads", "stay and play", "antenatal", "breastfeed", "home-start",
    ),
    "company": (
        "social", "befriend", "lonel", "isolat", "coffee morning", "lunch club", "older people", "craft", "friendship",
        "day centre", "drop-in", "chat", "walking group", "choir", "gardening", "sports", "exercise", "yoga", "swimming",
        "community group", "community centre", "women's group", "men's shed", "knit",
    ),
    "advice": (
        "advice", "advis", "legal", "law centre", "solicitor", "citizens advice", "rights", "advoca", "immigration",
        "asylum", "refugee", "migrant", "employment", "job", "jobs", "careers", "cv", "volunteer", "guidance", "signpost",
    ),
    "english": (
        "esol", "english class", "english course", "english language", "learn english", "english lesson",
        "conversation class", "conversation club", "conversation cafe", "english conversation", "literacy",
        "english for speakers",
    ),
}  # fmt: skip
# Whole words: their stems would stand in other words ("rent" in "different", "gp", "law").
_WHOLE = frozenset(
    {"gp", "gps", "rent", "cv", "job", "jobs", "child", "nhs", "hiv", "fgm", "rape", "drug", "bills", "chat"}
)
_FORMS = {
    topic: re.compile(r"\b(?:" + "|".join(re.escape(stem) + (r"\b" if stem in _WHOLE else "") for stem in stems) + ")")
    for topic, stems in STEMS.items()
}


def read_topics(strong: Iterable[str], weak: str) -> tuple[str, ...]:
    """The topics that ``strong`` (its name, its categories) speak of, else those that ``weak`` speaks of most.

    At most three, those spoken of most first. Empty when no words of ours stand there: nothing is guessed.
    """
    return _most("\n".join(strong)) or _most(weak)


def _most(text: str) -> tuple[str, ...]:
    said = text.lower()
    counts = {topic: len(set(_FORMS[topic].findall(said))) for topic in TOPICS}
    spoken = sorted((topic for topic in TOPICS if counts[topic]), key=lambda topic: -counts[topic])
    return tuple(spoken[:MOST])
