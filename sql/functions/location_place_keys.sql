-- Lays the keys of place.location_place aside while most of its rows are written, or makes them again. Runs as the owner, because the
-- pipeline owns no table. The server looks up the location of each row that it takes in under a foreign key, one by one; built
-- afterwards, the key is checked for all rows by one join, and refuses the same.
CREATE OR REPLACE FUNCTION place.location_place_keys(p_wanted BOOLEAN) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  ALTER TABLE place.location_place DROP CONSTRAINT IF EXISTS location_place_location_id_fkey;
  ALTER TABLE place.location_place DROP CONSTRAINT IF EXISTS location_place_pkey;
  DROP INDEX IF EXISTS place.location_place_by_lad;
  IF p_wanted THEN
    ALTER TABLE place.location_place ADD CONSTRAINT location_place_pkey PRIMARY KEY (location_id);
    ALTER TABLE place.location_place ADD CONSTRAINT location_place_location_id_fkey
    FOREIGN KEY (location_id) REFERENCES record.location (location_id) ON DELETE CASCADE;
    CREATE INDEX location_place_by_lad ON place.location_place (lad22_code);
  END IF;
END
$$;
