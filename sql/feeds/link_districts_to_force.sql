-- Districts of 2022 and the police force area each lies in. One row a district whose successors of 2024 all lie in one force area
-- (exact fit); a district cut between two gets none. Inputs: place.edition_change 2022 to 2024, place.area_parent of 2024.
INSERT INTO place.area_parent AS held (
  child_geography, child_edition, child_code, parent_geography, parent_edition, parent_code, delivery_id
)
SELECT
  'lad' AS child_geography,
  '2022' AS child_edition,
  c.from_code AS child_code,
  'force' AS parent_geography,
  '2020' AS parent_edition,
  min(p.parent_code) AS parent_code,
  min(p.delivery_id) AS delivery_id
FROM place.edition_change AS c
INNER JOIN place.area_parent AS p
  ON
    c.to_code = p.child_code
    AND p.child_geography = 'lad'
    AND p.child_edition = '2024'
    AND p.parent_geography = 'force'
    AND p.parent_edition = '2020'
WHERE
  c.geography = 'lad'
  AND c.from_edition = '2022'
  AND c.to_edition = '2024'
GROUP BY c.from_code
HAVING count(DISTINCT p.parent_code) = 1
ON CONFLICT (child_geography, child_edition, child_code, parent_geography, parent_edition) DO UPDATE SET
  parent_code = excluded.parent_code,
  delivery_id = excluded.delivery_id
WHERE held.parent_code <> excluded.parent_code OR held.delivery_id IS DISTINCT FROM excluded.delivery_id;
