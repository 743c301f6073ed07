-- Takes the later incidents of crimes out of record.incident and keeps them in record.repeated_incident. Says of which months they
-- are (record.note_written), in one row. Inside one month a Crime ID stands once: feeds.shapes.event rejects its repeats.
-- Parameters: crimes, first_months (the first month of each crime).
WITH
repeated AS (
  SELECT
    r.crime_id,
    r.first_month
  FROM unnest(cast(:crimes AS TEXT[]), cast(:first_months AS DATE[])) AS r (crime_id, first_month)
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
),

kept AS (
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
  FROM aside
  RETURNING month
)

SELECT set_config('homeground.months_written', coalesce(string_agg(DISTINCT cast(month AS TEXT), ','), 'none'), TRUE)
FROM kept;
