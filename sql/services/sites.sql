-- One row a further site of a kind of service, in each plan. Inputs: analysis.service_site, place.area. Parameters: kind.
SELECT
  site.kind,
  site.need,
  site.need_label,
  site.plan,
  site.further_sites,
  site.position,
  site.code,
  site.lad_code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  district.name AS district,
  site.lon,
  site.lat,
  site.people_alone,
  site.people_plan,
  site.people_beyond,
  site.method
FROM analysis.service_site AS site
INNER JOIN place.area AS area ON area.geography = 'lsoa' AND area.edition = '2021' AND site.code = area.code
LEFT JOIN place.area AS district ON district.geography = 'lad' AND district.edition = '2022' AND site.lad_code = district.code
WHERE site.kind = :kind
ORDER BY site.need, site.plan, site.further_sites, site.position
