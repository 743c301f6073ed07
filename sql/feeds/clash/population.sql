-- Counts of people on their way in that another delivery holds otherwise: lost, where that one stays; taken, where it gives way.
-- One row. other: the file of one of those deliveries.
SELECT
  count(*) FILTER (WHERE (d.feed, d.slot) <= (:feed, :slot)) AS lost,
  count(*) FILTER (WHERE (d.feed, d.slot) > (:feed, :slot)) AS taken,
  min(d.file_name) AS other
FROM feeds_population AS s
INNER JOIN place.population AS h
  ON
    s.geography = h.geography
    AND s.edition = h.edition
    AND s.code = h.code
    AND s.measure = h.measure
    AND s.reference = h.reference
INNER JOIN raw.delivery AS d ON h.delivery_id = d.delivery_id
WHERE s.people IS DISTINCT FROM h.people;
