-- Who may do what in our schemas. Run after every migration, as their owner; safe to run again. Roles are made by core.migrate with their
-- own credentials; what they may do in the database itself is in sql/server/close_database.sql.

GRANT USAGE ON SCHEMA raw, place, record, analysis, published, audit TO homeground_pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA raw, place, record, analysis TO homeground_pipeline;
-- what was published stays published: the pipeline may add a release and change its status, never its numbers
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA published TO homeground_pipeline;
GRANT UPDATE (status) ON published.release TO homeground_pipeline;
-- figures for areas of one's own were given until they became ranges that anybody can work out; none is given any more
REVOKE INSERT ON published.answer FROM homeground_pipeline;
-- what belongs to no release is replaced as a whole: the list of postcodes, and the background of maps
GRANT DELETE ON published.postcode, published.background, published.background_tile TO homeground_pipeline;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA raw, place, record, analysis, published TO homeground_pipeline;
GRANT SELECT ON audit.event, audit.head TO homeground_pipeline;

-- crates that a hub accepted: added, and said to have left; never changed, never taken away
REVOKE ALL ON SCHEMA hub FROM public;
GRANT USAGE ON SCHEMA hub TO homeground_pipeline;
GRANT SELECT, INSERT ON hub.crate TO homeground_pipeline;
GRANT UPDATE (left_at, why_left) ON hub.crate TO homeground_pipeline;

REVOKE ALL ON FUNCTION audit.record(TEXT, TEXT, TEXT, JSONB) FROM public;
REVOKE ALL ON FUNCTION record.ensure_month(DATE) FROM public;
REVOKE ALL ON FUNCTION record.refresh_statistics(TEXT) FROM public;
REVOKE ALL ON FUNCTION analysis.count_month_indexes(BOOLEAN) FROM public;
REVOKE ALL ON FUNCTION place.location_place_keys(BOOLEAN) FROM public;
GRANT EXECUTE ON FUNCTION audit.record(TEXT, TEXT, TEXT, JSONB) TO homeground_pipeline, homeground_professional;
GRANT EXECUTE ON FUNCTION record.ensure_month(DATE) TO homeground_pipeline;
GRANT EXECUTE ON FUNCTION record.refresh_statistics(TEXT) TO homeground_pipeline;
GRANT EXECUTE ON FUNCTION analysis.count_month_indexes(BOOLEAN) TO homeground_pipeline;
GRANT EXECUTE ON FUNCTION place.location_place_keys(BOOLEAN) TO homeground_pipeline;

-- the worker runs as the pipeline; what stands in its tables is nobody else's business
REVOKE ALL ON SCHEMA queue FROM public;
GRANT USAGE ON SCHEMA queue TO homeground_pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO homeground_pipeline;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO homeground_pipeline;

GRANT USAGE ON SCHEMA place, analysis, published, audit TO homeground_professional;
GRANT SELECT ON ALL TABLES IN SCHEMA place, analysis, published TO homeground_professional;
REVOKE ALL ON place.location_place FROM homeground_professional;

-- what a person chose last: of the tables that the professional credential writes, the row of the person of its transaction
GRANT USAGE ON SCHEMA person TO homeground_professional;
GRANT SELECT ON person.setting TO homeground_professional;
GRANT INSERT (person, patch, kind, until, page), UPDATE (patch, kind, until, page, changed_at) ON person.setting TO homeground_professional;
ALTER TABLE person.setting ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.setting;
CREATE POLICY own_row ON person.setting TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (person = nullif(current_setting('homeground.person', TRUE), ''));

