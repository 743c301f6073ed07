-- Deliveries behind the LSOAs of 2021 of the region: outlines, residents and postcodes. One row a delivery.
-- Inputs: place.area, place.population, place.postcode.
SELECT delivery_id FROM place.area
WHERE geography = 'lsoa' AND edition = '2021' AND delivery_id IS NOT NULL
UNION
SELECT delivery_id FROM place.population
WHERE geography = 'lsoa' AND edition = '2021' AND measure = 'residents' AND delivery_id IS NOT NULL
UNION
SELECT delivery_id FROM place.postcode
WHERE delivery_id IS NOT NULL AND lsoa21_code IS NOT NULL
ORDER BY delivery_id
