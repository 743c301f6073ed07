-- That a release has figures of searches: one row. Parameters: what published.search_release holds.
INSERT INTO published.search_release (release_id, title, period_start, period_end, months_loaded, policy, certificate)
VALUES (
  :release_id, :title, :period_start, :period_end, cast(:months_loaded AS DATE[]), cast(:policy AS JSONB), cast(:certificate AS JSONB)
)
