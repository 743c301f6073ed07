-- One row a migration that this database has.
SELECT
  number,
  checksum
FROM homeground_migration
