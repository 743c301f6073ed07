-- Deletes addresses that nobody confirmed within seven days, those that came again while they wait or are confirmed, those that wait for a
-- fourth place, and days that are long over. Table: asked.alert. Parameter: today.
WITH numbered AS (
  SELECT
    alert_id,
    confirmed_on,
    asked_on,
    row_number() OVER (
      PARTITION BY lower(address), geography, place_code ORDER BY confirmed_on ASC NULLS LAST, asked_back_on ASC NULLS LAST, alert_id ASC
    ) AS again,
    row_number() OVER (
      PARTITION BY lower(address), confirmed_on IS NULL ORDER BY asked_back_on ASC NULLS LAST, alert_id ASC
    ) AS waits
  FROM asked.alert
),

old_days AS (
  DELETE FROM asked.alert_day
  WHERE day < cast(:today AS DATE) - 31
)

DELETE FROM asked.alert AS a USING numbered AS n
WHERE
  a.alert_id = n.alert_id
  AND a.confirmed_on IS NULL
  AND (n.asked_on < cast(:today AS DATE) - 7 OR n.again > 1 OR n.waits > 3)
