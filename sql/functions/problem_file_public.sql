-- Problem files that two people agreed to show, each as it stood when it was proposed: one row a file. Figures are not in what was agreed
-- to: that of scanning is read from its release, and neither it nor a result stands once a release that it goes by was withdrawn. A
-- barrier: no condition of a reader is tried on a file that is not shown.
CREATE OR REPLACE VIEW published.problem_file WITH (security_barrier = TRUE) AS
WITH shown AS (
  SELECT DISTINCT ON (p.file_id)
    p.file_id,
    p.proposal_id,
    p.kind,
    p.content,
    (v.given_at AT TIME ZONE 'UTC')::DATE AS shown_on
  FROM problem.proposal AS p
  INNER JOIN problem.verdict AS v ON p.proposal_id = v.proposal_id
  WHERE v.verdict = 'agreed'
  ORDER BY p.file_id ASC, p.proposal_id DESC
)

SELECT
  shown.file_id,
  -- the proposal that two people agreed to
  shown.proposal_id AS edition,
  shown.content ->> 'title' AS title,
  shown.content ->> 'geography' AS geography,
  shown.content ->> 'place_code' AS place_code,
  shown.content ->> 'lad_code' AS lad_code,
  shown.content ->> 'group_id' AS group_id,
  shown.content ->> 'kind' AS kind,
  shown.content ->> 'owner' AS owner,
  shown.content ->> 'panel' AS panel,
  (shown.content ->> 'opened_on')::DATE AS opened_on,
  shown.content -> 'steps' AS steps,
  shown.content -> 'plan' AS plan,
  shown.content -> 'response' AS response,
  shown.content -> 'commitments' AS commitments,
  CASE
    WHEN
      NOT EXISTS (
        SELECT
        FROM published.release AS r
        WHERE
          r.status = 'withdrawn'
          AND r.release_id IN (
            (shown.content -> 'result' ->> 'before_release')::BIGINT, (shown.content -> 'result' ->> 'after_release')::BIGINT
          )
      )
      THEN nullif(shown.content -> 'result', 'null')
  END AS result,
  shown.shown_on,
  scan.release_id AS scan_release,
  scan.period_start AS scan_start,
  scan.period_end AS scan_end,
  scan.count AS scan_count,
  scan.symbol AS scan_symbol,
  scan.lowest AS scan_lowest,
  scan.highest AS scan_highest
FROM shown
LEFT JOIN LATERAL (
  SELECT
    cell.release_id,
    cell.period_start,
    cell.period_end,
    cell.count,
    cell.symbol,
    cell.lowest,
    cell.highest
  FROM published.value AS cell
  INNER JOIN published.release AS r ON cell.release_id = r.release_id
  WHERE
    r.status <> 'withdrawn'
    AND cell.release_id = (shown.content ->> 'scan_release')::BIGINT
    AND cell.geography = shown.content ->> 'geography'
    AND cell.place_code = shown.content ->> 'place_code'
    AND cell.category = shown.content ->> 'group_id'
  ORDER BY cell.period_end DESC
  LIMIT 1
) AS scan ON TRUE
WHERE shown.kind = 'publish';
