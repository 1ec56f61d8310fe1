-- What players wrote down for themselves, by note: a projection of the events "notes" and "note", made by the statements of
-- notes.go and made again by `turncoat memory rebuild`.
CREATE TABLE notes (
  id       INTEGER PRIMARY KEY,
  game     INTEGER NOT NULL REFERENCES games (key),
  seq      INTEGER NOT NULL,          -- of the event
  place    INTEGER NOT NULL,          -- among the notes of the event
  step     INTEGER NOT NULL,
  round    INTEGER NOT NULL,
  owner    INTEGER NOT NULL,          -- seat
  about    INTEGER NOT NULL,          -- seat; −1: nobody in particular
  kind     TEXT NOT NULL,             -- fact, suspicion, promise, plan, lesson; introduction
  salience INTEGER NOT NULL,          -- 1…5
  body     TEXT NOT NULL,
  sources  TEXT NOT NULL CHECK (json_valid(sources)), -- places in the owner's own observation
  UNIQUE (game, seq, place)
) STRICT;

-- Words of the notes. FTS4 needs no build tag; it holds no copy of the text.
CREATE VIRTUAL TABLE notes_text USING fts4 (content="notes", body, tokenize=unicode61);

-- Embeddings of notes and queries, kept before they are used: a prompt under recall: retrieve follows from them.
CREATE TABLE vectors (
  game       INTEGER NOT NULL REFERENCES games (key),
  digest     BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of the text
  components BLOB NOT NULL,                             -- a byte each, signed
  PRIMARY KEY (game, digest)
) WITHOUT ROWID, STRICT;
