-- A candidate as it would be published, beside the release that is current. Returns its id.
INSERT INTO steward.candidate (
  built_by, title, period_start, period_end, months_loaded, until, digest, beside_release, policy, certificate, shown
)
VALUES (
  :built_by, :title, :period_start, :period_end, cast(:months_loaded AS DATE[]), :until, :digest, :beside, cast(:policy AS JSONB),
  cast(:certificate AS JSONB), cast(:shown AS JSONB)
)
RETURNING candidate_id
