-- One row a month that incidents were written to, with a mark that is another after each write; '-infinity' is of writes that may have
-- been to any month. Two loads at once: both the number of writes and the last of them are in the mark, so that none is overlooked that was
-- committed later. Inputs: record.written.
SELECT
  cast(month AS TEXT) AS month,
  concat_ws(' ', count(*), max(written_id)) AS mark
FROM record.written
WHERE what = 'incident'
GROUP BY month
ORDER BY month;
