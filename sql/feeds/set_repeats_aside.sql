-- Takes incidents whose Crime ID stands in an earlier month out of record.incident and keeps them in record.repeated_incident.
-- One row an incident. Inside one month a Crime ID stands once: feeds.shapes.event rejects its repeats.
WITH
repeated AS (
  SELECT
    crime_id,
    min(month) AS first_month
  FROM record.incident
  WHERE crime_id IS NOT NULL
  GROUP BY crime_id
  HAVING min(month) < max(month)
),

aside AS (
  DELETE FROM record.incident AS i
  USING repeated AS r
  WHERE i.crime_id = r.crime_id AND i.month > r.first_month
  RETURNING
    i.delivery_id,
    i.line,
    i.month,
    i.crime_id,
    i.category,
    i.location_id,
    i.location_label,
    i.printed_lsoa,
    i.outcome,
    i.reported_by,
    r.first_month
)

INSERT INTO record.repeated_incident (
  delivery_id, line, month, crime_id, category, location_id, location_label, printed_lsoa, outcome, reported_by, first_month
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
  reported_by,
  first_month
FROM aside;
