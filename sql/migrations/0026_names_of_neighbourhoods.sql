-- What people call the area around a neighbourhood, beside the statistical name that nobody says.

-- Of an LSOA 2021 the name that people use of the MSOA that it lies in; '' of any other area, and where there is none.
ALTER TABLE place.area ADD COLUMN around TEXT NOT NULL DEFAULT '';
