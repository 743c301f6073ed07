-- Notes what a steward decided, and why. Parameters: delivery_id, status ('loaded' or 'refused'), decision.
UPDATE raw.delivery
SET
  status = :status,
  notes = notes || cast(:decision AS JSONB)
WHERE delivery_id = :delivery_id;
