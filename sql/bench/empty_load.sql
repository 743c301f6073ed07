-- Takes out what a load of police files stored, their rejected rows with the deliveries; incidents are gone already.
-- For core.db.run_script.
DELETE FROM raw.delivery
WHERE feed LIKE 'police%';
DELETE FROM place.location_place;
DELETE FROM record.location;
