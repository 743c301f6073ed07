-- Which feeds each part of the analysis read when it last ran, and of which the release that is current is made. Only for a steward.
SELECT
  stage,
  feed
FROM steward.inputs()
