-- Whether the account that logged in may make and set roles.
SELECT rolsuper OR rolcreaterole AS may
FROM pg_roles
WHERE rolname = current_user