-- patches that a person drew: theirs alone, and to a colleague through the function that looks at districts
GRANT SELECT, DELETE ON person.patch TO homeground_professional;
GRANT INSERT (code, person, name, source, districts, members, geom), UPDATE (name, changed_at) ON person.patch TO homeground_professional;
ALTER TABLE person.patch ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.patch;
CREATE POLICY own_row ON person.patch TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (person = nullif(current_setting('homeground.person', TRUE), ''));
-- what a person wrote into briefs, and briefs of many places that the worker makes for them: theirs alone
GRANT USAGE ON SCHEMA person TO homeground_pipeline;
GRANT SELECT ON person.brief_words, person.brief_file TO homeground_professional;
GRANT INSERT (person, place_code, part, words), UPDATE (words, changed_at) ON person.brief_words TO homeground_professional;
GRANT SELECT, DELETE ON person.brief_batch TO homeground_professional;
GRANT INSERT (person, author, level, district, formats, without) ON person.brief_batch TO homeground_professional;
GRANT SELECT, DELETE, UPDATE (state, attempts, said, started_at, finished_at) ON person.brief_batch TO homeground_pipeline;
GRANT SELECT, DELETE, INSERT ON person.brief_file TO homeground_pipeline;
ALTER TABLE person.brief_words ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.brief_words;
CREATE POLICY own_row ON person.brief_words TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (person = nullif(current_setting('homeground.person', TRUE), ''));
ALTER TABLE person.brief_batch ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.brief_batch;
CREATE POLICY own_row ON person.brief_batch TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (person = nullif(current_setting('homeground.person', TRUE), ''));
DROP POLICY IF EXISTS pipeline_all ON person.brief_batch;
CREATE POLICY pipeline_all ON person.brief_batch TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE person.brief_file ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.brief_file;
CREATE POLICY own_row ON person.brief_file TO homeground_professional
USING (
  EXISTS (
    SELECT
    FROM person.brief_batch AS b
    WHERE b.batch_id = brief_file.batch_id AND b.person = nullif(current_setting('homeground.person', TRUE), '')
  )
);
DROP POLICY IF EXISTS pipeline_all ON person.brief_file;
CREATE POLICY pipeline_all ON person.brief_file TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
REVOKE ALL ON FUNCTION person.shared_patch(TEXT) FROM public;
GRANT EXECUTE ON FUNCTION person.shared_patch(TEXT) TO homeground_professional;

-- and dashboards that they put together, by the same rule: the list of tiles, never a figure
GRANT SELECT, DELETE ON person.dashboard TO homeground_professional;
GRANT INSERT (code, person, name, measures, places, districts), UPDATE (name, measures, places, districts, changed_at)
ON person.dashboard TO homeground_professional;
ALTER TABLE person.dashboard ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.dashboard;
CREATE POLICY own_row ON person.dashboard TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (person = nullif(current_setting('homeground.person', TRUE), ''));
REVOKE ALL ON FUNCTION person.shared_dashboard(TEXT) FROM public;
GRANT EXECUTE ON FUNCTION person.shared_dashboard(TEXT) TO homeground_professional;
-- copies of them by the calendar: the person's own, with no districts but those of the session that wrote them; the worker makes them
GRANT SELECT, DELETE ON person.dashboard_copy TO homeground_professional;
GRANT INSERT (person, name, code, every, format, address, role, districts), UPDATE (role, districts, seen_at)
ON person.dashboard_copy TO homeground_professional;
GRANT SELECT, DELETE, UPDATE (state, attempts, said, started_at, due_at) ON person.dashboard_copy TO homeground_pipeline;
ALTER TABLE person.dashboard_copy ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_row ON person.dashboard_copy;
CREATE POLICY own_row ON person.dashboard_copy TO homeground_professional
USING (person = nullif(current_setting('homeground.person', TRUE), ''))
WITH CHECK (
  person = nullif(current_setting('homeground.person', TRUE), '')
  AND districts = coalesce(current_setting('homeground.districts', TRUE), '')
);
DROP POLICY IF EXISTS pipeline_all ON person.dashboard_copy;
CREATE POLICY pipeline_all ON person.dashboard_copy TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);

