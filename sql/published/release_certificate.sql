-- The rule and the certificate of one release that was not withdrawn: one row, or none. Parameter: release_id.
SELECT
  policy,
  certificate
FROM published.release
WHERE release_id = :release_id AND status <> 'withdrawn';
