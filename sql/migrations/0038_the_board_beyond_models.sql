-- What the ethics board decides on beside models: definitions, factors, grids, partners' feeds, and uses that somebody asks for.

-- One row a use of figures that somebody of the partnership asks the board for. Written through analysis.ask_the_board alone; a session of
-- the professional credential sees its person's own, and a member of the board all.
CREATE TABLE analysis.board_use (
  use_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 3 AND 100),
  -- what is to be done with which figures, and by whom
  what TEXT NOT NULL CHECK (length(what) BETWEEN 10 AND 2000),
  -- what it is good for
  why TEXT NOT NULL CHECK (length(why) BETWEEN 10 AND 2000),
  -- whether a rule or a sum of a machine takes part in what people decide: then it stands in the public register
  algorithm BOOLEAN NOT NULL,
  -- as the audit trail names them
  asked_by TEXT NOT NULL CHECK (length(asked_by) BETWEEN 1 AND 200),
  asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- One row a decision of the board on one of these, with what it was when it was decided: a definition that is changed afterwards waits
-- anew. Written through analysis.rule_on alone; never changed.
CREATE TABLE analysis.board_ruling (
  ruling_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sort TEXT NOT NULL CHECK (sort IN ('definition', 'factor', 'grid', 'feed', 'use')),
  -- the group, the factor, the grid's area and width, the feed, or the number of the use
  subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  label TEXT NOT NULL,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  -- SHA-256 of label, what and why, by which a change is seen
  digest TEXT NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  algorithm BOOLEAN NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'refused', 'withdrawn')),
  board TEXT NOT NULL CHECK (length(board) BETWEEN 1 AND 200),
  -- the person who signed for the board
  signed_by TEXT NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 200),
  decided_on DATE NOT NULL,
  -- the day of review, which ends an approval
  valid_until DATE NOT NULL CHECK (valid_until >= decided_on),
  -- conditions of an approval, the reason of a refusal or a withdrawal
  words TEXT NOT NULL CHECK (length(words) <= 2000),
  recorded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX board_ruling_by_subject ON analysis.board_ruling (sort, subject, ruling_id);
