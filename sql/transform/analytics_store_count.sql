-- Counts that were made in tasks go into analysis.count_month with the district that row-level security filters by.
-- Grain: one row a place x category x month. Inputs: analytics_count, place.area_parent, place.h3_cell.
INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents)
SELECT
  n.geography,
  n.edition,
  n.code,
  -- an area's own district; a cell's is that of its centre; the whole region has none
  coalesce(p.parent_code, c.lad_code, n.a_district) AS lad_code,
  n.category,
  n.month,
  n.incidents
FROM analytics_count AS n
LEFT JOIN place.area_parent AS p
  ON
    n.geography = p.child_geography
    AND n.edition = p.child_edition
    AND n.code = p.child_code
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
LEFT JOIN place.h3_cell AS c ON n.cell = c.cell
