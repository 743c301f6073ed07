-- Districts and the region by the names that a sentence says: 'City of Bristol', where lists of the ONS have 'Bristol, City of' to sort it.
-- What is loaded from now on is named so by core.contracts.said_name. A release that was published stays as it was.
UPDATE place.area
SET name = regexp_replace(name, '^(.+), (\w+ of|The)$', '\2 \1')
WHERE geography IN ('lad', 'all') AND name ~ ', (\w+ of|The)$';

UPDATE place.region
SET name = regexp_replace(name, '^(.+), (\w+ of|The)$', '\2 \1')
WHERE name ~ ', (\w+ of|The)$';
