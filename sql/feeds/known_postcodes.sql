-- Every postcode that is held.
SELECT postcode
FROM place.postcode;
