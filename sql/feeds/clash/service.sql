-- Services on their way in that another delivery holds otherwise: lost, where that one stays; taken, where it gives way.
-- One row. other: the file of one of those deliveries.
SELECT
  count(*) FILTER (WHERE (d.feed, d.slot) <= (:feed, :slot)) AS lost,
  count(*) FILTER (WHERE (d.feed, d.slot) > (:feed, :slot)) AS taken,
  min(d.file_name) AS other
FROM feeds_service AS s
INNER JOIN record.service AS h
  ON
    s.kind = h.kind
    AND s.service_id = h.service_id
INNER JOIN raw.delivery AS d ON h.delivery_id = d.delivery_id
WHERE (s.name, s.postcode, s.status) IS DISTINCT FROM (h.name, h.postcode, h.status);
