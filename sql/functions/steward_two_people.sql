-- Two people publish and two people withdraw. That the second is another person than the first is a constraint of steward.verdict; that
-- nobody decides twice is its primary key. What follows holds releases to it.

-- Proposals, verdicts and outcomes are added and never changed, not even by their owner.
CREATE OR REPLACE FUNCTION steward.forbid_change() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;

-- What is carried out is what was approved: these very figures, in the transaction that publishes them, or this very release. With the
-- owner's rights, so that who carries it out need not be able to read verdicts.
CREATE OR REPLACE FUNCTION steward.check_outcome() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_proposal steward.proposal%ROWTYPE;
BEGIN
  SELECT p.* INTO v_proposal
  FROM steward.proposal AS p
  INNER JOIN steward.verdict AS v ON p.proposal_id = v.proposal_id
  WHERE p.proposal_id = NEW.proposal_id AND v.verdict = 'approved';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'proposal % was approved by no second person', NEW.proposal_id USING ERRCODE = 'HG011';
  END IF;
  IF v_proposal.kind = 'withdraw' AND v_proposal.release_id <> NEW.release_id THEN
    RAISE EXCEPTION 'proposal % is of another release', NEW.proposal_id USING ERRCODE = 'HG012';
  END IF;
  IF
    v_proposal.kind = 'publish' AND NOT EXISTS (
      SELECT
      FROM published.release AS r
      INNER JOIN steward.candidate AS c ON c.candidate_id = v_proposal.candidate_id
      WHERE r.release_id = NEW.release_id AND NOT r.closed AND r.certificate ->> 'digest' = c.digest
        -- and the very figures of stop and search, or none where none were approved
        AND (SELECT s.certificate ->> 'digest' FROM published.search_release AS s WHERE s.release_id = r.release_id)
        IS NOT DISTINCT FROM (c.certificate -> 'searches' ->> 'digest')
    )
  THEN
    RAISE EXCEPTION 'proposal % was approved for other figures', NEW.proposal_id USING ERRCODE = 'HG012';
  END IF;
  NEW.credential := session_user;
  NEW.done_at := clock_timestamp();
  RETURN NEW;
END
$$;

-- Looked at when the transaction ends, where the rule is that every release needs two people.
CREATE OR REPLACE FUNCTION steward.check_two_people() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF
    (SELECT r.two_people FROM steward.rule AS r)
    AND NOT EXISTS (
      SELECT
      FROM steward.outcome AS o
      INNER JOIN steward.proposal AS p ON o.proposal_id = p.proposal_id
      WHERE o.release_id = NEW.release_id AND p.kind = CASE TG_TABLE_NAME WHEN 'release' THEN 'publish' ELSE 'withdraw' END
    )
  THEN
    RAISE EXCEPTION 'two people publish and withdraw here, and release % has no proposal that a second person approved', NEW.release_id
      USING ERRCODE = 'HG011';
  END IF;
  RETURN NULL;
END
$$;

-- A rule that is changed is on record.
CREATE OR REPLACE FUNCTION steward.note_rule() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM audit.record('migration', 'rule_changed', 'two people', jsonb_build_object('two_people', NEW.two_people));
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER proposal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON steward.proposal
FOR EACH STATEMENT EXECUTE FUNCTION steward.forbid_change();

CREATE OR REPLACE TRIGGER verdict_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON steward.verdict
FOR EACH STATEMENT EXECUTE FUNCTION steward.forbid_change();

CREATE OR REPLACE TRIGGER outcome_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON steward.outcome
FOR EACH STATEMENT EXECUTE FUNCTION steward.forbid_change();

CREATE OR REPLACE TRIGGER candidate_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON steward.candidate
FOR EACH STATEMENT EXECUTE FUNCTION steward.forbid_change();

CREATE OR REPLACE TRIGGER outcome_was_approved
BEFORE INSERT ON steward.outcome
FOR EACH ROW EXECUTE FUNCTION steward.check_outcome();

CREATE OR REPLACE TRIGGER rule_noted
AFTER UPDATE ON steward.rule
FOR EACH ROW EXECUTE FUNCTION steward.note_rule();

DO $$
BEGIN
  -- PostgreSQL replaces no constraint trigger, so each is made once
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'release_two_people' AND tgrelid = 'published.release'::REGCLASS) THEN
    CREATE CONSTRAINT TRIGGER release_two_people AFTER INSERT ON published.release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION steward.check_two_people();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'withdrawal_two_people' AND tgrelid = 'published.withdrawal'::REGCLASS) THEN
    CREATE CONSTRAINT TRIGGER withdrawal_two_people AFTER INSERT ON published.withdrawal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION steward.check_two_people();
  END IF;
END
$$;
