-- What tells that any page of the public portal may have changed: the releases with their state, what was answered, and the problem files
-- that are shown with how many of their responses have begun by today, as one text. Inputs: published.release, answered.question,
-- answered.ending, published.problem_file.
SELECT
  concat_ws(
    ';',
    (SELECT string_agg(concat_ws(':', release_id, status, published_at), ',' ORDER BY release_id) FROM published.release),
    (SELECT concat_ws(':', count(*), max(answer_id)) FROM answered.question),
    (SELECT sum(questions) FROM answered.ending),
    (
      SELECT
        concat_ws(
          ':', count(*), max(edition), sum(edition),
          count(*) FILTER (WHERE (response ->> 'starts_on')::DATE <= (now() AT TIME ZONE 'UTC')::DATE)
        )
      FROM published.problem_file
    )
  ) AS stamp;
