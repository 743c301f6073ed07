-- Notes that a migration was applied.
INSERT INTO homeground_migration (number, name, checksum)
VALUES (:number, :name, :checksum)
