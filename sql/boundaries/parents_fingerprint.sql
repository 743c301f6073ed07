-- One value: a hash of the region and of every parent that a placed point is given, in no order.
-- Inputs: place.area_parent, place.region.
SELECT
  concat_ws(
    ' ',
    (SELECT max(force_code) FROM place.region),
    count(*),
    sum(
      cast(
        hashtextextended(
          concat_ws(' ', child_geography, child_edition, child_code, parent_geography, parent_edition, parent_code), 0
        ) AS NUMERIC
      )
    )
  ) AS fingerprint
FROM place.area_parent
WHERE parent_geography IN ('msoa', 'lad', 'force')
