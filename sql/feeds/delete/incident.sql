-- Removes the incidents of a retired delivery, and says of which months they were (record.note_written). Its span of months limits the
-- partitions that are searched.
WITH
gone AS (
  DELETE FROM record.incident
  WHERE
    delivery_id = :delivery_id
    AND month BETWEEN :period_start AND :period_end
  RETURNING month
)

SELECT set_config('homeground.months_written', coalesce(string_agg(DISTINCT cast(month AS TEXT), ','), 'none'), TRUE)
FROM gone;
