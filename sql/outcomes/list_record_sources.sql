-- Fills analysis.record_source: one row a subject x publisher x licence x edition of the files that outcomes and searches rest on.
-- Inputs: record.incident, record.outcome, record.stop, place.population, raw.delivery.
WITH
used AS (
  SELECT DISTINCT
    'crimes' AS subject,
    delivery_id
  FROM record.incident
  WHERE crime_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT
    'outcomes' AS subject,
    delivery_id
  FROM record.outcome
  UNION ALL
  SELECT DISTINCT
    'searches' AS subject,
    delivery_id
  FROM record.stop
  UNION ALL
  SELECT DISTINCT
    'residents' AS subject,
    delivery_id
  FROM place.population
  WHERE measure LIKE 'ethnicity\_%' AND reference = 'census2021'
)

INSERT INTO analysis.record_source (
  subject, publisher, licence, edition, files, rows_in, rows_rejected, first_month, last_month, loaded_at
)
SELECT
  u.subject,
  d.publisher,
  d.licence,
  d.edition,
  count(*) AS files,
  sum(d.rows_in) AS rows_in,
  sum(d.rows_rejected) AS rows_rejected,
  min(d.period_start) AS first_month,
  max(d.period_end) AS last_month,
  max(d.loaded_at) AS loaded_at
FROM used AS u
INNER JOIN raw.delivery AS d ON u.delivery_id = d.delivery_id
GROUP BY u.subject, d.publisher, d.licence, d.edition
