-- Note a look at a month. Returns which look at it this is.
-- Inputs: analysis.alarm_look, which it adds to.
INSERT INTO analysis.alarm_look (
  month, look, in_time, first_month, steps, longest, replicates, seed, least_months, kinds, places, alarms, counts_digest, run_id
)
SELECT
  cast(:month AS DATE) AS month,
  coalesce(max(before.look), 0) + 1 AS look,
  :in_time AS in_time,
  cast(:first_month AS DATE) AS first_month,
  :steps AS steps,
  :longest AS longest,
  :replicates AS replicates,
  :seed AS seed,
  :least_months AS least_months,
  :kinds AS kinds,
  :places AS places,
  :alarms AS alarms,
  :counts_digest AS counts_digest,
  :run_id AS run_id
FROM analysis.alarm_look AS before
WHERE before.month = cast(:month AS DATE)
RETURNING look
