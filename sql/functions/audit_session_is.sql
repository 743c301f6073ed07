-- Whether the session logged in as a role of ours, or as a login of a force that takes on that role ('homeground group prepare'). For
-- functions that run with their owner's rights and ask who called. Not the setting of the login, which a session may take away; and not the
-- membership of whoever made the role, who may hand it on (PostgreSQL 16 and later).
CREATE OR REPLACE FUNCTION audit.session_is(p_role TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    session_user = p_role
    OR EXISTS (
      SELECT
      FROM pg_auth_members AS m
      INNER JOIN pg_roles AS shared ON m.roleid = shared.oid
      INNER JOIN pg_roles AS login ON m.member = login.oid
      WHERE shared.rolname = p_role AND login.rolname = session_user AND NOT m.admin_option
    )
$$;

REVOKE ALL ON FUNCTION audit.session_is(TEXT) FROM public;
