-- What a model expects of the places of a district, with outlines; row-level security applies. One row a place.
-- Inputs: analysis.risk_estimate, place.area. Parameters: model_id, district ('' for all that the person may see), tolerance (metres).
SELECT
  estimate.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  estimate.observed,
  estimate.expected,
  estimate.lower,
  estimate.upper,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline
FROM analysis.risk_estimate AS estimate
INNER JOIN place.area AS area
  ON estimate.geography = area.geography AND estimate.edition = area.edition AND estimate.code = area.code
WHERE estimate.model_id = :model_id AND (:district = '' OR estimate.lad_code = :district)
ORDER BY area.name, estimate.code;
