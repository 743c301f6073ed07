-- The counts lie apart by geography: each is filled by COPY, which row-level security takes on no table that it guards.

-- The parts of analysis.count_month. Professionals read the whole, where row-level security chooses their rows, and have no way in here.
CREATE SCHEMA counted;
GRANT USAGE ON SCHEMA counted TO homeground_pipeline;

ALTER TABLE analysis.count_month RENAME TO count_month_before;
ALTER TABLE analysis.count_month_before RENAME CONSTRAINT count_month_pkey TO count_month_before_pkey;

-- One row a place x publisher's category x loaded month with at least one incident.
-- lad_code is the district that row-level security filters by. code: ONS code, or the H3 cell in hexadecimal.
CREATE TABLE analysis.count_month (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  incidents INTEGER NOT NULL CHECK (incidents > 0),
  PRIMARY KEY (geography, edition, code, category, month)
) PARTITION BY LIST (geography);

CREATE TABLE counted.whole PARTITION OF analysis.count_month FOR VALUES IN ('all');
CREATE TABLE counted.lad PARTITION OF analysis.count_month FOR VALUES IN ('lad');
CREATE TABLE counted.msoa PARTITION OF analysis.count_month FOR VALUES IN ('msoa');
CREATE TABLE counted.lsoa PARTITION OF analysis.count_month FOR VALUES IN ('lsoa') PARTITION BY LIST (edition);
CREATE TABLE counted.lsoa_2011 PARTITION OF counted.lsoa FOR VALUES IN ('2011');
CREATE TABLE counted.lsoa_2021 PARTITION OF counted.lsoa FOR VALUES IN ('2021');
CREATE TABLE counted.h3 PARTITION OF analysis.count_month FOR VALUES IN ('h3') PARTITION BY LIST (edition);
CREATE TABLE counted.h3_r7 PARTITION OF counted.h3 FOR VALUES IN ('r7');
CREATE TABLE counted.h3_r8 PARTITION OF counted.h3 FOR VALUES IN ('r8');
CREATE TABLE counted.h3_r9 PARTITION OF counted.h3 FOR VALUES IN ('r9');
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA counted TO homeground_pipeline;

INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents)
SELECT
  geography,
  edition,
  code,
  lad_code,
  category,
  month,
  incidents
FROM analysis.count_month_before;
DROP TABLE analysis.count_month_before;
