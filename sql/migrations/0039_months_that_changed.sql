-- What was written since a stage last looked, so that a new month is made ready without reading the months before it anew.

-- One row a statement that changed rows of a table, and month of those rows; -infinity where the statement did not say which months.
-- Added by triggers (sql/functions/record_note_written.sql); never changed, so that two loads at once do not wait for each other.
CREATE TABLE record.written (
  written_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what TEXT NOT NULL,
  month DATE NOT NULL
);

-- One row a month of incidents, as the crime stage left it: the mark of what was written to it until then (feeds.loading.one_crime).
CREATE TABLE record.compared_month (
  month DATE PRIMARY KEY,
  mark TEXT NOT NULL
);

-- One row a month of incidents that stands in analysis.count_month; -infinity stands for partners' events.
-- mark: what was written to it until it was counted. basis: what all counts rest on beside the incidents. deliveries, categories: those
-- that its incidents are of (analytics.counts.changed).
CREATE TABLE record.counted_month (
  month DATE PRIMARY KEY,
  mark TEXT NOT NULL,
  basis TEXT NOT NULL,
  deliveries JSONB NOT NULL,
  categories JSONB NOT NULL
);
