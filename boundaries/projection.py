"""Between longitude, latitude (WGS84) and the British National Grid (EPSG:27700).

The transformation is PROJ's best for Great Britain that the machine holds: with the OSTN15 grid about 0.1 m, without it the
seven-parameter "OSGB36 to WGS 84 (6)", 2 m. The boundary feeds go through the same PROJ, so points and outlines move together; what
is left is that postcodes, published in EPSG:27700, may stand up to 2 m beside them. No grid is ever fetched.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from pyproj.transformer import TransformerGroup

from core.contracts import BRITISH_NATIONAL_GRID, WGS84

_Float = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Transformation:
    """What PROJ does between the two systems, in its words, and how near it comes, in metres."""

    description: str
    accuracy_m: float


@cache
def transformation() -> Transformation:
    """The transformation in use on this machine."""
    with warnings.catch_warnings():
        # PROJ warns that a better grid exists somewhere; the report says the accuracy instead
        warnings.simplefilter("ignore", UserWarning)
        best = TransformerGroup(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transformers[0]
    return Transformation(best.description, float(best.accuracy))


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_national_grid(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[_Float, _Float]:
    """Easting and northing in metres; a point that cannot be projected becomes infinite, which is outside every area."""
    easting, northing = _transformer(WGS84, BRITISH_NATIONAL_GRID).transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)


def to_wgs84(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[_Float, _Float]:
    """Longitude and latitude in degrees."""
    lon, lat = _transformer(BRITISH_NATIONAL_GRID, WGS84).transform(np.asarray(easting, float), np.asarray(northing, float))
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
