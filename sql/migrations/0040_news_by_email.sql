-- News of an area by e-mail: who asked for it, and how many asked on a day.

-- One row an address x place that asked for news, until its owner stops it; unless the owner confirms it within seven days, until then. An
-- address may stand here more than once: a second time is told to nobody, and the worker lets it go. Only the worker reads it.
CREATE TABLE asked.alert (
  alert_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- where letters go: the one personal datum that is kept
  address TEXT NOT NULL CHECK (length(address) BETWEEN 6 AND 254 AND address ~ '^[^][[:space:]@<>,;:\\"()]+@[^][[:space:]@<>,;:\\"()]+$'),
  geography TEXT NOT NULL CHECK (geography IN ('lsoa', 'msoa', 'lad', 'force', 'all')),
  place_code TEXT NOT NULL CHECK (length(place_code) BETWEEN 1 AND 20),
  language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'cy')),
  -- in the links of letters: whoever has it can confirm and stop, and see nothing
  token TEXT NOT NULL UNIQUE CHECK (token ~ '^[0-9a-f]{32}$'),
  asked_on DATE NOT NULL,
  -- the day (UTC) of the letter that asks for a confirmation; NULL until it was handed over
  asked_back_on DATE,
  confirmed_on DATE,
  -- what is of the days before it was told; NULL until it is confirmed
  told_until DATE,
  CONSTRAINT told_once_confirmed CHECK ((confirmed_on IS NULL) = (told_until IS NULL))
);
CREATE INDEX alert_address ON asked.alert (lower(address));
CREATE INDEX alert_waiting ON asked.alert (asked_on) WHERE confirmed_on IS NULL;

-- One row a day (UTC) on which somebody asked for news.
CREATE TABLE asked.alert_day (
  day DATE PRIMARY KEY,
  taken INTEGER NOT NULL CHECK (taken >= 1)
);

-- Always empty: what the owner of an address does with the link of a letter is done at once, when it is added here.
CREATE TABLE asked.alert_step (
  step TEXT NOT NULL CHECK (step IN ('confirm', 'stop')),
  token TEXT NOT NULL
);
