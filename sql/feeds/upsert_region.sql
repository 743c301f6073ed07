-- The one region of this installation; untouched where it stands as it should.
INSERT INTO place.region AS held (region_id, name, force_code, force_name, synthetic)
VALUES (1, :name, :force_code, :force_name, :synthetic)
ON CONFLICT (region_id) DO UPDATE SET
  name = excluded.name,
  force_code = excluded.force_code,
  force_name = excluded.force_name,
  synthetic = excluded.synthetic
WHERE
(held.name, held.force_code, held.force_name, held.synthetic)
<> (excluded.name, excluded.force_code, excluded.force_name, excluded.synthetic);
