-- What tells that any page of the public portal may have changed: the releases with their state, as one text. Input: published.release.
SELECT coalesce(string_agg(concat_ws(':', release_id, status, published_at), ',' ORDER BY release_id), '') AS stamp
FROM published.release;
