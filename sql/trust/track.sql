-- How a map did on the months foretold: hit rates of the map and of the naive one, and the standing. One row a coverage.
-- Inputs: analysis.track_standing, analysis.track_record. Parameters: grid, measure, group_id.
SELECT
  standing.coverage,
  standing.standing,
  standing.months,
  standing.gain,
  standing.gain_lower,
  standing.gain_upper,
  standing.first_month,
  standing.last_month,
  avg(record.hit_rate) FILTER (WHERE record.rule = 'gi_star') AS map_hit_rate,
  avg(record.hit_rate) FILTER (WHERE record.rule = 'naive') AS naive_hit_rate,
  min(record.earlier_months) AS fewest_earlier,
  max(record.earlier_months) AS most_earlier
FROM analysis.track_standing AS standing
INNER JOIN analysis.track_record AS record
  ON
    standing.run_id = record.run_id AND standing.grid = record.grid AND standing.measure = record.measure
    AND standing.group_id = record.group_id AND standing.coverage = record.coverage
WHERE standing.grid = :grid AND standing.measure = :measure AND standing.group_id = :group_id
GROUP BY
  standing.coverage, standing.standing, standing.months, standing.gain, standing.gain_lower, standing.gain_upper, standing.first_month,
  standing.last_month
ORDER BY standing.coverage;
