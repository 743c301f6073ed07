-- Says of which months the next statement on record.incident of this transaction is (record.note_written). Parameter: months, with commas.
SELECT set_config('homeground.months_written', :months, TRUE);
