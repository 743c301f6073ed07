-- One new release, current. Returns its id.
INSERT INTO published.release (
  title, period_start, period_end, months_loaded, months_missing, unplaced_percent, region_name, synthetic,
  policy, certificate, code_version
)
VALUES (
  :title, :period_start, :period_end, cast(:months_loaded AS DATE[]), cast(:months_missing AS DATE[]), :unplaced_percent, :region_name,
  :synthetic, cast(:policy AS JSONB), cast(:certificate AS JSONB), :code_version
)
RETURNING release_id
