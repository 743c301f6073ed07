-- Where next, of a district, a patch or the whole region: the places that expect most of each group. One row a group x place.
-- Inputs: analysis.foretold, place.area, place.patch, place.patch_area.
-- Parameters: geography, edition, group_id ('' for all), district, patch ('' for none), most.
WITH
wanted AS (
  SELECT
    foretold.*,
    coalesce(place.shown_name(area.name, area.local_name, area.around), foretold.code) AS name,
    row_number() OVER (PARTITION BY foretold.group_id ORDER BY foretold.position, foretold.code) AS here
  FROM analysis.foretold AS foretold
  LEFT JOIN place.area AS area
    ON foretold.geography = area.geography AND foretold.edition = area.edition AND foretold.code = area.code
  WHERE
    foretold.geography = :geography
    AND foretold.edition = :edition
    AND (:group_id = '' OR foretold.group_id = :group_id)
    AND (:district = '' OR foretold.lad_code = :district)
    AND (
      :patch = '' OR EXISTS (
        SELECT 1
        FROM place.patch
        INNER JOIN place.patch_area AS member ON patch.patch_id = member.patch_id
        WHERE
          patch.name = :patch AND member.member AND member.geography = foretold.geography
          AND member.edition = foretold.edition AND member.code = foretold.code
      )
    )
)

SELECT
  group_id,
  target_month,
  rule,
  code,
  name,
  expected,
  low,
  high,
  last_month,
  usual,
  usual_months,
  position
FROM wanted
WHERE here <= :most
ORDER BY group_id, here
