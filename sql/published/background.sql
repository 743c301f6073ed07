-- The background of maps that is shown now: one row, or none where no file of it was loaded.
SELECT
  mark,
  attribution,
  least_zoom,
  most_zoom,
  west,
  south,
  east,
  north
FROM published.background;
