-- Names of the police force areas that a lookup gave. One row an area. Inputs: place.area.
SELECT name
FROM place.area
WHERE geography = 'force'
ORDER BY name
