-- Fills analysis.outcome_month: one row a month of crimes with an ID: how many, how many of them have an outcome in the outcome files, and
-- the last month of unbroken outcome files from then on.
-- Inputs: record.incident, record.outcome.
WITH
followed AS (
  SELECT
    month,
    -- runs of months without a gap have the same difference to their position
    max(month) OVER (PARTITION BY month - make_interval(months => cast(position AS INTEGER))) AS last_month
  FROM (
    SELECT
      month,
      row_number() OVER (ORDER BY month) AS position
    FROM (SELECT DISTINCT month FROM record.outcome) AS loaded
  ) AS numbered
),

known AS (
  SELECT DISTINCT crime_id
  FROM record.outcome
)

INSERT INTO analysis.outcome_month (month, crimes, with_outcome, followed_to)
SELECT
  i.month,
  count(*) AS crimes,
  count(k.crime_id) AS with_outcome,
  max(f.last_month) AS followed_to
FROM record.incident AS i
LEFT JOIN known AS k ON i.crime_id = k.crime_id
LEFT JOIN followed AS f ON i.month = f.month
WHERE i.crime_id IS NOT NULL
GROUP BY i.month
