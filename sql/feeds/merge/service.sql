-- Puts services in place. One row a service.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO record.service AS held (service_id, kind, name, postcode, status, easting, northing, delivery_id)
SELECT
  service_id,
  kind,
  name,
  postcode,
  status,
  easting,
  northing,
  delivery_id
FROM feeds_service
ON CONFLICT (kind, service_id) DO UPDATE SET
  name = excluded.name,
  postcode = excluded.postcode,
  status = excluded.status,
  easting = excluded.easting,
  northing = excluded.northing,
  delivery_id = excluded.delivery_id
WHERE
held.delivery_id IS NULL
OR held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
