-- Fills analysis.outcome_delay: one row a district x category x followed month of the crimes x whole months until their first outcome.
-- An outcome after a missing file does not count here: what the missing file said is unknown, so it may not have been the first.
-- Inputs: record.incident, record.outcome, place.location_place, analysis.outcome_month.
WITH
first_outcome AS (
  SELECT
    crime_id,
    min(month) AS month
  FROM record.outcome
  GROUP BY crime_id
),

crime AS (
  SELECT
    p.lad22_code,
    i.category,
    i.month,
    -- an outcome printed with a month before its crime's counts as one of the same month
    greatest(
      0,
      12 * (extract(YEAR FROM o.month) - extract(YEAR FROM i.month)) + extract(MONTH FROM o.month) - extract(MONTH FROM i.month)
    ) AS months_after
  FROM record.incident AS i
  INNER JOIN analysis.outcome_month AS m ON i.month = m.month
  INNER JOIN first_outcome AS o ON i.crime_id = o.crime_id AND m.followed_to >= o.month
  INNER JOIN place.location_place AS p ON i.location_id = p.location_id
  WHERE p.lad22_code IS NOT NULL
)

INSERT INTO analysis.outcome_delay (lad_code, category, month, months_after, crimes)
SELECT
  lad22_code,
  category,
  month,
  months_after,
  count(*) AS crimes
FROM crime
GROUP BY lad22_code, category, month, months_after
