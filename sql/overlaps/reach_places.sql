-- One row a place with its distance to a kind of service, and the deliveries behind it. Inputs: analysis.service_reach, analysis.run.
-- Parameters: kind, geography, edition.
SELECT
  reach.code,
  reach.nearest_m,
  reach.share_at_border,
  run.delivery_ids
FROM analysis.service_reach AS reach
INNER JOIN analysis.run AS run ON reach.run_id = run.run_id
WHERE reach.kind = :kind AND reach.geography = :geography AND reach.edition = :edition
ORDER BY reach.code
