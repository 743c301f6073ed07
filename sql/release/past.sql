-- Every release there ever was, withdrawn ones included, in order of publication: one row a release.
-- layout and figures_stand_for: what a later release needs to be attacked together; NULL in releases from before there was a ledger.
-- Inputs: published.release.
SELECT
  release_id,
  period_start,
  period_end,
  months_loaded,
  certificate -> 'layout' AS layout,
  certificate -> 'figures_stand_for' AS figures_stand_for
FROM published.release
ORDER BY release_id
