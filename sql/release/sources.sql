-- Sources of a release: one row a feed x edition of the deliveries that its figures, places, services and postcodes came from.
-- months_missing: months between the first and the last day of a source of which nothing was delivered. A file of incidents holds the
-- months of its incidents, any other those of its own span.
-- Inputs: record.incident, record.indicator, record.service, place.area, place.area_parent, place.population, place.postcode,
-- published.place, published.indicator, raw.delivery. Parameters: release_id, period_start, period_end,
-- titles (JSON object: feed to title).
WITH
with_incidents AS (
  SELECT DISTINCT
    delivery_id,
    month
  FROM record.incident
  WHERE month BETWEEN :period_start AND :period_end
),

used AS (
  SELECT delivery_id
  FROM with_incidents
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
),

-- a partner's restricted data is in no release, so its feeds are no source of one
from_whom AS (
  SELECT
    d.delivery_id,
    d.feed,
    d.publisher,
    d.licence,
    d.edition,
    d.period_start,
    d.period_end,
    d.rows_in,
    d.rows_rejected,
    d.loaded_at
  FROM raw.delivery AS d
  INNER JOIN used AS u ON d.delivery_id = u.delivery_id
  WHERE coalesce(d.notes ->> 'sensitivity', 'open') = 'open'
),

spans AS (
  SELECT
    delivery_id,
    feed,
    edition,
    cast(generate_series(date_trunc('month', cast(period_start AS TIMESTAMP)), period_end, INTERVAL '1 month') AS DATE) AS month
  FROM from_whom
),

delivered AS (
  SELECT
    d.feed,
    d.edition,
    i.month
  FROM from_whom AS d
  INNER JOIN with_incidents AS i ON d.delivery_id = i.delivery_id
  UNION
  SELECT
    s.feed,
    s.edition,
    s.month
  FROM spans AS s
  WHERE
    s.month < :period_start
    OR s.month > :period_end
    OR s.delivery_id NOT IN (SELECT delivery_id FROM with_incidents)
),

whole AS (
  SELECT
    feed,
    edition,
    cast(generate_series(date_trunc('month', cast(min(period_start) AS TIMESTAMP)), max(period_end), INTERVAL '1 month') AS DATE) AS month
  FROM from_whom
  GROUP BY feed, edition
),

missing AS (
  SELECT
    w.feed,
    w.edition,
    array_agg(w.month ORDER BY w.month) AS months
  FROM whole AS w
  LEFT JOIN delivered AS d ON w.feed = d.feed AND w.edition = d.edition AND w.month = d.month
  WHERE d.month IS NULL
  GROUP BY w.feed, w.edition
)

INSERT INTO published.source (
  release_id, feed, title, publisher, licence, edition, period_start, period_end, files, rows_in, rows_rejected, loaded_at, months_missing
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
  max(d.loaded_at) AS loaded_at,
  coalesce(min(m.months), cast('{}' AS DATE[])) AS months_missing
FROM from_whom AS d
LEFT JOIN missing AS m ON d.feed = m.feed AND d.edition = m.edition
GROUP BY d.feed, d.edition
