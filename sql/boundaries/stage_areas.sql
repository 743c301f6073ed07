-- A table of this transaction for areas on their way into place.area. One row an area.
CREATE TEMPORARY TABLE boundaries_area (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  detail SMALLINT NOT NULL,
  geom GEOMETRY (MULTIPOLYGON, 27700) NOT NULL
) ON COMMIT DROP
