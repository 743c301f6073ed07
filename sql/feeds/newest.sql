-- One row a feed of which something is in force: how many deliveries, the newest month they tell of, months in between that none tells of.
-- Inputs: raw.delivery.
WITH
standing AS (
  SELECT
    feed,
    period_start,
    period_end,
    loaded_at
  FROM raw.delivery
  WHERE status = 'loaded'
),

span AS (
  SELECT
    feed,
    cast(generate_series(min(period_start), max(period_end), INTERVAL '1 month') AS DATE) AS month
  FROM standing
  GROUP BY feed
),

gap AS (
  SELECT
    s.feed,
    array_agg(s.month ORDER BY s.month) AS missing
  FROM span AS s
  WHERE
    NOT EXISTS (
      SELECT 1
      FROM standing AS d
      WHERE d.feed = s.feed AND s.month BETWEEN d.period_start AND d.period_end
    )
  GROUP BY s.feed
)

SELECT
  d.feed,
  count(*) AS deliveries,
  max(d.period_end) AS newest_month,
  max(d.loaded_at) AS last_loaded,
  min(g.missing) AS missing
FROM standing AS d
LEFT JOIN gap AS g ON d.feed = g.feed
GROUP BY d.feed
ORDER BY d.feed
