-- Places of a release: one row a place that has a published cell, with name, parents, residents, deprivation and outline.
-- Residents are those of the census (usual residents, LSOA 2021) and sums of them; deprivation is the decile of the LSOA.
-- Outlines: WGS84; the larger an area, the more it is simplified (metres), so that a map of the whole region stays light.
-- Inputs: published.value, place.area, place.area_parent, place.population, record.indicator. Parameters: release_id.
WITH
shown AS (
  SELECT DISTINCT
    geography,
    edition,
    place_code
  FROM published.value
  WHERE release_id = :release_id
),

lsoa AS (
  SELECT
    s.place_code AS code,
    m.parent_code AS msoa,
    d.parent_code AS lad,
    w.people AS residents
  FROM shown AS s
  LEFT JOIN place.area_parent AS m
    ON
      s.place_code = m.child_code
      AND m.child_geography = 'lsoa'
      AND m.child_edition = '2021'
      AND m.parent_geography = 'msoa'
      AND m.parent_edition = '2021'
  LEFT JOIN place.area_parent AS d
    ON
      s.place_code = d.child_code
      AND d.child_geography = 'lsoa'
      AND d.child_edition = '2021'
      AND d.parent_geography = 'lad'
      AND d.parent_edition = '2022'
  LEFT JOIN place.population AS w
    ON
      s.place_code = w.code
      AND w.geography = 'lsoa'
      AND w.edition = '2021'
      AND w.measure = 'residents'
      AND w.reference = 'census2021'
  WHERE s.geography = 'lsoa' AND s.edition = '2021'
),

part AS (
  SELECT
    'lsoa' AS geography,
    code,
    msoa AS parent_msoa,
    lad AS parent_lad,
    residents
  FROM lsoa
  UNION ALL
  SELECT
    'msoa' AS geography,
    msoa AS code,
    NULL AS parent_msoa,
    min(lad) AS parent_lad,
    CASE WHEN bool_and(residents IS NOT NULL) THEN sum(residents) END AS residents
  FROM lsoa
  GROUP BY msoa
  UNION ALL
  SELECT
    'lad' AS geography,
    lad AS code,
    NULL AS parent_msoa,
    NULL AS parent_lad,
    CASE WHEN bool_and(residents IS NOT NULL) THEN sum(residents) END AS residents
  FROM lsoa
  GROUP BY lad
  UNION ALL
  SELECT
    'all' AS geography,
    r.force_code AS code,
    NULL AS parent_msoa,
    NULL AS parent_lad,
    CASE WHEN bool_and(l.residents IS NOT NULL) THEN sum(l.residents) END AS residents
  FROM lsoa AS l
  CROSS JOIN place.region AS r
  GROUP BY r.force_code
)

INSERT INTO published.place (
  release_id, geography, edition, place_code, name, local_name, parent_msoa, parent_lad, residents, residents_reference,
  deprivation_decile, deprivation_reference, geom
)
SELECT
  :release_id AS release_id,
  s.geography,
  s.edition,
  s.place_code,
  coalesce(a.name, r.name, s.place_code) AS name,
  coalesce(a.local_name, '') AS local_name,
  p.parent_msoa,
  p.parent_lad,
  cast(round(p.residents) AS INTEGER) AS residents,
  CASE WHEN p.residents IS NOT NULL THEN 'census2021' END AS residents_reference,
  cast(i.value AS SMALLINT) AS deprivation_decile,
  CASE WHEN i.value IS NOT NULL THEN 'imd2025' END AS deprivation_reference,
  st_multi(
    st_transform(
      st_simplifypreservetopology(
        a.geom, CASE s.geography WHEN 'lsoa' THEN 2.0 WHEN 'msoa' THEN 5.0 WHEN 'lad' THEN 20.0 ELSE 50.0 END
      ),
      4326
    )
  ) AS geom
FROM shown AS s
LEFT JOIN part AS p ON s.geography = p.geography AND s.place_code = p.code
LEFT JOIN place.area AS a ON s.geography = a.geography AND s.edition = a.edition AND s.place_code = a.code
LEFT JOIN place.region AS r ON s.geography = 'all' AND s.place_code = r.force_code
LEFT JOIN record.indicator AS i
  ON
    s.geography = i.geography
    AND s.edition = i.edition
    AND s.place_code = i.code
    AND i.indicator = 'imd2025_decile'
    AND i.period = '2025'
