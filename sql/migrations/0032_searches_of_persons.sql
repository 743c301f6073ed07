-- Who was searched, as the force noted it: searches of persons by age, by sex and by whether more than outer clothing was removed.

-- One row a district x month x field x value: searches of persons (a search of a vehicle alone has no person). A field is age, sex or
-- clothing; value is the publisher's word, yes or no for clothing, and 'Not stated' where the force left the field empty. One field at a
-- time: of two together a month of a district often has one search. found, found_known: as in analysis.stop_count.
CREATE TABLE analysis.stop_person_count (
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('age', 'sex', 'clothing')),
  value TEXT NOT NULL,
  stops INTEGER NOT NULL CHECK (stops > 0),
  found INTEGER NOT NULL CHECK (found >= 0),
  found_known INTEGER NOT NULL CHECK (found_known BETWEEN found AND stops),
  PRIMARY KEY (lad_code, month, field, value)
);
