-- The land of neighbourhoods (LSOA 2021) as one outline to 10 m, EPSG:27700. One row. Parameters: codes. Inputs: place.area.
SELECT st_astext(st_multi(st_simplifypreservetopology(st_union(geom), 10))) AS drawn
FROM place.area
WHERE geography = 'lsoa' AND edition = '2021' AND code = any(cast(:codes AS TEXT[]));
