-- How many residents live beyond the declared reach of each kind of service; row-level security applies. One row a kind.
-- Inputs: analysis.service_kind, analysis.service_reach. Parameters: district ('' for all that the person may see).
SELECT
  k.kind,
  k.label,
  k.reach_m,
  k.caution,
  k.unused,
  sum(r.residents) AS residents,
  sum(r.residents_beyond) AS residents_beyond
FROM analysis.service_kind AS k
LEFT JOIN analysis.service_reach AS r
  ON k.kind = r.kind AND r.geography = 'lsoa' AND r.edition = '2021' AND (:district = '' OR r.lad_code = :district)
GROUP BY k.kind, k.position, k.label, k.reach_m, k.caution, k.unused
ORDER BY k.position
