-- The dashboard of a colleague that a code names, or one's own, to somebody who sees any district at all: the tiles of places of which they
-- may see every district, in their order, and how many were left out. Whose it is does not come with it. At most one row.
CREATE OR REPLACE FUNCTION person.shared_dashboard(v_code TEXT)
RETURNS TABLE (code TEXT, name TEXT, own BOOLEAN, measures TEXT[], places TEXT[], left_out INTEGER)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    held.code,
    held.name,
    held.person = nullif(current_setting('homeground.person', TRUE), ''),
    coalesce(open.measures, '{}'),
    coalesce(open.places, '{}'),
    cast(cardinality(held.measures) - coalesce(cardinality(open.measures), 0) AS INTEGER)
  FROM person.dashboard AS held
  CROSS JOIN LATERAL (
    SELECT
      array_agg(tile.measure ORDER BY tile.position) AS measures,
      array_agg(tile.place ORDER BY tile.position) AS places
    FROM unnest(held.measures, held.places, held.districts) WITH ORDINALITY AS tile (measure, place, districts, position)
    WHERE
      tile.place = 'all'
      OR (
        tile.districts <> ''
        AND NOT EXISTS (SELECT 1 FROM unnest(string_to_array(tile.districts, ',')) AS d (code) WHERE NOT analysis.area_visible(d.code))
      )
  ) AS open
  WHERE held.code = v_code AND analysis.any_area_visible()
$$;
