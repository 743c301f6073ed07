-- Asks the worker for copies of a dashboard, in the name and with the districts of the person of this transaction. One row: its number.
-- Parameters: person, name, code, every ('week' or 'month'), format, address ('' for the folder alone), role, districts.
INSERT INTO person.dashboard_copy (person, name, code, every, format, address, role, districts)
VALUES (:person, :name, :code, :every, :format, :address, :role, :districts)
RETURNING copy_id;
