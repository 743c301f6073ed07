-- Sources of a release: one row a feed x edition of the deliveries that its figures, places, services and postcodes came from.
-- Inputs: record.incident, record.indicator, record.service, place.area, place.area_parent, place.population, place.postcode,
-- published.place, published.indicator, raw.delivery. Parameters: release_id, period_start, period_end,
-- titles (JSON object: feed to title).
WITH
used AS (
  SELECT DISTINCT delivery_id
  FROM record.incident
  WHERE month BETWEEN :period_start AND :period_end
  UNION
  SELECT a.delivery_id
  FROM place.area AS a
  INNER JOIN published.place AS p
    ON a.geography = p.geography AND a.edition = p.edition AND a.code = p.place_code AND p.release_id = :release_id
  UNION
  SELECT r.delivery_id
  FROM place.area_parent AS r
  INNER JOIN published.place AS p
    ON
      r.child_geography = p.geography
      AND r.child_edition = p.edition
      AND r.child_code = p.place_code
      AND r.parent_geography IN ('msoa', 'lad')
      AND p.release_id = :release_id
  UNION
  SELECT delivery_id
  FROM place.population
  WHERE geography = 'lsoa' AND edition = '2021' AND measure = 'residents' AND reference = 'census2021'
  UNION
  SELECT delivery_id
  FROM record.indicator
  WHERE indicator = 'imd2025_decile'
  UNION
  SELECT i.delivery_id
  FROM record.indicator AS i
  INNER JOIN published.indicator AS p ON i.indicator = p.indicator AND i.code = p.place_code AND p.release_id = :release_id
  UNION
  SELECT delivery_id
  FROM record.service
  WHERE status = 'open'
  UNION
  SELECT delivery_id
  FROM place.postcode
)

INSERT INTO published.source (
  release_id, feed, title, publisher, licence, edition, period_start, period_end, files, rows_in, rows_rejected, loaded_at
)
SELECT
  :release_id AS release_id,
  d.feed,
  coalesce(cast(:titles AS JSONB) ->> d.feed, d.feed) AS title,
  min(d.publisher) AS publisher,
  min(d.licence) AS licence,
  d.edition,
  min(d.period_start) AS period_start,
  max(d.period_end) AS period_end,
  count(*) AS files,
  sum(d.rows_in) AS rows_in,
  sum(d.rows_rejected) AS rows_rejected,
  max(d.loaded_at) AS loaded_at
FROM raw.delivery AS d
INNER JOIN used AS u ON d.delivery_id = u.delivery_id
-- a partner's restricted data is in no release, so its feeds are no source of one
WHERE coalesce(d.notes ->> 'sensitivity', 'open') = 'open'
GROUP BY d.feed, d.edition
