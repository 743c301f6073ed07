-- Removes the incidents of a retired delivery that were set aside as repeats.
DELETE FROM record.repeated_incident
WHERE delivery_id = :delivery_id;
