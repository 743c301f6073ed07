-- How many connections the server has for roles that are no superuser.
SELECT current_setting('max_connections')::INTEGER - current_setting('superuser_reserved_connections')::INTEGER AS connections
