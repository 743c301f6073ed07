-- One held delivery with its bytes, for the steward who decides; none where it does not wait. Input: delivery_id.
SELECT
  d.feed,
  d.slot,
  d.file_name,
  d.sha256,
  f.content,
  f.name_groups
FROM raw.delivery AS d
INNER JOIN raw.held_file AS f ON d.delivery_id = f.delivery_id
WHERE
  d.delivery_id = :delivery_id
  AND d.status = 'held'
FOR UPDATE OF d;
