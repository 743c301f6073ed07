"""How QGIS draws the layers of a GeoPackage when it opens them: its own table `layer_styles`, a style in QML a layer.

The table is the one that QGIS makes for "Save style in database (GeoPackage)"; other programs pass it over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import quoteattr

import pandas as pd

_ACCENT, _GREY = "11,95,106", "139,149,156"


@dataclass(frozen=True)
class Rule:
    """What is drawn one way. filter: an expression of QGIS over the columns of the layer. marks: QGIS's names of a symbol's properties."""

    label: str
    filter: str
    marks: Mapping[str, str]


def area(label: str, expression: str, *, own: bool) -> Rule:
    """Outlines of areas; own: that of the place itself, filled lightly."""
    colour = _ACCENT if own else _GREY
    return Rule(
        label,
        expression,
        {
            "color": f"{colour},40", "style": "solid" if own else "no", "outline_color": f"{colour},255", "outline_style": "solid",
            "outline_width": "0.8" if own else "0.3", "outline_width_unit": "MM",
        },
    )  # fmt: skip


def point(label: str, expression: str) -> Rule:
    return Rule(
        label,
        expression,
        {"name": "circle", "color": f"{_ACCENT},255", "outline_color": "255,255,255,255", "size": "2.2", "size_unit": "MM"},
    )


def qml(rules: Sequence[Rule], *, points: bool) -> str:
    """A style of rules; what no rule names is not drawn."""
    kind, drawn = ("marker", "SimpleMarker") if points else ("fill", "SimpleFill")
    listed, symbols = [], []
    for n, rule in enumerate(rules):
        listed.append(f'<rule key="{{rule-{n}}}" symbol="{n}" label={quoteattr(rule.label)} filter={quoteattr(rule.filter)}/>')
        options = "".join(f'<Option type="QString" name="{k}" value={quoteattr(v)}/>' for k, v in rule.marks.items())
        # as QGIS wrote them before 3.26, too
        older = "".join(f'<prop k="{k}" v={quoteattr(v)}/>' for k, v in rule.marks.items())
        symbols.append(
            f'<symbol type="{kind}" name="{n}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{drawn}" pass="0" locked="0"'
            f' enabled="1"><Option type="Map">{options}</Option>{older}</layer></symbol>'
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology"><renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0"'
        f' forceraster="0"><rules key="{{rules}}">{"".join(listed)}</rules><symbols>{"".join(symbols)}</symbols></renderer-v2>'
        f"<layerGeometryType>{0 if points else 2}</layerGeometryType></qgis>"
    )


def styles_table(styles: Mapping[str, str], *, column: str, moment: datetime) -> pd.DataFrame:
    """The rows of `layer_styles`: by layer its style in QML, as the one that QGIS takes by itself. column: of the geometry."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "", "f_table_schema": "", "f_table_name": layer, "f_geometry_column": column, "styleName": layer,
                "styleQML": style, "styleSLD": "", "useAsDefault": True, "description": "Homeground", "owner": "", "ui": "",
                "update_time": moment,
            }
            for layer, style in styles.items()
        ]
    )  # fmt: skip
