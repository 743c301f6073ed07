-- Keeps a patch of the person of this transaction; an empty result says that they have one of that name. Grain: one row. Parameters: code,
-- person, name, source, districts, members, drawn (well-known text of a MultiPolygon, EPSG:27700).
INSERT INTO person.patch (code, person, name, source, districts, members, geom)
VALUES (:code, :person, :name, :source, :districts, :members, st_geomfromtext(:drawn, 27700))
ON CONFLICT (person, name) DO NOTHING
RETURNING code;
