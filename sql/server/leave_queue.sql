-- Back to the schemas as they are set for this role.
SET LOCAL search_path TO DEFAULT
