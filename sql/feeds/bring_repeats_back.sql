-- Puts every incident that was set aside back, so that repeats are found from all that stands. One row an incident.
WITH
back AS (
  DELETE FROM record.repeated_incident
  RETURNING delivery_id, line, month, crime_id, category, location_id, location_label, printed_lsoa, outcome, reported_by
)

INSERT INTO record.incident (
  delivery_id, line, month, crime_id, category, location_id, location_label, printed_lsoa, outcome, reported_by
)
SELECT
  delivery_id,
  line,
  month,
  crime_id,
  category,
  location_id,
  location_label,
  printed_lsoa,
  outcome,
  reported_by
FROM back;
