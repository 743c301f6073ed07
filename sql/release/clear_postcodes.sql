-- Empties the published postcode list before it is filled anew: postcodes belong to no release.
DELETE FROM published.postcode
