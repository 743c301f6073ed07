-- Puts incidents that were set aside back where the answer may be another now: those of a month that changed, those that repeat a crime of
-- such a month, and all where months is NULL. One row: the months in
-- which some came back; says these to record.note_written, too.
-- Parameter: months.
WITH
back AS (
  DELETE FROM record.repeated_incident
  WHERE
    cast(:months AS DATE[]) IS NULL
    OR month = any(cast(:months AS DATE[]))
    OR first_month = any(cast(:months AS DATE[]))
    OR crime_id IN (
      SELECT i.crime_id
      FROM record.incident AS i
      WHERE i.month = any(cast(:months AS DATE[]))
    )
  RETURNING delivery_id, line, month, crime_id, category, location_id, location_label, printed_lsoa, outcome, reported_by
),

put AS (
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
  FROM back
  RETURNING month, crime_id
)

SELECT
  set_config('homeground.months_written', coalesce(string_agg(DISTINCT cast(month AS TEXT), ','), 'none'), TRUE) AS written,
  coalesce(array_agg(DISTINCT month), '{}') AS months
FROM put;
