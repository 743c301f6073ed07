-- Fills analysis.stop_ratio_sum: one row a district x month x ethnic group other than White. Within each LSOA the group's searches per
-- resident stand against those of White residents of the same LSOA, so that searches clustering where a group lives do not make a ratio.
-- Method: Mantel-Haenszel ratio of rates; variance of its logarithm by Greenland and Robins (1985), Biometrics 41, 55-68.
-- An LSOA without residents of either group says nothing and is left out.
-- Inputs: stop_of_person (searches/stage_stop_ethnicity), place.population.
WITH
residents AS (
  SELECT
    code,
    substring(measure FROM 11) AS ethnicity,
    people
  FROM place.population
  WHERE geography = 'lsoa' AND edition = '2021' AND reference = 'census2021' AND measure LIKE 'ethnicity\_%'
),

pair AS (
  SELECT
    g.code,
    g.ethnicity,
    g.people AS of_group,
    w.people AS of_white,
    g.people + w.people AS of_both
  FROM residents AS g
  INNER JOIN residents AS w ON g.code = w.code AND w.ethnicity = 'white'
  WHERE g.ethnicity <> 'white' AND g.people + w.people > 0
),

stops AS (
  SELECT
    lad_code,
    lsoa21_code,
    month,
    self_defined,
    count(*) AS stops
  FROM stop_of_person
  WHERE self_defined <> 'not_stated'
  GROUP BY lad_code, lsoa21_code, month, self_defined
)

INSERT INTO analysis.stop_ratio_sum (lad_code, month, ethnicity, numerator, denominator, variance)
SELECT
  s.lad_code,
  s.month,
  p.ethnicity,
  sum(CASE WHEN s.self_defined = p.ethnicity THEN s.stops ELSE 0 END * p.of_white / p.of_both) AS numerator,
  sum(CASE WHEN s.self_defined = 'white' THEN s.stops ELSE 0 END * p.of_group / p.of_both) AS denominator,
  sum(s.stops * p.of_group * p.of_white / (p.of_both * p.of_both)) AS variance
FROM stops AS s
INNER JOIN pair AS p ON s.lsoa21_code = p.code AND s.self_defined IN (p.ethnicity, 'white')
GROUP BY s.lad_code, s.month, p.ethnicity
