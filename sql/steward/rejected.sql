-- Why rows of a delivery were rejected, the commonest reason first: one row a field x reason. Only for a steward. Parameter: delivery.
SELECT
  field,
  reason,
  lines,
  first_line
FROM steward.rejected(:delivery)
ORDER BY lines DESC, field ASC, reason ASC
LIMIT 30
