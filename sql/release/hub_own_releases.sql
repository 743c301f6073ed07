-- How many releases of one force this database holds; a hub has none. Inputs: published.release, published.supplier.
SELECT count(*) AS releases
FROM published.release AS r
LEFT JOIN published.supplier AS s ON r.release_id = s.release_id
WHERE s.code IS NULL
