"""Every target shape of the catalogue by its name, `[[feed.writes]] shape = "..."`."""

from __future__ import annotations

from feeds.catalogue import writes, writes_background, writes_police
from feeds.shapes import area, background, event, label, lookup, measure, point, police
from feeds.shapes.shape import Shape, Target

SHAPES: dict[str, Target] = {
    "parent": Shape(writes.ParentWrite, lookup.screen_parent, lookup.store_parent, lookup.remove_parent),
    "edition_change": Shape(writes.EditionChangeWrite, lookup.screen_change, lookup.store_change, lookup.remove_change),
    "area": Shape(writes.AreaWrite, area.screen, area.store, area.remove),
    "label": Shape(writes.LabelWrite, label.screen_label, label.store_label, label.remove_label),
    "local_name": Shape(writes.LocalNameWrite, label.screen_local_name, label.store_local_name, label.remove_local_name),
    "postcode": Shape(writes.PostcodeWrite, point.screen_postcode, point.store_postcode, point.remove_postcode),
    "population": Shape(writes.PopulationWrite, measure.screen_population, measure.store_population, measure.remove_population),
    "indicator": Shape(writes.IndicatorWrite, measure.screen_indicator, measure.store_indicator, measure.remove_indicator),
    "service": Shape(writes.ServiceWrite, point.screen_service, point.store_service, point.remove_service),
    "background": Shape(writes_background.BackgroundWrite, background.screen, background.store, background.remove),
    "event": Shape(writes.EventWrite, event.screen, event.store, event.remove, event.span),
    "outcome": Shape(
        writes_police.OutcomeWrite, police.screen_outcome, police.store_outcome, police.remove_outcome, police.span_outcome
    ),
    "stop": Shape(writes_police.StopWrite, police.screen_stop, police.store_stop, police.remove_stop, police.span_stop),
}
