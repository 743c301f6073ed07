-- How many questions have waited for a moderator for more than some days, of the whole region: a count that everyone may read, so that a
-- desk that nobody opens shows. Nothing of any question.
CREATE OR REPLACE FUNCTION asked.overdue(p_days INTEGER) RETURNS INTEGER
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::INTEGER FROM asked.question AS q
  WHERE q.state = 'waiting' AND q.received_on < (now() AT TIME ZONE 'UTC')::DATE - p_days
$$;
