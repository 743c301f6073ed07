-- Notes that a migration was applied, or with what text functions and grants (number 0) were made.
INSERT INTO homeground_migration (number, name, checksum)
VALUES (:number, :name, :checksum)
ON CONFLICT (number) DO UPDATE SET checksum = excluded.checksum, applied_at = now()
