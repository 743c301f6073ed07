-- A source says which months of its span were never delivered.

-- Months from the first to the last of the source of which no delivery holds anything; NULL where the release was published before this was
-- noted.
ALTER TABLE published.source ADD COLUMN months_missing DATE[];
