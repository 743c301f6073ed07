-- What a model expects beside what was recorded, for groups of its places: fifths of England by income, where that factor was worked out,
-- and districts. One row a group, the most deprived fifth first. Inputs: analysis.risk_estimate, analysis.factor_place, place.area.
-- Parameters: model_id. name of a fifth: 1 is the most deprived.
WITH estimate AS (
  SELECT
    e.code,
    e.lad_code,
    e.observed,
    e.expected,
    e.observed > e.upper AS above,
    e.observed < e.lower AS below
  FROM analysis.risk_estimate AS e
  WHERE e.model_id = :model_id
),

deprived AS (
  SELECT
    code,
    ceil(value / 2.0)::INTEGER AS fifth
  FROM analysis.factor_place
  WHERE
    factor_id = 'income' AND geography = 'lsoa' AND edition = '2021'
    AND period_end IN (SELECT max(newest.period_end) FROM analysis.factor_place AS newest)
),

grouped AS (
  SELECT
    'deprivation' AS by_what,
    d.fifth::TEXT AS name,
    e.observed,
    e.expected,
    e.above,
    e.below
  FROM estimate AS e
  INNER JOIN deprived AS d ON e.code = d.code
  UNION ALL
  SELECT
    'district' AS by_what,
    coalesce(a.name, e.lad_code) AS name,
    e.observed,
    e.expected,
    e.above,
    e.below
  FROM estimate AS e
  LEFT JOIN place.area AS a ON e.lad_code = a.code AND a.geography = 'lad' AND a.edition = '2022'
)

SELECT
  by_what,
  name,
  count(*) AS places,
  sum(observed) AS observed,
  sum(expected) AS expected,
  count(*) FILTER (WHERE above) AS above,
  count(*) FILTER (WHERE below) AS below
FROM grouped
GROUP BY by_what, name
ORDER BY by_what, name
