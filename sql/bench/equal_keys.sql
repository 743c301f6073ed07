-- The keys, indexes and foreign keys of what a load leaves, once the rows are in: the quickest way to have them. For core.db.run_script.
ALTER TABLE bench.location ADD PRIMARY KEY (location_id);
ALTER TABLE bench.location ADD UNIQUE (lon, lat);
ALTER TABLE bench.location_place ADD PRIMARY KEY (location_id);
ALTER TABLE bench.location_place ADD FOREIGN KEY (location_id) REFERENCES bench.location (location_id) ON DELETE CASCADE;
CREATE INDEX ON bench.location_place (lad22_code);
ALTER TABLE bench.count_month ADD PRIMARY KEY (geography, edition, code, category, month);
