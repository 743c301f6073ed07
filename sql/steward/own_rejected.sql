-- Why rows of a partner's own delivery were rejected, the commonest reason first: one row a field x reason. Parameter: delivery.
SELECT
  field,
  reason,
  lines,
  first_line
FROM steward.own_rejected(:delivery)
ORDER BY lines DESC, field ASC, reason ASC
LIMIT 30
