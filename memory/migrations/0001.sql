-- Kinds and phases by name, so that a row holds a small integer and the file still says what it means.
CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE phases (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE batches (
  key      INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE CHECK (name <> ''),
  scenario TEXT NOT NULL,
  design   TEXT NOT NULL CHECK (design = '' OR json_valid(design)),
  seed     INTEGER NOT NULL,          -- the 64 bits, signed
  games    INTEGER NOT NULL,          -- how many are asked for
  created  TEXT NOT NULL,             -- RFC 3339
  ended    TEXT NOT NULL DEFAULT '',  -- RFC 3339, empty until then
  status   TEXT NOT NULL CHECK (status IN ('running', 'done', 'interrupted')),
  manifest TEXT NOT NULL DEFAULT '' CHECK (manifest = '' OR json_valid(manifest))
) STRICT;

CREATE TABLE games (
  key    INTEGER PRIMARY KEY,
  id     TEXT NOT NULL,               -- what a person types; not unique, since it is short
  batch  INTEGER NOT NULL REFERENCES batches (key),
  idx    INTEGER NOT NULL,            -- place in the batch, from 0
  seed   INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'parked', 'finished', 'failed', 'stopped')),
  winner TEXT NOT NULL DEFAULT '',
  rounds INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  head   BLOB NOT NULL CHECK (length(head) = 32),
  seal   BLOB NOT NULL CHECK (length(seal) IN (0, 32)),
  error  TEXT NOT NULL DEFAULT '',
  UNIQUE (batch, idx)
) STRICT;
CREATE INDEX games_by_id ON games (id);

-- The log. The key refuses a fork: there is one event of a number in a game.
CREATE TABLE events (
  game     INTEGER NOT NULL REFERENCES games (key),
  seq      INTEGER NOT NULL,
  step     INTEGER NOT NULL,
  round    INTEGER NOT NULL,
  phase    INTEGER NOT NULL,
  kind     INTEGER NOT NULL,
  audience INTEGER NOT NULL,          -- a bit for each seat; 0: the log only
  at       INTEGER NOT NULL,          -- Unix time in ms
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  body     TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (game, seq)
) WITHOUT ROWID, STRICT;

-- The log with its names, for people and for other programs.
CREATE VIEW event_log AS
  SELECT b.name AS batch, g.idx AS game_index, g.id AS game_id, e.seq, e.step, e.round, p.name AS phase, k.name AS kind,
         e.audience, e.at AS at_ms, lower(hex(e.hash)) AS hash, e.body
  FROM events e JOIN games g ON g.key = e.game JOIN batches b ON b.key = g.batch
  JOIN phases p ON p.id = e.phase JOIN kinds k ON k.id = e.kind;

-- Beliefs, one row a seat believed about: a view, since a second copy of them halved the speed of writing.
CREATE VIEW beliefs AS
  SELECT e.game, e.seq, e.round, e.body ->> 'observer' AS observer, e.body ->> 'order' AS "order",
         e.body ->> 'when' AS "when", j.key AS target, j.value AS per_mille
  FROM events e JOIN kinds k ON k.id = e.kind AND k.name = 'belief', json_each(e.body, '$.per_mille') j
  WHERE j.value >= 0;
