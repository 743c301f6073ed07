-- One row: how many locations there are. Inputs: record.location.
SELECT count(*) AS locations FROM record.location
