-- Indicators and feeds of events that are loaded. One row each. Inputs: analysis.measure_kind.
SELECT
  source,
  name,
  label,
  unit,
  publisher,
  given_by
FROM analysis.measure_kind
ORDER BY source, label, name;
