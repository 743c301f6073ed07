-- Figures of a place that somebody delivered and that no stage works on, for professionals by district: a dashboard of one's own offers
-- them beside the counts of the analysis. A view runs with the rights of its owner, so each names its rule itself.

-- One row an indicator x place of the region x period. lad_code: the district that the place lies in. A barrier: no condition of a reader
-- is tried on a row that the rule leaves out.
CREATE OR REPLACE VIEW analysis.indicator_place WITH (security_barrier = TRUE) AS
SELECT
  given.indicator,
  given.geography,
  given.edition,
  given.code,
  district.code AS lad_code,
  given.period,
  given.value,
  given.numerator,
  given.denominator
FROM record.indicator AS given
INNER JOIN record.indicator_definition AS told ON given.indicator = told.indicator
LEFT JOIN place.area_parent AS parent
  ON
    given.geography = parent.child_geography AND given.edition = parent.child_edition AND given.code = parent.child_code
    AND parent.parent_geography = 'lad' AND parent.parent_edition = '2022'
INNER JOIN place.area AS district
  ON
    district.geography = 'lad' AND district.edition = '2022' AND district.geom IS NOT NULL
    AND district.code = CASE WHEN given.geography = 'lad' THEN given.code ELSE parent.parent_code END
WHERE
  analysis.area_visible(district.code)
  -- not of a feed that the board refused
  AND told.feed <> all(coalesce((SELECT analysis.closed_feeds()), '{}'));

-- One row an indicator, or a feed of events, that is loaded: what it is called and who gives it. given_by: of an indicator the smallest
-- place that it is given by.
CREATE OR REPLACE VIEW analysis.measure_kind WITH (security_barrier = TRUE) AS
SELECT
  'indicator' AS source,
  told.indicator AS name,
  told.label,
  told.unit,
  told.feed,
  coalesce(given.publisher, '') AS publisher,
  coalesce(placed.geography, '') AS given_by
FROM record.indicator_definition AS told
LEFT JOIN LATERAL (
  SELECT d.publisher
  FROM raw.delivery AS d
  WHERE d.feed = told.feed AND d.status = 'loaded'
  ORDER BY d.delivery_id DESC
  LIMIT 1
) AS given ON TRUE
LEFT JOIN LATERAL (
  SELECT i.geography
  FROM record.indicator AS i
  WHERE i.indicator = told.indicator
  -- by name a district would come before a neighbourhood
  ORDER BY array_position(ARRAY['lsoa', 'msoa', 'ward', 'lad', 'force'], i.geography), i.geography
  LIMIT 1
) AS placed ON TRUE
WHERE analysis.any_area_visible() AND told.feed <> all(coalesce((SELECT analysis.closed_feeds()), '{}'))
UNION ALL
SELECT
  'event' AS source,
  d.feed AS name,
  '' AS label,
  'count' AS unit,
  d.feed,
  (array_agg(d.publisher ORDER BY d.delivery_id DESC))[1] AS publisher,
  '' AS given_by
FROM raw.delivery AS d
WHERE
  d.status = 'loaded' AND analysis.any_area_visible() AND d.feed <> all(coalesce((SELECT analysis.closed_feeds()), '{}'))
  AND EXISTS (
    SELECT 1
    FROM record.event AS e
    WHERE e.feed = d.feed
  )
GROUP BY d.feed;
