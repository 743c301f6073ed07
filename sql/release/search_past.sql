-- Every release that ever had figures of searches, withdrawn ones included, in order of publication: one row a release.
-- shown: whether readers may see it. layout, figures_stand_for: as in release/past. Inputs: published.search_release, published.release.
SELECT
  s.release_id,
  s.period_start,
  s.period_end,
  s.months_loaded,
  s.certificate -> 'layout' AS layout,
  s.certificate -> 'figures_stand_for' AS figures_stand_for,
  r.status <> 'withdrawn' AS shown
FROM published.search_release AS s
INNER JOIN published.release AS r ON s.release_id = r.release_id
ORDER BY s.release_id
