"""Metres on the British national grid -> degrees on WGS84.

The projection and its constants are those of Ordnance Survey, "A guide to coordinate systems in Great
Britain" (2020), annexes B to D; the datum shift is its 7-parameter Helmert transform, good to about 5 m.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt, tan

# Airy 1830 and WGS84: the half axes of the two ellipsoids in metres.
AIRY = (6_377_563.396, 6_356_256.909)
WGS84 = (6_378_137.0, 6_356_752.3142)
# The grid's true origin, its scale there, and where it is on the grid.
ORIGIN_LATITUDE, ORIGIN_LONGITUDE = radians(49), radians(-2)
SCALE, EAST_0, NORTH_0 = 0.9996012717, 400_000.0, -100_000.0
# OSGB36 -> WGS84: metres, parts per million, seconds of arc.
SHIFT, PPM, TURN = (446.448, -125.157, 542.060), -20.4894, (0.1502, 0.2470, 0.8421)


def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees on WGS84."""
    latitude, longitude = _to_osgb36(easting, northing)
    return _to_degrees(_shifted(_to_cartesian(latitude, longitude)))


def _arc(latitude: float) -> float:
    """The length of the meridian from the origin to ``latitude``, in metres (annex C, formula C1's M)."""
    a, b = AIRY
    n = (a - b) / (a + b)
    apart, together = latitude - ORIGIN_LATITUDE, latitude + ORIGIN_LATITUDE
    return b * SCALE * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * apart
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(apart) * cos(together)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * apart) * cos(2 * together)
        - 35 / 24 * n**3 * sin(3 * apart) * cos(3 * together)
    )  # fmt: skip


def _foot(northing: float) -> float:
    """The latitude on the central meridian at this northing, to a hundredth of a millimetre."""
    latitude, left = ORIGIN_LATITUDE, northing - NORTH_0
    while abs(left) >= 0.00001:
        latitude += left / (AIRY[0] * SCALE)
        left = northing - NORTH_0 - _arc(latitude)
    return latitude


def _to_osgb36(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in radians on Airy's ellipsoid (annex C2, VII to XIIA)."""
    a, b = AIRY
    foot, e2, east = _foot(northing), 1 - (b / a) ** 2, easting - EAST_0
    bend = 1 - e2 * sin(foot) ** 2
    nu, rho = a * SCALE / sqrt(bend), a * SCALE * (1 - e2) / bend**1.5
    eta2, t, sec = nu / rho - 1, tan(foot), 1 / cos(foot)
    latitude = (
        foot
        - t / (2 * rho * nu) * east**2
        + t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2) * east**4
        - t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * east**6
    )
    longitude = (
        ORIGIN_LONGITUDE
        + sec / nu * east
        - sec / (6 * nu**3) * (nu / rho + 2 * t**2) * east**3
        + sec / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4) * east**5
        - sec / (5040 * nu**7) * (61 + 662 * t**2 + 1320 * t**4 + 720 * t**6) * east**7
    )
    return latitude, longitude


def _to_cartesian(latitude: float, longitude: float) -> tuple[float, float, float]:
    a, b = AIRY
    e2 = 1 - (b / a) ** 2
    nu = a / sqrt(1 - e2 * sin(latitude) ** 2)
    return (
        nu * cos(latitude) * cos(longitude),
        nu * cos(latitude) * sin(longitude),
        nu * (1 - e2) * sin(latitude),
    )


def _shifted(point: tuple[float, float, float]) -> tuple[float, float, float]:
    """Helmert's transform for small angles (annex B5)."""
    x, y, z = point
    rx, ry, rz = (second * pi / (180 * 3600) for second in TURN)
    grow = 1 + PPM * 1e-6
    return (
        SHIFT[0] + grow * x - rz * y + ry * z,
        SHIFT[1] + rz * x + grow * y - rx * z,
        SHIFT[2] - ry * x + rx * y + grow * z,
    )


def _to_degrees(point: tuple[float, float, float]) -> tuple[float, float]:
    """Latitude and longitude in degrees of a cartesian point on WGS84."""
    x, y, z = point
    a, b = WGS84
    e2, p = 1 - (b / a) ** 2, hypot(x, y)
    latitude = atan2(z, p * (1 - e2))
    for _ in range(5):
        nu = a / sqrt(1 - e2 * sin(latitude) ** 2)
        latitude = atan2(z + e2 * nu * sin(latitude), p)
    return degrees(latitude), degrees(atan2(y, x))
