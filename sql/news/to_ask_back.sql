-- Addresses whose owners have not been asked yet whether it was they, the oldest first: one row an address x place. Input:
-- asked.alert. Parameter: waiting (those whose mailbox was full a moment ago, so that they stand before no others).
SELECT
  alert_id,
  address,
  geography,
  place_code,
  language,
  token
FROM asked.alert
WHERE confirmed_on IS NULL AND asked_back_on IS NULL AND alert_id <> all(cast(:waiting AS BIGINT[]))
ORDER BY alert_id
LIMIT 100
