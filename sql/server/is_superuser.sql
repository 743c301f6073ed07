-- Whether the account that logged in is a superuser of the server.
SELECT rolsuper
FROM pg_roles
WHERE rolname = current_user
