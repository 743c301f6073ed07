-- What came of searches, by ethnic group of the whole area, and whether a search found what was looked for, among the published figures.

-- linked: whether the outcome has to do with what was looked for, as the force says it: 'yes', 'no', or 'not_said' where it leaves that
-- open. '' in rows from before this column, until searches are counted anew: nothing is published from them.
ALTER TABLE analysis.stop_detail_count ADD COLUMN linked TEXT NOT NULL DEFAULT '' CHECK (linked IN ('yes', 'no', 'not_said', ''));

ALTER TABLE analysis.stop_detail_count ALTER COLUMN linked DROP DEFAULT;
ALTER TABLE analysis.stop_detail_count DROP CONSTRAINT stop_detail_count_pkey;
ALTER TABLE analysis.stop_detail_count ADD PRIMARY KEY (lad_code, month, object_of_search, outcome, ethnicity, linked);

-- came_of_it: searches that something came of; link: by whether the outcome has to do with what was looked for; ethnicity_came_of_it:
-- searches of one ethnic group that something came of.
ALTER TABLE published.search_group DROP CONSTRAINT search_group_field_check;
ALTER TABLE published.search_group ADD CONSTRAINT search_group_field_check
CHECK (field IN ('all', 'object', 'outcome', 'came_of_it', 'link', 'ethnicity', 'ethnicity_came_of_it'));
