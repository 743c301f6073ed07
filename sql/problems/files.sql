-- Problem files of the person's districts, the newest first: one row a file, with where it stands. Inputs: problem.file, problem.plan,
-- problem.response, problem.result, problem.proposal, problem.verdict, analysis.category_group, place.area.
SELECT
  f.file_id,
  f.title,
  f.geography,
  f.place_code,
  f.lad_code,
  f.group_id,
  f.owner,
  f.panel,
  f.opened_by,
  (f.opened_at AT TIME ZONE 'UTC')::DATE AS opened_on,
  coalesce(g.label, f.group_id) AS kind,
  coalesce(a.name, f.place_code) AS place_name,
  (
    SELECT max(p.starts)
    FROM problem.plan AS p
    WHERE p.file_id = f.file_id
  ) AS planned,
  (
    SELECT r.starts_on
    FROM problem.response AS r
    WHERE r.file_id = f.file_id
  ) AS starts_on,
  (
    SELECT count(*)
    FROM problem.result AS r
    WHERE r.file_id = f.file_id
  ) AS results,
  (
    SELECT min(p.proposed_by)
    FROM problem.proposal AS p
    LEFT JOIN problem.verdict AS v ON p.proposal_id = v.proposal_id
    WHERE p.file_id = f.file_id AND v.proposal_id IS NULL
  ) AS waits_of
FROM problem.file AS f
LEFT JOIN analysis.category_group AS g ON f.group_id = g.group_id
LEFT JOIN place.area AS a ON f.geography = a.geography AND a.edition = '2021' AND f.place_code = a.code
ORDER BY f.file_id DESC
