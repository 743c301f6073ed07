-- One row a declared factor of the latest period, and when it was worked out. Inputs: analysis.factor, analysis.run.
SELECT
  factor.factor_id,
  factor.period_end,
  factor.position,
  factor.side,
  factor.theme,
  factor.label,
  factor.unit,
  factor.source,
  factor.caution,
  factor.moran_i,
  factor.places,
  factor.without,
  factor.missing,
  factor.run_id,
  run.finished_at,
  run.parameters #>> '{period,0}' AS period_start
FROM analysis.factor AS factor
INNER JOIN analysis.run AS run ON factor.run_id = run.run_id
WHERE factor.period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY factor.position
