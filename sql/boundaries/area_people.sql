-- People of a set of LSOAs of one edition, by reference and measure; only where every one of them has a figure. One row a measure.
-- Inputs: place.population. Parameters: edition, codes.
SELECT
  reference,
  measure,
  sum(people) AS people
FROM place.population
WHERE
  geography = 'lsoa'
  AND edition = :edition
  AND code = any(:codes)
  -- bands for standardised rates, which no list of facts needs beside the wider ones
  AND measure NOT LIKE 'five\_years\_%'
GROUP BY reference, measure
HAVING count(*) = cardinality(cast(:codes AS TEXT[]))
ORDER BY reference, measure