GRANT USAGE ON SCHEMA published TO homeground_community;
GRANT SELECT ON ALL TABLES IN SCHEMA published TO homeground_community;

-- Questions of residents. The credential that takes them in may add a row, in the columns that a form fills, and read nothing: not even
-- what it added. Who moderates reads those of their districts, less the receipt; each change goes through a function that writes its event.
GRANT USAGE ON SCHEMA asked TO homeground_questions, homeground_professional, homeground_community, homeground_pipeline;
GRANT INSERT (reference, code_hash, sort, geography, place_code, category, words) ON asked.question TO homeground_questions;
GRANT SELECT (
  question_id, sort, geography, place_code, category, words, came, lad_code, received_on, state, shown, reason, body, answer, outcome,
  correction, changed_on, forget_on
) ON asked.question TO homeground_professional;
ALTER TABLE asked.question ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS taken_in ON asked.question;
CREATE POLICY taken_in ON asked.question FOR INSERT TO homeground_questions WITH CHECK (TRUE);
DROP POLICY IF EXISTS moderator_by_district ON asked.question;
CREATE POLICY moderator_by_district ON asked.question FOR SELECT TO homeground_professional
USING (asked.moderating() AND analysis.area_visible(lad_code));
-- News by e-mail. Who asks for it is added and never read there; the worker alone reads addresses, and deletes them. What the owner of an
-- address says by a link goes through a table whose trigger does it and keeps nothing.
GRANT INSERT (address, geography, place_code, language) ON asked.alert TO homeground_questions;
GRANT INSERT (step, token) ON asked.alert_step TO homeground_questions;
GRANT SELECT, DELETE ON asked.alert TO homeground_pipeline;
GRANT UPDATE (asked_back_on, told_until) ON asked.alert TO homeground_pipeline;
GRANT SELECT (day), DELETE ON asked.alert_day TO homeground_pipeline;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA asked FROM public;
GRANT EXECUTE ON FUNCTION asked.moderating() TO homeground_professional;
GRANT EXECUTE ON FUNCTION asked.accept(BIGINT, TEXT), asked.refuse(BIGINT, TEXT), asked.pass_on(BIGINT, TEXT) TO homeground_professional;
GRANT EXECUTE ON FUNCTION asked.answer(BIGINT, TEXT, TEXT, TEXT, BIGINT), asked.take_down(BIGINT) TO homeground_professional;
GRANT EXECUTE ON FUNCTION asked.forget(), asked.add_paper(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
TO homeground_pipeline, homeground_professional;
GRANT EXECUTE ON FUNCTION asked.state_of(TEXT, TEXT), asked.overdue(INTEGER) TO homeground_community;
GRANT USAGE ON SCHEMA answered TO homeground_community, homeground_professional, homeground_pipeline;
GRANT SELECT ON ALL TABLES IN SCHEMA answered TO homeground_community, homeground_professional, homeground_pipeline;

-- The steward's desk. A steward reads what stands there and writes through functions that bear the session's person and write their
-- event; the professional credential changes no row of it by itself. The pipeline carries out what is asked, and can neither propose nor
-- approve.
GRANT USAGE ON SCHEMA steward TO homeground_professional, homeground_pipeline;
GRANT SELECT ON ALL TABLES IN SCHEMA steward TO homeground_professional, homeground_pipeline;
GRANT INSERT ON steward.candidate TO homeground_pipeline;
GRANT INSERT (proposal_id, release_id) ON steward.outcome TO homeground_pipeline;
GRANT UPDATE (state, attempts, said, started_at, finished_at) ON steward.task TO homeground_pipeline;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA steward TO homeground_pipeline;
DO $$
DECLARE
  v_table TEXT;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['candidate', 'proposal', 'verdict', 'outcome', 'task', 'rule'] LOOP
    EXECUTE format('ALTER TABLE steward.%I ENABLE ROW LEVEL SECURITY', v_table);
    EXECUTE format('DROP POLICY IF EXISTS stewards ON steward.%I', v_table);
    EXECUTE format(
      'CREATE POLICY stewards ON steward.%I FOR SELECT TO homeground_professional USING (steward.serving())', v_table
    );
    EXECUTE format('DROP POLICY IF EXISTS pipeline_all ON steward.%I', v_table);
    EXECUTE format('CREATE POLICY pipeline_all ON steward.%I TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE)', v_table);
  END LOOP;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA steward FROM public;
GRANT EXECUTE ON FUNCTION
steward.serving(), steward.decide(BIGINT, TEXT, TEXT), steward.ask_for_candidate(DATE), steward.propose(TEXT, BIGINT, TEXT),
steward.approve(BIGINT), steward.refuse(BIGINT, TEXT), steward.deliveries(), steward.rejected(BIGINT), steward.runs(),
steward.workers(DOUBLE PRECISION), steward.inputs(), steward.uses(DATE), steward.delivers(TEXT), steward.own_deliveries(),
steward.own_rejected(BIGINT)
TO homeground_professional;

-- Problem files. People of a place's district read its files and write them through functions alone, which bear the session's person and
-- write their event. The pipeline makes plans and reads results, which takes counts of every district; it can neither open a file nor show
-- one. What two people agreed to show is read by everyone through published.problem_file.
GRANT USAGE ON SCHEMA problem TO homeground_professional, homeground_pipeline;
GRANT SELECT ON ALL TABLES IN SCHEMA problem TO homeground_professional;
GRANT SELECT ON problem.file, problem.plan, problem.response, problem.task TO homeground_pipeline;
GRANT INSERT (file_id, plan, digest, starts, months, least_fall, looks_back, asked_by) ON problem.plan TO homeground_pipeline;
GRANT INSERT (file_id, plan_id, found, told, before_release, after_release, asked_by) ON problem.result TO homeground_pipeline;
GRANT UPDATE (state, attempts, said, started_at, finished_at) ON problem.task TO homeground_pipeline;
REVOKE INSERT ON published.problem_file FROM homeground_pipeline;
DO $$
DECLARE
  v_rule RECORD;
BEGIN
  FOR v_rule IN
    SELECT
      t.name,
      CASE t.name
        WHEN 'file' THEN 'analysis.area_visible(lad_code)'
        WHEN 'kept' THEN 'EXISTS (SELECT FROM problem.commitment AS c WHERE c.commitment_id = kept.commitment_id)'
        WHEN 'verdict' THEN 'EXISTS (SELECT FROM problem.proposal AS p WHERE p.proposal_id = verdict.proposal_id)'
        -- of the files that the session sees: the rule of problem.file holds inside a rule, too
        ELSE format('EXISTS (SELECT FROM problem.file AS f WHERE f.file_id = %I.file_id)', t.name)
      END AS seen
    FROM
      unnest(
        ARRAY['file', 'writing', 'plan', 'response', 'commitment', 'kept', 'result', 'task', 'proposal', 'verdict']
      ) AS t (name)
  LOOP
    EXECUTE format('ALTER TABLE problem.%I ENABLE ROW LEVEL SECURITY', v_rule.name);
    EXECUTE format('DROP POLICY IF EXISTS by_district ON problem.%I', v_rule.name);
    EXECUTE format('CREATE POLICY by_district ON problem.%I FOR SELECT TO homeground_professional USING (%s)', v_rule.name, v_rule.seen);
    EXECUTE format('DROP POLICY IF EXISTS pipeline_all ON problem.%I', v_rule.name);
    EXECUTE format('CREATE POLICY pipeline_all ON problem.%I TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE)', v_rule.name);
  END LOOP;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA problem FROM public;
GRANT EXECUTE ON FUNCTION
problem.open_file(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT), problem.write(BIGINT, TEXT, TEXT),
problem.ask_for_plan(BIGINT, DATE, INTEGER, INTEGER, BOOLEAN), problem.respond(BIGINT, DATE, TEXT),
problem.commit_to(BIGINT, TEXT, TEXT, DATE), problem.note_kept(BIGINT, TEXT), problem.ask_for_result(BIGINT),
problem.propose(BIGINT, TEXT, TEXT), problem.decide(BIGINT, TEXT, TEXT)
TO homeground_professional;

-- Every table of the analysis is closed to a session that names no district. One that says its district (lad_code) is read through it; the
-- others say something of the whole region, and service_site where one more service would reach most people of it. Of partners' events
-- nobody sees those of a feed that the board refused. risk_estimate, season and what the board decides have a rule of their own below, as
-- have the models.
DO $$
DECLARE
  v_table RECORD;
BEGIN
  FOR v_table IN
    SELECT
      c.relname,
      coalesce(bool_or(a.attname = 'lad_code'), FALSE) AND c.relname <> 'service_site' AS by_district
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    WHERE
      c.relnamespace = 'analysis'::REGNAMESPACE
      AND c.relkind IN ('r', 'p')
      AND c.relname <> ALL (
        ARRAY['risk_model', 'risk_model_decision', 'risk_estimate', 'season', 'board_use', 'board_ruling']
      )
    GROUP BY c.relname
  LOOP
    EXECUTE format('ALTER TABLE analysis.%I ENABLE ROW LEVEL SECURITY', v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS professional_by_district ON analysis.%I', v_table.relname);
    EXECUTE format(
      'CREATE POLICY professional_by_district ON analysis.%I FOR SELECT TO homeground_professional USING (%s)', v_table.relname,
      CASE WHEN v_table.by_district THEN 'analysis.area_visible(lad_code)' ELSE 'analysis.any_area_visible()' END
      || CASE v_table.relname
        WHEN 'event_count' THEN ' AND feed <> ALL (coalesce((SELECT analysis.closed_feeds()), ''{}''))'
        WHEN 'week_count' THEN ' AND source <> ALL (coalesce((SELECT analysis.closed_feeds()), ''{}''))'
        ELSE ''
      END
    );
    EXECUTE format('DROP POLICY IF EXISTS pipeline_all ON analysis.%I', v_table.relname);
    EXECUTE format(
      'CREATE POLICY pipeline_all ON analysis.%I TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE)', v_table.relname
    );
  END LOOP;
END
$$;

-- a risk model, its estimates and its decisions: an analyst, or everyone while an ethics board's approval stands; estimates by district too
ALTER TABLE analysis.risk_model ENABLE ROW LEVEL SECURITY;
ALTER TABLE analysis.risk_model_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE analysis.risk_estimate ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS professional_when_open ON analysis.risk_model;
CREATE POLICY professional_when_open ON analysis.risk_model FOR SELECT TO homeground_professional
USING (analysis.any_area_visible() AND analysis.risk_model_open(model_id));
DROP POLICY IF EXISTS professional_when_open ON analysis.risk_model_decision;
CREATE POLICY professional_when_open ON analysis.risk_model_decision FOR SELECT TO homeground_professional
USING (analysis.any_area_visible() AND analysis.risk_model_open(model_id));
DROP POLICY IF EXISTS professional_when_open ON analysis.risk_estimate;
CREATE POLICY professional_when_open ON analysis.risk_estimate FOR SELECT TO homeground_professional
USING (analysis.area_visible(lad_code) AND analysis.risk_model_open(model_id));
DROP POLICY IF EXISTS pipeline_all ON analysis.risk_model;
CREATE POLICY pipeline_all ON analysis.risk_model TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
DROP POLICY IF EXISTS pipeline_all ON analysis.risk_model_decision;
CREATE POLICY pipeline_all ON analysis.risk_model_decision TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
DROP POLICY IF EXISTS pipeline_all ON analysis.risk_estimate;
CREATE POLICY pipeline_all ON analysis.risk_estimate TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
-- a season of the whole region stands beside that of a person's own district
ALTER TABLE analysis.season ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS professional_by_district ON analysis.season;
CREATE POLICY professional_by_district ON analysis.season FOR SELECT TO homeground_professional
USING ((lad_code = '' AND analysis.any_area_visible()) OR analysis.area_visible(lad_code));
DROP POLICY IF EXISTS pipeline_all ON analysis.season;
CREATE POLICY pipeline_all ON analysis.season TO homeground_pipeline USING (TRUE) WITH CHECK (TRUE);
-- decisions are added, never changed
REVOKE UPDATE, DELETE, TRUNCATE ON analysis.risk_model_decision FROM homeground_pipeline;
REVOKE ALL ON FUNCTION analysis.risk_model_open(BIGINT) FROM public;
GRANT EXECUTE ON FUNCTION analysis.risk_model_open(BIGINT) TO homeground_pipeline, homeground_professional;
-- the board decides by one function, which looks whether the session is a member's; in a portal nobody writes a decision otherwise
REVOKE ALL ON FUNCTION analysis.decide_on_model(BIGINT, BIGINT, TEXT, TEXT, TEXT, DATE) FROM public;
GRANT EXECUTE ON FUNCTION analysis.decide_on_model(BIGINT, BIGINT, TEXT, TEXT, TEXT, DATE) TO homeground_professional;
REVOKE ALL ON FUNCTION audit.use_of_model(BIGINT) FROM public;
GRANT EXECUTE ON FUNCTION audit.use_of_model(BIGINT) TO homeground_professional;
-- and reads the trail by two more, of which the one that gives events records the search
REVOKE ALL ON FUNCTION audit.search_events(TEXT, TEXT, TEXT, DATE, DATE, BIGINT, BIGINT) FROM public;
GRANT EXECUTE ON FUNCTION audit.search_events(TEXT, TEXT, TEXT, DATE, DATE, BIGINT, BIGINT) TO homeground_professional;
REVOKE ALL ON FUNCTION audit.editions_of(TEXT) FROM public;
GRANT EXECUTE ON FUNCTION audit.editions_of(TEXT) TO homeground_professional;
REVOKE ALL ON FUNCTION audit.chain_state() FROM public;
GRANT EXECUTE ON FUNCTION audit.chain_state() TO homeground_professional;

-- what the board decides beside models: everyone who sees a district reads its decisions, and whoever asked their own question. Both are
-- written by functions alone, in the name of the session's person; not even the pipeline writes one.
ALTER TABLE analysis.board_ruling ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS professional_any ON analysis.board_ruling;
CREATE POLICY professional_any ON analysis.board_ruling FOR SELECT TO homeground_professional USING (analysis.any_area_visible());
ALTER TABLE analysis.board_use ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_or_board ON analysis.board_use;
CREATE POLICY own_or_board ON analysis.board_use FOR SELECT TO homeground_professional
USING (
  analysis.any_area_visible()
  AND (analysis.on_the_board() OR asked_by = nullif(current_setting('homeground.person', TRUE), ''))
);
REVOKE ALL ON analysis.board_ruling, analysis.board_use FROM homeground_pipeline;
REVOKE ALL ON FUNCTION
analysis.closed_feeds(), analysis.board_matters(), analysis.rule_on(TEXT, TEXT, TEXT, BIGINT, TEXT, TEXT, TEXT, DATE),
analysis.ask_the_board(TEXT, TEXT, TEXT, BOOLEAN)
FROM public;
GRANT EXECUTE ON FUNCTION
analysis.closed_feeds(), analysis.board_matters(), analysis.rule_on(TEXT, TEXT, TEXT, BIGINT, TEXT, TEXT, TEXT, DATE),
analysis.ask_the_board(TEXT, TEXT, TEXT, BOOLEAN)
TO homeground_professional;
