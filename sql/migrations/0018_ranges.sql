-- A withheld figure has a range. Anybody can work it out from the printed figures, so it says nothing new; it spares a reader the solver.

-- The least count that the figures of its release leave possible; NULL for a figure that is shown, and in releases from before.
ALTER TABLE published.value ADD COLUMN lowest INTEGER CHECK (lowest >= 0);
-- The largest count that the figures of its release leave possible; NULL for a figure that is shown, and in releases from before.
ALTER TABLE published.value ADD COLUMN highest INTEGER CHECK (highest >= 0);

ALTER TABLE published.value ADD CONSTRAINT range_of_what_is_withheld
CHECK (count IS NULL OR (lowest IS NULL AND highest IS NULL));
ALTER TABLE published.value ADD CONSTRAINT lowest_first CHECK (lowest <= highest);
