"""The distance between two points by the textbook's formula."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from bot.knowledge.near import EARTH_RADIUS, Point


def miles(a: Point, b: Point) -> float:
    """The miles between two points in degrees, as the crow flies (haversine)."""
    (a_lat, a_long), (b_lat, b_long) = ((radians(point[0]), radians(point[1])) for point in (a, b))
    half = sin((b_lat - a_lat) / 2) ** 2 + cos(a_lat) * cos(b_lat) * sin((b_long - a_long) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))
