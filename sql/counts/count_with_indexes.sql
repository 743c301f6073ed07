-- After count_month is filled: its key, which also refuses a place x category x month that was counted twice.
SELECT analysis.count_month_indexes(TRUE);
