-- After most places were written: the keys of place.location_place, which also refuse a place of no location.
SELECT place.location_place_keys(TRUE);
