-- Keeps a dashboard of the person of this transaction; an empty result says that they have one of that name. Grain: one row. Parameters:
-- code, person, name, and side by side measures, places, districts.
INSERT INTO person.dashboard (code, person, name, measures, places, districts)
VALUES (:code, :person, :name, :measures, :places, :districts)
ON CONFLICT (person, name) DO NOTHING
RETURNING code;
