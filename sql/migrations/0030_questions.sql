-- Questions of residents, what moderation made of them, and the answers that everyone may read.

-- Closed: questions as they came. The process that takes them may add to one table and read nothing.
CREATE SCHEMA asked;
-- Open: what moderation made public, and counts of what became of the others.
CREATE SCHEMA answered;

-- One row: how much is taken in and how long it is kept (HOMEGROUND_QUESTIONS_...), set by every migration. The database holds to it
-- whatever the process that takes questions in says.
CREATE TABLE asked.rule (
  only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
  -- questions taken in online on one day (UTC)
  most_a_day INTEGER NOT NULL CHECK (most_a_day >= 0),
  -- questions that wait for a moderator; with so many no more are taken in online
  most_waiting INTEGER NOT NULL CHECK (most_waiting >= 0),
  -- days after a refusal or an answer until a question and its receipt are deleted
  kept_days INTEGER NOT NULL CHECK (kept_days >= 1)
);
INSERT INTO asked.rule (most_a_day, most_waiting, kept_days) VALUES (200, 2000, 90);

-- One row a day (UTC) on which questions came in online.
CREATE TABLE asked.day (
  day DATE PRIMARY KEY,
  taken INTEGER NOT NULL CHECK (taken >= 1)
);

-- One row a question or an objection of a resident, until some days after it was refused or answered. A moderator sees those of their
-- districts (row-level security); nobody else reads any.
CREATE TABLE asked.question (
  question_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- first half of the receipt
  reference TEXT NOT NULL UNIQUE CHECK (reference ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'),
  -- second half: SHA-256 of the reference and the words that the resident alone was given
  code_hash TEXT NOT NULL CHECK (code_hash ~ '^[0-9a-f]{64}$'),
  sort TEXT NOT NULL CHECK (sort IN ('question', 'contest')),
  geography TEXT NOT NULL CHECK (geography IN ('lsoa', 'msoa', 'lad', 'all')),
  place_code TEXT NOT NULL CHECK (length(place_code) BETWEEN 1 AND 20),
  -- '' where it is about the area and no single figure
  category TEXT NOT NULL DEFAULT '' CHECK (length(category) <= 64),
  -- as it came, less what looked like an identifier of a person
  words TEXT NOT NULL CHECK (length(words) BETWEEN 10 AND 1000),
  came TEXT NOT NULL DEFAULT 'online' CHECK (came IN ('online', 'paper')),
  -- the district whose moderators see it; '' of the whole region
  lad_code TEXT NOT NULL DEFAULT '',
  received_on DATE NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::DATE,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'passed', 'refused', 'answered')),
  -- words that a moderator accepted for the public, which may be a summary
  shown TEXT NOT NULL DEFAULT '' CHECK (length(shown) <= 1000),
  reason TEXT NOT NULL DEFAULT ''
  CHECK (reason IN ('', 'person', 'report', 'elsewhere', 'repeated', 'unclear', 'abusive', 'advert')),
  -- who answers
  body TEXT NOT NULL DEFAULT '' CHECK (length(body) <= 80),
  answer TEXT NOT NULL DEFAULT '' CHECK (length(answer) <= 2000),
  outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'stands', 'corrected', 'explained')),
  -- the release that put the figure right, or the one that was withdrawn for it
  correction BIGINT REFERENCES published.release (release_id),
  changed_on DATE NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::DATE,
  -- when the row is deleted; NULL until it is refused or answered
  forget_on DATE,
  CONSTRAINT reason_of_refused CHECK ((state = 'refused') = (reason <> '')),
  CONSTRAINT end_of_ended CHECK ((state IN ('refused', 'answered')) = (forget_on IS NOT NULL)),
  CONSTRAINT answer_of_answered CHECK ((state = 'answered') = (answer <> '') AND (state = 'answered') = (outcome <> '')),
  CONSTRAINT correction_of_corrected CHECK ((outcome = 'corrected') = (correction IS NOT NULL)),
  -- a guard behind the screen of core.questions: an address for e-mail, a National Insurance number, a telephone number
  CONSTRAINT no_identifier CHECK (
    words !~ '[^\s@]+@[^\s@]+\.[A-Za-z]{2,}'
    AND words !~* '\m[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d]\M'
    AND words !~ '(\+44|\m0)[ -]?[0-9]([ -]?[0-9]){8,9}\M'
  )
);
CREATE INDEX question_waiting ON asked.question (question_id) WHERE state = 'waiting';
CREATE INDEX question_forget ON asked.question (forget_on) WHERE forget_on IS NOT NULL;

-- One row an answer that everyone may read, beside the figure or the area that it is about.
CREATE TABLE answered.question (
  answer_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sort TEXT NOT NULL CHECK (sort IN ('question', 'contest')),
  geography TEXT NOT NULL,
  place_code TEXT NOT NULL,
  -- '' where it is about the area and no single figure
  category TEXT NOT NULL,
  -- the district of the place; '' of the whole region
  lad_code TEXT NOT NULL,
  -- the words that a moderator accepted
  question TEXT NOT NULL CHECK (length(question) BETWEEN 1 AND 1000),
  body TEXT NOT NULL CHECK (length(body) BETWEEN 2 AND 80),
  answer TEXT NOT NULL CHECK (length(answer) BETWEEN 1 AND 2000),
  outcome TEXT NOT NULL CHECK (outcome IN ('stands', 'corrected', 'explained')),
  -- the release that put the figure right, or the one that was withdrawn for it
  correction BIGINT REFERENCES published.release (release_id),
  asked_on DATE NOT NULL,
  answered_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX answered_question_place ON answered.question (geography, place_code);

-- One row a month x way in which questions ended in it: an outcome, the reason of a refusal, or an answer that was taken down again.
-- The counts stay when the questions are deleted.
CREATE TABLE answered.ending (
  month DATE NOT NULL,
  ending TEXT NOT NULL CHECK (
    ending IN (
      'stands', 'corrected', 'explained', 'person', 'report', 'elsewhere', 'repeated', 'unclear', 'abusive', 'advert', 'taken_down'
    )
  ),
  questions INTEGER NOT NULL CHECK (questions >= 1),
  PRIMARY KEY (month, ending)
);
