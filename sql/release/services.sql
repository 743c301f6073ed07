-- Services that are open and public, with where they are (their own coordinates, else their postcode's). One row a service.
-- What a partner's restricted or personal feed lists is in no release.
-- Inputs: record.service, raw.delivery, place.postcode, published.place. Parameters: release_id.
WITH
located AS (
  SELECT
    s.kind,
    s.service_id,
    s.name,
    s.postcode,
    s.lsoa21_code,
    st_transform(
      st_setsrid(st_makepoint(coalesce(s.easting, p.easting), coalesce(s.northing, p.northing)), 27700), 4326
    ) AS point
  FROM record.service AS s
  INNER JOIN raw.delivery AS d ON s.delivery_id = d.delivery_id
  LEFT JOIN place.postcode AS p ON upper(replace(s.postcode, ' ', '')) = p.postcode
  WHERE s.status = 'open' AND coalesce(d.notes ->> 'sensitivity', 'open') = 'open'
)

INSERT INTO published.service (release_id, kind, service_id, name, postcode, lsoa21_code, lon, lat)
SELECT
  :release_id AS release_id,
  l.kind,
  l.service_id,
  l.name,
  l.postcode,
  l.lsoa21_code,
  st_x(l.point) AS lon,
  st_y(l.point) AS lat
FROM located AS l
INNER JOIN published.place AS a
  ON
    l.lsoa21_code = a.place_code
    AND a.release_id = :release_id
    AND a.geography = 'lsoa'
    AND a.edition = '2021'
