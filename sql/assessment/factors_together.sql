-- Neighbourhoods by how many risk factors they meet at the default thresholds; row-level security applies.
-- One row a neighbourhood with any. Inputs: analysis.factor_place, analysis.factor, analysis.factor_level, place.area.
-- Parameters: district ('' for all that the person may see).
SELECT
  here.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  count(*) AS factors
FROM analysis.factor_place AS here
INNER JOIN analysis.factor AS f ON here.factor_id = f.factor_id AND here.period_end = f.period_end AND f.side = 'risk'
INNER JOIN analysis.factor_level AS chosen
  ON here.factor_id = chosen.factor_id AND here.period_end = chosen.period_end AND chosen.is_default
INNER JOIN place.area AS area ON here.geography = area.geography AND here.edition = area.edition AND here.code = area.code
WHERE
  here.period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
  AND here.level >= chosen.level
  AND (:district = '' OR here.lad_code = :district)
GROUP BY here.code, area.name, area.local_name, area.around
ORDER BY count(*) DESC, name ASC, here.code ASC
