-- One row a factor that a place has a value of, latest period; row-level security applies.
-- Inputs: analysis.factor_place, analysis.factor, analysis.factor_level. Parameters: code.
SELECT
  factor.factor_id,
  factor.side,
  factor.theme,
  factor.label,
  factor.unit,
  here.value,
  here.lower,
  here.upper,
  here.level,
  here.sure_level,
  here.possible_level,
  chosen.level AS default_level
FROM analysis.factor_place AS here
INNER JOIN analysis.factor AS factor ON here.factor_id = factor.factor_id AND here.period_end = factor.period_end
INNER JOIN analysis.factor_level AS chosen
  ON here.factor_id = chosen.factor_id AND here.period_end = chosen.period_end AND chosen.is_default
WHERE
  here.code = :code
  AND here.period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY factor.position
