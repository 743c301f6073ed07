-- Before most places are written, in the transaction that writes them: nobody sees place.location_place without its keys.
SELECT place.location_place_keys(FALSE);
