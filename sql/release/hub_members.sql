-- How many forces supplied a release: 0 outside of a hub. Inputs: published.supplier. Parameter: release_id.
SELECT count(*) AS forces
FROM published.supplier
WHERE release_id = :release_id
