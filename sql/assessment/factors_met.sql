-- How many neighbourhoods meet each declared factor at its default threshold; row-level security applies.
-- One row a factor, also of one without data.
-- Inputs: analysis.factor, analysis.factor_level, analysis.factor_place. Parameters:
-- district ('' for all that the person may see), members (codes, empty for every place).
SELECT
  f.factor_id,
  f.side,
  f.label,
  f.source,
  f.caution,
  f.missing,
  chosen.label AS threshold,
  count(here.code) AS places,
  count(here.code) FILTER (WHERE here.level >= chosen.level) AS meeting
FROM analysis.factor AS f
LEFT JOIN analysis.factor_level AS chosen ON f.factor_id = chosen.factor_id AND f.period_end = chosen.period_end AND chosen.is_default
LEFT JOIN analysis.factor_place AS here
  ON
    f.factor_id = here.factor_id AND f.period_end = here.period_end AND (:district = '' OR here.lad_code = :district)
    AND (cardinality(cast(:members AS TEXT[])) = 0 OR here.code = any(cast(:members AS TEXT[])))
WHERE f.period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
GROUP BY f.factor_id, f.position, f.side, f.label, f.source, f.caution, f.missing, chosen.label
ORDER BY f.position
