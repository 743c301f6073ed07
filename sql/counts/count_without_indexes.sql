-- Before count_month is filled anew, in the transaction that fills it: nobody sees it without its key.
SELECT analysis.count_month_indexes(FALSE);
