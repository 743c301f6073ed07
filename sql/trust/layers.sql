-- How every map that foretells a month did beside the counts of the months before. One row a geography x edition x group x map x share of
-- the area; layer: 'foretold' (where next) or the measure of a map of hot spots. hit_rate, pai, pei: of the map; counts_*: of the counts of
-- the same months. Laid grids, which are no map that is shown, are left out. Region-wide figures.
-- Inputs: analysis.foretold_standing, analysis.track_standing, analysis.track_record, analysis.category_group.
-- Parameters: group_id ('' for all).
WITH
tested AS (
  SELECT
    standing.geography,
    standing.edition,
    standing.group_id,
    'foretold' AS layer,
    standing.coverage,
    standing.standing,
    standing.months,
    standing.first_month,
    standing.last_month,
    standing.hit_rate,
    standing.counts_hit_rate,
    standing.gain,
    standing.gain_lower,
    standing.gain_upper,
    standing.pai,
    standing.counts_pai,
    standing.pei,
    standing.counts_pei
  FROM analysis.foretold_standing AS standing
  UNION ALL
  SELECT
    split_part(standing.grid, ' ', 1) AS geography,
    substr(standing.grid, strpos(standing.grid, ' ') + 1) AS edition,
    standing.group_id,
    standing.measure AS layer,
    standing.coverage,
    min(standing.standing) AS standing,
    min(standing.months) AS months,
    min(standing.first_month) AS first_month,
    max(standing.last_month) AS last_month,
    avg(record.hit_rate) FILTER (WHERE record.rule = 'gi_star') AS hit_rate,
    avg(record.hit_rate) FILTER (WHERE record.rule = 'naive') AS counts_hit_rate,
    min(standing.gain) AS gain,
    min(standing.gain_lower) AS gain_lower,
    min(standing.gain_upper) AS gain_upper,
    avg(record.pai) FILTER (WHERE record.rule = 'gi_star') AS pai,
    avg(record.pai) FILTER (WHERE record.rule = 'naive') AS counts_pai,
    avg(record.pei) FILTER (WHERE record.rule = 'gi_star') AS pei,
    avg(record.pei) FILTER (WHERE record.rule = 'naive') AS counts_pei
  FROM analysis.track_standing AS standing
  INNER JOIN analysis.track_record AS record
    ON
      standing.run_id = record.run_id AND standing.grid = record.grid AND standing.measure = record.measure
      AND standing.group_id = record.group_id AND standing.coverage = record.coverage
  WHERE standing.grid NOT LIKE 'hexagon % km2'
  GROUP BY standing.grid, standing.group_id, standing.measure, standing.coverage
)

SELECT tested.*
FROM tested
INNER JOIN analysis.category_group AS cg ON tested.group_id = cg.group_id
WHERE
  (:group_id = '' OR tested.group_id = :group_id)
  AND tested.hit_rate IS NOT NULL AND tested.counts_hit_rate IS NOT NULL
ORDER BY tested.geography, tested.edition, cg.position, tested.layer, tested.coverage;
