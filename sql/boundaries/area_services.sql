-- Open services in LSOAs of 2021, by kind. One row a kind.
-- Inputs: record.service. Parameters: codes.
SELECT
  kind,
  count(*) AS services
FROM record.service
WHERE status = 'open' AND lsoa21_code = any(:codes)
GROUP BY kind
ORDER BY kind
