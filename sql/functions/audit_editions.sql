-- The editions of a place's brief that somebody made in the portal, each release's newest: reference, release and day, never who. To
-- somebody who may see the district that the place lies in; nothing to anybody else.
CREATE OR REPLACE FUNCTION audit.editions_of(p_place TEXT) RETURNS TABLE (reference TEXT, release_id BIGINT, made_on DATE)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON ((e.detail ->> 'release')::BIGINT)
    e.detail ->> 'reference' AS reference,
    (e.detail ->> 'release')::BIGINT AS release_id,
    (e.at AT TIME ZONE 'UTC')::DATE AS made_on
  FROM audit.event AS e
  WHERE
    e.subject = 'place_brief'
    AND e.detail ->> 'place' = p_place
    AND e.detail ? 'reference'
    AND e.detail ->> 'release' ~ '^[0-9]{1,9}$'
    AND EXISTS (
      SELECT
      FROM published.place AS p
      WHERE p.place_code = p_place AND analysis.area_visible(coalesce(p.parent_lad, p.place_code))
    )
  ORDER BY (e.detail ->> 'release')::BIGINT DESC, e.event_id DESC
$$;
