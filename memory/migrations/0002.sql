-- The finished calls of models, kept before they are used. The chain covers the replies by their digests ("answered").
CREATE TABLE model_calls (
  game            INTEGER NOT NULL REFERENCES games (key),
  step            INTEGER NOT NULL,
  seat            INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,          -- 0 first, then the repairs
  at              INTEGER NOT NULL,          -- Unix time in ms
  policy          TEXT NOT NULL,
  model           TEXT NOT NULL,             -- as the server names it
  prompt_hash     TEXT NOT NULL CHECK (length(prompt_hash) = 64),
  prompt_chars    INTEGER NOT NULL,
  prompt          TEXT CHECK (prompt IS NULL OR json_valid(prompt)), -- only under --keep-prompts: it can be rebuilt
  reply           TEXT NOT NULL,             -- raw
  thinking        TEXT NOT NULL,
  finish          TEXT NOT NULL,             -- stop, length, refusal
  cause           TEXT NOT NULL,             -- why no reply that counts came after all the tries; empty: one came
  detail          TEXT NOT NULL,
  tries           INTEGER NOT NULL,
  prompt_tokens   INTEGER,                   -- as the server counts; NULL: unknown
  cached_tokens   INTEGER,
  reply_tokens    INTEGER,
  thinking_tokens INTEGER,
  queue_ms        INTEGER NOT NULL,
  first_ms        INTEGER NOT NULL,          -- to the first token
  total_ms        INTEGER NOT NULL,
  load_ms         INTEGER NOT NULL,          -- loading the model
  PRIMARY KEY (game, step, seat, attempt)
) WITHOUT ROWID, STRICT;
