-- One row an object of search, most frequent first: searches, those whose link to the object is known, those that found it.
-- Inputs: analysis.stop_count. Parameters: district ('' = the whole region).
SELECT
  object_of_search,
  sum(stops) AS stops,
  sum(found) AS found,
  sum(found_known) AS found_known
FROM analysis.stop_count
WHERE
  (:district = '' AND geography = 'all')
  OR (geography = 'lad' AND code = :district)
GROUP BY object_of_search
ORDER BY stops DESC, object_of_search ASC
