-- Removes the incidents of a retired delivery; its span of months limits the partitions that are searched.
DELETE FROM record.incident
WHERE
  delivery_id = :delivery_id
  AND month BETWEEN :period_start AND :period_end;
